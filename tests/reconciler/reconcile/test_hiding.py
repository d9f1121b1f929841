from __future__ import annotations

from reconciler.reconcile.hiding import Hiding
from tests.fakes.vault import MemoryVault

SECRET = "kQ7" + "vT2xLp9" + "mZ4wRb8"


def test_what_the_vault_learns_later_is_hidden_from_then_on() -> None:
    vault = MemoryVault()
    hiding = Hiding(vault)
    hiding.renewed()
    vault.put({"late": SECRET})
    hiding.renewed()
    assert hiding.hidden({"said": [f"with {SECRET} in it"], "many": 2}) == {"said": ["with *** in it"], "many": 2}


def test_a_token_is_hidden_though_no_vault_holds_it() -> None:
    token = "ghp_" + "0123456789abcdefghij0123456789abcdef"
    assert Hiding(MemoryVault()).hidden(f"saw {token}") == "saw ***"


def test_a_value_that_was_rotated_is_hidden_still() -> None:
    vault = MemoryVault({"it": SECRET})
    vault.put({"it": SECRET[::-1]})
    hiding = Hiding(vault)
    hiding.renewed()
    assert hiding.hidden(f"{SECRET}, now {SECRET[::-1]}") == "***, now ***"

"""What every vault keeps: the double, the encrypted file, the keyring, and the one that chooses."""

import pytest

from reconciler.secrets.age_vault import AgeVault
from reconciler.secrets.keyring_vault import KeyringVault
from reconciler.secrets.vault import open_vault
from tests.fakes.vault import MemoryVault
from tests.reconciler.secrets.keyrings import WorkingKeyring


@pytest.fixture(params=["memory", "age", "keyring", "chosen-age", "chosen-keyring"])
def vault(request, tmp_path):
    keys = WorkingKeyring()
    return {
        "memory": MemoryVault,
        "age": lambda: AgeVault(tmp_path / "vault"),
        "keyring": lambda: KeyringVault(tmp_path / "vault", lambda: keys),
        "chosen-age": lambda: open_vault(tmp_path / "vault", lambda: None),
        "chosen-keyring": lambda: open_vault(tmp_path / "vault", lambda: keys),
    }[request.param]()


def test_an_unknown_name_has_no_value(vault):
    assert vault.get("mcp.github.TOKEN") is None
    assert vault.names() == []


@pytest.mark.parametrize("value", ["fake-not-a-secret", "", "é\n\t\0 ${x}", "x" * 50_000])
def test_a_value_comes_back_as_it_was(vault, value):
    vault.put({"name": value})
    assert vault.get("name") == value


def test_names_are_sorted_and_hold_no_earlier_values(vault):
    vault.put({"b": "1", "a": "1"})
    vault.put({"b": "2"})
    assert vault.names() == ["a", "b"]


def test_the_earlier_value_of_a_rotated_secret_is_kept(vault):
    vault.put({"a": "1"})
    vault.put({"a": "2"})
    assert (vault.get("a"), vault.get("a@previous")) == ("2", "1")


def test_a_rotation_can_be_undone_and_done_again(vault):
    vault.put({"a": "1"})
    vault.put({"a": "2"})
    vault.put({"a": vault.get("a@previous")})
    assert (vault.get("a"), vault.get("a@previous")) == ("1", "2")


def test_the_same_value_again_changes_nothing(vault):
    vault.put({"a": "1"})
    before = vault.generation()
    vault.put({"a": "1", "absent": None})
    assert vault.generation() == before
    assert vault.get("a@previous") is None


def test_removing_takes_the_earlier_value_away_too(vault):
    vault.put({"a": "1", "b": "1"})
    vault.put({"a": "2"})
    vault.put({"a": None})
    assert (vault.get("a"), vault.get("a@previous"), vault.names()) == (None, None, ["b"])


def test_the_generation_is_another_after_every_change(vault):
    seen = [vault.generation()]
    for values in ({"a": "1"}, {"a": "2"}, {"a": "1"}, {"a": None}, {"a": "1"}):
        vault.put(values)
        seen.append(vault.generation())
    assert len(set(seen)) == len(seen)


def test_equal_values_have_equal_digests_that_show_nothing(vault):
    digest = vault.hmac("fake-not-a-secret")
    assert digest == vault.hmac("fake-not-a-secret") != vault.hmac("fake-not-a-secret ")
    assert len(digest) == 64


def test_what_is_shown_of_a_vault_holds_no_value(vault):
    vault.put({"a": "fake-not-a-secret"})
    assert "fake-not-a-secret" not in repr(vault) + str(vault)


@pytest.mark.parametrize("name", ["", "a b", "a@previous", "a/b"])
def test_a_name_that_a_reference_cannot_hold_is_refused(vault, name):
    with pytest.raises(ValueError, match="name of a secret"):
        vault.put({"good": "1", name: "1"})
    assert vault.names() == []

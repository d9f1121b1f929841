"""What the program tells of itself, and the schemas of its files."""

from __future__ import annotations

import pytest

from reconciler import __version__
from tests.fakes.engine import MACHINE, World, adopted
from tests.fakes.gateway import Gate


@pytest.mark.parametrize(("world", "is_adopted"), [(World(), False), (adopted("one"), True)])
def test_it_says_what_it_is_and_what_it_knows(world: World, is_adopted: bool) -> None:
    about = Gate(world).as_("viewer").get("/api/v1/about").json()
    assert (about["version"], about["machine"], about["is_adopted"]) == (__version__, MACHINE, is_adopted)
    assert {"client": "codex", "name": "Codex CLI", "found": True} in about["clients"]


def test_the_schema_of_a_server_says_what_may_be_in_it() -> None:
    schemas = Gate().as_("viewer").get("/api/v1/schemas").json()
    assert "command" in schemas["server"]["properties"]
    assert {"rule", "tools", "settings"} <= schemas.keys()

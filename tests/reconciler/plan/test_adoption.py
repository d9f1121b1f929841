"""Which layer adopted entities go to."""

from __future__ import annotations

import pytest

from reconciler.all_adapters import ADAPTERS
from reconciler.mapping.entries import PRESENT
from reconciler.model.fields import Config, Fields
from reconciler.model.names import EntityId
from reconciler.plan.adoption import adoption_layers, catalogue_first, joining_layers

RULE, ALLOW, DENY = EntityId("rules/style"), EntityId("tools/allow shell:make"), EntityId("tools/deny shell:curl")
RAW, SERVER = EntityId("tools/ask acli:create_file"), EntityId("mcp/one")
BODY: Fields = {("body",): "# Style\n"}
OTHER: Fields = {("body",): "# Other\n"}


def layers(*held: tuple[str, Config]) -> dict[str, dict[EntityId, str]]:
    clients = [(ADAPTERS[c], config) for c, config in held]
    return {c: dict(found) for c, found in adoption_layers(clients, clients).items()}


@pytest.mark.parametrize(
    ("claude", "codex", "layer"),
    [
        ({RULE: BODY}, {RULE: BODY}, ""),
        ({RULE: BODY}, {RULE: OTHER}, "overlays/client/claude"),
        ({RULE: BODY}, {}, "overlays/client/claude"),
        ({ALLOW: PRESENT}, {ALLOW: PRESENT}, ""),
        ({ALLOW: PRESENT}, {}, "overlays/client/claude"),
        ({DENY: PRESENT}, {}, ""),
    ],
)
def test_each_way_two_clients_can_hold_it(claude: Config, codex: Config, layer: str) -> None:
    found = layers(("claude", claude), ("codex", codex))["claude"]
    assert list(found.values()) == [layer]


def test_a_client_alone_shares_nothing_but_its_denies() -> None:
    assert layers(("claude", {RULE: BODY, ALLOW: PRESENT, DENY: PRESENT}))["claude"] == {
        RULE: "overlays/client/claude",
        ALLOW: "overlays/client/claude",
        DENY: "",
    }


def test_an_entry_without_a_common_form_stays_with_its_client() -> None:
    assert layers(("acli", {RAW: PRESENT}), ("claude", {}))["acli"] == {RAW: "overlays/client/acli"}


def test_servers_are_placed_elsewhere() -> None:
    assert layers(("claude", {SERVER: {("command",): "x"}})) == {"claude": {}}


def test_a_machine_that_joins_keeps_everything_to_itself() -> None:
    config: Config = {SERVER: {("command",): "x"}, RULE: BODY, DENY: PRESENT}
    assert joining_layers("b", [(ADAPTERS["claude"], config)])["claude"] == {
        SERVER: "overlays/machine/b",
        RULE: "overlays/machine/b/client/claude",
        DENY: "overlays/machine/b/client/claude",
    }


def test_the_preferred_client_comes_first_and_the_rest_keeps_its_order() -> None:
    assert catalogue_first(["a", "b", "c"], "c") == ["c", "a", "b"]

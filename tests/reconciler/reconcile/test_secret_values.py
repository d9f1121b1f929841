"""Secrets and references through the three moves. How they are recognised is in ``tests/reconciler/mapping``."""

from __future__ import annotations

import pytest

from tests.fakes.engine import CLIENTS, World, adopted, of, outcome

FIRST, SECOND = "hush-" + "one" * 9, "hush-" + "two" * 9


@pytest.fixture
def world() -> World:
    world = adopted("one")
    world.change_server("claude", "one", env={"API_TOKEN": FIRST})
    world.sync()
    world.clock.advance(120)
    return world


def tokens(world: World) -> dict[str, str]:
    return {c: world.servers(c)["one"]["env"]["API_TOKEN"] for c in CLIENTS}


def test_a_value_reaches_all_clients_and_no_commit(world: World) -> None:
    assert set(tokens(world).values()) == {FIRST}
    assert FIRST.encode() not in b"".join(world.blobs())


def test_main_holds_its_name(world: World) -> None:
    assert "API_TOKEN: ${secret:one.env.API_TOKEN}" in world.main()["mcp/one.yaml"]


@pytest.mark.parametrize("client", CLIENTS)
def test_a_rotated_value_follows_everywhere_without_a_commit(world: World, client: str) -> None:
    head = world.head
    world.change_server(client, "one", env={"API_TOKEN": SECOND})
    world.sync()
    assert set(tokens(world).values()) == {SECOND}
    assert world.head == head


def test_a_value_that_is_set_in_the_vault_follows_everywhere(world: World) -> None:
    world.vault.put({"one.env.API_TOKEN": SECOND})
    world.sync()
    assert set(tokens(world).values()) == {SECOND}


def test_after_a_rotation_nothing_is_left_to_do(world: World) -> None:
    world.change_server("codex", "one", env={"API_TOKEN": SECOND})
    world.sync()
    before = world.snapshot()
    world.sync()
    assert world.snapshot() == before


def test_two_values_at_one_place_are_a_conflict(world: World) -> None:
    world.change_server("codex", "one", env={"API_TOKEN": SECOND})
    world.change_server("qwen", "one", env={"API_TOKEN": SECOND + "-other"})
    world.sync()
    assert [i.path for i in world.waiting()] == [("env", "API_TOKEN")]


def test_a_conflict_of_two_values_shows_neither(world: World) -> None:
    world.change_server("codex", "one", env={"API_TOKEN": SECOND})
    world.change_server("qwen", "one", env={"API_TOKEN": SECOND + "-other"})
    world.sync()
    assert "hush-" not in str(world.waiting())
    assert b"hush-" not in b"".join(world.blobs())


@pytest.mark.parametrize("take", ["local", "central"])
def test_a_conflict_of_two_values_can_be_settled(world: World, take: str) -> None:
    world.change_server("codex", "one", env={"API_TOKEN": SECOND})
    world.change_server("qwen", "one", env={"API_TOKEN": SECOND + "-other"})
    world.sync()
    world.resolve_all(take)  # type: ignore[arg-type]
    assert len(set(tokens(world).values())) == 1
    assert set(tokens(world).values()) <= {SECOND, SECOND + "-other"}


def test_two_values_at_adoption_are_a_conflict_and_both_stay() -> None:
    world = World()
    world.put_server("claude", "one", {"command": "example", "env": {"API_TOKEN": FIRST}})
    world.put_server("codex", "one", {"command": "example", "env": {"API_TOKEN": SECOND}})
    world.adopt()
    for _ in range(3):  # later passes change nothing of it
        world.clock.advance(45)
        world.sync()
    assert [i.entity for i in world.waiting()] == ["mcp/one"]
    assert [world.servers(c)["one"]["env"]["API_TOKEN"] for c in ("claude", "codex")] == [FIRST, SECOND]


def test_a_missing_value_is_held_and_the_rest_goes_on(world: World) -> None:
    world.commit({"mcp/new.yaml": "command: example\nenv:\n  API_TOKEN: ${secret:other}\n", "mcp/more.yaml": "command: example\n"})
    done = of(world.sync(), "qwen")
    assert (done.outcome, [(d.entity, d.why) for d in done.dropped]) == ("held", [("mcp/new", "held")])
    assert set(world.servers("qwen")) == {"one", "more"}


def test_once_the_value_is_there_it_is_written(world: World) -> None:
    world.commit({"mcp/new.yaml": "command: example\nenv:\n  API_TOKEN: ${secret:other}\n"})
    world.sync()
    world.vault.put({"other": SECOND})
    world.sync()
    assert all(world.servers(c)["new"]["env"] == {"API_TOKEN": SECOND} for c in CLIENTS)


def test_a_value_that_goes_from_the_vault_leaves_the_files_as_they_are(world: World) -> None:
    world.vault.put({"one.env.API_TOKEN": None})
    before = dict(world.disk.files)
    world.sync()
    assert world.disk.files == before


def test_a_reference_travels_in_each_clients_own_words() -> None:
    world = adopted()
    world.put_server("claude", "one", {"type": "http", "url": "https://x.example.invalid", "headers": {"Authorization": "Bearer ${DOCS_TOKEN}"}})
    world.sync()
    assert world.servers("codex")["one"]["bearer_token_env_var"] == "DOCS_TOKEN"
    assert world.servers("qwen")["one"]["headers"] == {"Authorization": "Bearer ${DOCS_TOKEN}"}


def test_references_that_qwen_resolved_are_put_back() -> None:
    world = adopted(environ={"DOCS_TOKEN": FIRST})
    world.put_server("claude", "one", {"type": "http", "url": "https://x.example.invalid", "headers": {"Authorization": "Bearer ${DOCS_TOKEN}"}})
    world.sync()
    world.clock.advance(120)
    world.change_server("qwen", "one", headers={"Authorization": f"Bearer {FIRST}"})
    world.put_server("qwen", "new")
    world.sync()
    assert world.central("mcp/one") == {"transport": "http", "url": "https://x.example.invalid", "headers": {"Authorization": "Bearer ${env:DOCS_TOKEN}"}}
    assert world.servers("qwen")["one"]["headers"] == {"Authorization": "Bearer ${DOCS_TOKEN}"}
    assert "new" in world.servers("claude")


def test_a_value_that_another_client_wrote_over_a_reference_is_an_edit() -> None:
    world = adopted()
    world.put_server("claude", "one", {"command": "example", "env": {"MODE": "${MODE}"}})
    world.sync()
    world.change_server("codex", "one", env={"MODE": "fast"}, env_vars=None)
    world.sync()
    assert (world.central("mcp/one") or {})["env"] == {"MODE": "fast"}


def test_a_secret_in_a_rules_text_is_not_synced_and_is_told() -> None:
    world = adopted()
    world.write(".claude/rules/a.md", "# A\n\nUse " + "gh" + "p_" + "a1B2" * 9 + "\n")
    result = world.sync()
    assert [p.file for p in of(result, "claude").problems] == [".claude/rules/a.md"]
    assert outcome(result, "claude") != "stalled"
    assert "rules/a.md" not in world.main()

"""capture: from files to commits on a change branch."""

from __future__ import annotations

import pytest

from reconciler.model.refnames import CHANGES
from reconciler.model.trailers import trailers
from tests.fakes.engine import CLIENTS, World, adopted, outcome


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def branches(world: World) -> list[str]:
    return list(world.store.refs(CHANGES))


@pytest.mark.parametrize("client", CLIENTS)
def test_a_server_that_is_added_reaches_all(world: World, client: str) -> None:
    world.put_server(client, "new")
    assert outcome(world.sync(), client) == "captured"
    assert all("new" in world.servers(c) for c in CLIENTS)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_server_that_is_removed_goes_everywhere(world: World, client: str) -> None:
    world.drop_server(client, "one")
    world.sync()
    assert all(set(world.servers(c)) == {"two"} for c in CLIENTS)
    assert "mcp/one.yaml" not in world.main()


@pytest.mark.parametrize("client", CLIENTS)
def test_a_field_that_is_changed_reaches_all(world: World, client: str) -> None:
    world.change_server(client, "one", args=["a"])
    world.sync()
    assert all(world.servers(c)["one"]["args"] == ["a"] for c in CLIENTS)


def test_a_renamed_server_is_renamed_everywhere(world: World) -> None:
    world.change_server("codex", "one", args=["a"])
    world.sync()
    entry = world.servers("codex")["one"]
    world.drop_server("codex", "one")
    world.put_server("codex", "uno", entry)
    world.sync()
    assert all(set(world.servers(c)) == {"uno", "two"} for c in CLIENTS)
    assert world.servers("claude")["uno"]["args"] == ["a"]


def test_nothing_new_writes_nothing(world: World) -> None:
    before = world.snapshot()
    assert {t.outcome for t in world.sync().targets} == {"unchanged"}
    assert world.snapshot() == before


def test_a_change_of_what_we_do_not_own_is_no_change(world: World) -> None:
    world.replace(".claude.json", '"numStartups": 7', '"numStartups": 8')
    world.sync()
    before = world.snapshot()
    world.sync()
    assert world.snapshot() == before
    assert '"numStartups": 8' in world.read(".claude.json")


def test_the_commit_names_target_session_and_entity(world: World) -> None:
    world.put_server("codex", "new")
    world.sync()
    merge = world.store.read(world.head)
    said = trailers(world.store.read(merge.parents[1]).message)
    assert {("Target", "laptop-1/codex/user"), ("Entity", "mcp/new")} <= set(said)
    assert "Session" in dict(said)


def test_the_client_is_the_author(world: World) -> None:
    world.put_server("codex", "new")
    world.sync()
    assert world.store.read(world.head).author.name == "Codex CLI on laptop-1"


def test_a_settled_branch_is_gone_and_its_commits_are_kept(world: World) -> None:
    world.put_server("codex", "new")
    world.sync()
    assert branches(world) == []
    assert len(world.store.read(world.head).parents) == 2


def test_fields_that_a_client_cannot_hold_are_not_taken_for_removed(world: World) -> None:
    world.change_server("qwen", "one", description="of qwen", timeout=5000)
    world.sync()
    world.change_server("acli", "one", args=["a"])
    world.sync()
    assert world.central("mcp/one") == {
        "transport": "stdio",
        "command": "example-mcp-server",
        "args": ["a"],
        "timeouts": {"tool_ms": 5000},
        "description": "of qwen",
    }


def test_a_captured_change_goes_to_the_layer_that_the_value_came_from(world: World) -> None:
    world.commit({"overlays/client/codex/mcp/one.yaml": "args: [c]\n"})
    world.sync()
    world.change_server("codex", "one", args=["d"], command="changed")
    world.sync()
    assert world.main()["overlays/client/codex/mcp/one.yaml"] == "args: [d]\n"
    assert "command: changed" in world.main()["mcp/one.yaml"]
    assert "args" not in world.servers("claude")["one"] or world.servers("claude")["one"]["args"] == []


def test_a_persons_comments_in_the_repository_survive_a_captured_change(world: World) -> None:
    world.commit({"mcp/one.yaml": "# why we have it\ncommand: example-mcp-server  # theirs\nargs: [a]\n"})
    world.sync()
    world.change_server("codex", "one", args=["b"])
    world.sync()
    assert world.main()["mcp/one.yaml"] == "# why we have it\ncommand: example-mcp-server  # theirs\nargs: [b]\n"


@pytest.mark.parametrize(("where", "path"), [("client", "overlays/client/codex/mcp/new.yaml"), ("machine", "overlays/machine/laptop-1/mcp/new.yaml")])
def test_new_entities_go_where_the_settings_say(world: World, where: str, path: str) -> None:
    world.set_settings(f"new_entities:\n  mcp: {where}\n")
    world.put_server("codex", "new")
    world.sync()
    assert path in world.main()
    assert ("new" in world.servers("qwen")) == (where == "machine")

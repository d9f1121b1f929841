"""`share` and `keep-local`: who gets an entity, who loses it, who keeps a version of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reconciler.errors import Stalled
from reconciler.reconcile.sharing import Shared, keep_local, share
from tests.fakes.engine import CLIENTS, World, adopted

OVERLAY = "overlays/machine/laptop-1/mcp/one.yaml"
Pair = tuple[World, World]


@pytest.fixture
def world() -> World:
    return adopted("one")


@pytest.fixture
def pair() -> Pair:
    """Two machines on one repository; the second has a server of its own."""
    first = adopted("one")
    second = World(store=first.store, clock=first.clock)
    second.ports = replace(second.ports, store=first.store, machine="laptop-2")
    second.put_server("claude", "mine")
    second.adopt()
    second.sync()
    return first, second


def having(world: World, name: str) -> list[str]:
    return [c for c in CLIENTS if name in world.servers(c)]


def kept(world: World, *names: str, client: str | None = None, machine: str | None = None) -> Shared:
    return keep_local(world.engine, names, client, machine, False)


def shared(world: World, *names: str, client: str | None = None, machine: str | None = None, yes: bool = False) -> Shared:
    return share(world.engine, names, client, machine, yes)


def test_kept_for_one_client_the_others_lose_it(world: World) -> None:
    kept(world, "mcp/one", client="codex")
    world.sync()
    assert having(world, "one") == ["codex"]
    assert "overlays/client/codex/mcp/one.yaml" in world.main()


def test_kept_for_this_machine_its_clients_keep_it(world: World) -> None:
    before = world.snapshot()[0]
    kept(world, "mcp/one")
    world.sync()
    assert world.snapshot()[0] == before
    assert OVERLAY in world.main()
    assert "mcp/one.yaml" not in world.main()


def test_shared_again_everybody_has_it(world: World) -> None:
    kept(world, "mcp/one", client="codex")
    world.sync()
    shared(world, "mcp/one")
    world.sync()
    assert having(world, "one") == list(CLIENTS)


def test_a_machines_server_is_for_the_other_machine_once_it_is_approved(pair: Pair) -> None:
    first, second = pair
    shared(second, "mcp/mine")
    first.sync()
    assert having(first, "mine") == []
    first.resolve_all("local")
    first.sync()
    assert having(first, "mine") == list(CLIENTS)
    assert having(second, "mine") == list(CLIENTS)


def test_with_yes_nobody_is_asked(pair: Pair) -> None:
    first, second = pair
    shared(second, "mcp/mine", yes=True)
    first.sync()
    assert having(first, "mine") == list(CLIENTS)
    assert first.waiting() == []


def test_kept_on_one_machine_the_other_loses_it(pair: Pair) -> None:
    first, second = pair
    kept(first, "mcp/one", machine="laptop-2")
    first.sync()
    second.sync()
    assert (having(first, "one"), having(second, "one")) == ([], list(CLIENTS))


def test_a_version_of_its_own_stays_as_it_is(world: World) -> None:
    world.commit({"overlays/client/qwen/mcp/solo.yaml": "command: of-qwen\n", "overlays/client/codex/mcp/solo.yaml": "command: x\nenv: {A: '1'}\n"})
    world.sync()
    qwen = world.servers("qwen")["solo"]
    shared(world, "mcp/solo", client="codex")
    world.sync()
    assert world.servers("qwen")["solo"] == qwen
    assert world.servers("claude")["solo"]["env"] == {"A": "1"}


def test_what_an_overlay_says_of_a_key_is_for_everybody(world: World) -> None:
    world.commit({OVERLAY: "env: {MODE: prod}\n"})
    shared(world, "mcp/one")
    assert world.main()["mcp/one.yaml"].endswith("env:\n  MODE: prod\n")
    assert OVERLAY not in world.main()


def test_an_allowed_tools_entry_moves_alone(world: World) -> None:
    world.commit({"tools/default.yaml": "allow:\n  - shell: [git, log]\n  - shell: [git, status]\n"})
    kept(world, "tools/default.allow shell:git log", client="claude")
    assert world.main()["tools/default.yaml"] == "allow:\n  - shell: [git, status]\n"
    assert "tools/allow shell:git log" in world.config("claude")
    assert "tools/allow shell:git log" not in world.config("qwen")


def test_a_deny_that_others_would_lose_is_held_for_them(world: World) -> None:
    world.commit({"tools/default.yaml": "deny:\n  - shell: [rm]\n"})
    world.sync()
    kept(world, "tools/deny shell:rm", client="claude")
    world.sync()
    assert {i.target for i in world.waiting("held")} >= {"laptop-1/qwen/user"}
    assert "rm" in world.read(".qwen/settings.json")


def test_a_rule_keeps_its_comments(world: World) -> None:
    text = "---\n# ask Kim\ndescription: How\n---\n# Style\n"
    world.commit({"rules/style.md": text})
    kept(world, "rules/style", client="claude")
    assert world.main()["overlays/client/claude/rules/style.md"] == text


def test_one_commit_says_what_was_moved_and_by_whom(world: World) -> None:
    done = kept(world, "mcp/one", client="codex")
    message = world.store.read(world.head).message
    assert done.head == world.head
    assert "Entity: mcp/one" in message
    assert "Resolved-By: ann" in message


def test_moving_twice_writes_nothing(world: World) -> None:
    kept(world, "mcp/one")
    before = world.head
    assert kept(world, "mcp/one").files == ()
    assert world.head == before


def test_what_moves_for_whom_is_told(world: World) -> None:
    changed = kept(world, "mcp/one", client="codex").changed
    assert sorted(changed) == ["laptop-1/acli/user", "laptop-1/claude/user", "laptop-1/qwen/user"]


def test_a_path_of_one_machine_is_warned_of(world: World) -> None:
    world.commit({OVERLAY.replace("one", "tool"): "command: /opt/tool\n"})
    assert "path of one machine" in shared(world, "mcp/tool").moves[0].warning


@pytest.mark.parametrize(
    ("files", "entity", "words", "says"),
    [
        ({}, "mcp/on", {}, "did you mean mcp/one"),
        ({}, "mcp/one", {"client": "codx"}, "not in the catalogue"),
        ({}, "mcp/one", {"machine": "desk"}, "no such machine"),
        ({}, "mcp/one", {"client": "codex"}, "says nothing of it"),
        ({OVERLAY: "absent: true\n"}, "mcp/one", {}, "nothing to share"),
        ({"overlays/client/qwen/mcp/p.yaml": "env: {A: b}\n"}, "mcp/p", {}, "a part of it only"),
        ({"overlays/client/qwen/mcp/p.yaml": "command: a\n", "overlays/client/codex/mcp/p.yaml": "command: b\n"}, "mcp/p", {}, "say which"),
    ],
)
def test_what_cannot_be_shared_is_said_and_changes_nothing(world: World, files: dict[str, str], entity: str, words: dict[str, str], says: str) -> None:
    if files:
        world.commit(files)
    before = world.refs()
    with pytest.raises(Stalled, match=says):
        shared(world, entity, **words)
    assert world.refs() == before


def test_nothing_moves_on_a_main_that_does_not_validate(world: World) -> None:
    world.commit({"mcp/bad.yaml": "comand: x\n"})
    with pytest.raises(Stalled, match="does not validate"):
        kept(world, "mcp/one")

"""Where a value comes from: told for each way in which it can have come."""

from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import Stalled
from reconciler.reconcile.tracing import Trace, asked, trace, trace_json
from tests.fakes.engine import CLIENTS, World, adopted


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def traced(world: World, name: str, inner: str = "", *clients: str, limit: int = 10) -> list[Trace]:
    engine = world.engine
    targets = [t for t in engine.targets() if not clients or t.client in clients]
    return trace(engine.centre, targets, asked(engine.centre, targets, name, inner), limit)


def values(found: Trace) -> list[Any]:
    return [step.value for step in found.steps]


def test_it_names_the_client_that_changed_the_value_and_its_commits(world: World) -> None:
    world.change_server("codex", "one", args=["a"])
    world.sync()
    step = traced(world, "mcp/one.args")[0].steps[0]
    assert (step.value, step.path, step.layer) == (["a"], "mcp/one.yaml", "")
    assert (step.origin.author.name, step.target) == ("Codex CLI on laptop-1", "laptop-1/codex/user")
    assert (step.landed.revision, step.origin.revision) == (world.head, world.store.read(world.head).parents[1])


def test_earlier_values_come_after_it_newest_first(world: World) -> None:
    for client, value in (("codex", "a"), ("qwen", "b"), ("claude", "c")):
        world.change_server(client, "one", args=[value])
        world.sync()
        world.clock.advance(60)
    assert values(traced(world, "mcp/one.args")[0]) == [["c"], ["b"], ["a"]]
    assert values(traced(world, "mcp/one.args", limit=2)[0]) == [["c"], ["b"]]


def test_changes_of_other_fields_are_no_steps(world: World) -> None:
    world.change_server("codex", "one", args=["a"])
    world.sync()
    world.change_server("codex", "one", command="other")
    world.sync()
    assert values(traced(world, "mcp/one", "args")[0]) == [["a"]]


def test_a_person_s_commit_is_named_as_one(world: World) -> None:
    world.commit({"mcp/one.yaml": "command: example-mcp-server\nenv: {MODE: prod}\n"}, "Prod everywhere")
    step = traced(world, "mcp/one.env.MODE")[0].steps[0]
    assert (step.origin.author.name, step.target, step.landed.subject) == ("bo", "", "Prod everywhere")


def test_of_a_merged_pull_request_the_commit_that_wrote_it_is_found(world: World) -> None:
    """The hosts' merge commits name who pressed the button."""
    main, author = world.head, world.store.read(world.head).author
    first = world.store.commit(main, {"mcp/one.yaml": b"command: a\n"}, [main], "The change\n", author)
    second = world.store.commit(first, {"README.md": b"x\n"}, [first], "Another\n", author)
    merge = world.store.commit(second, {}, [main, second], "Merge pull request 7\n", author)
    world.store.move_ref("refs/heads/main", merge, main)
    step = traced(world, "mcp/one.command")[0].steps[0]
    assert (step.origin.revision, step.landed.revision) == (first, merge)


def test_a_settled_conflict_says_who_settled_it(world: World) -> None:
    world.change_server("codex", "one", args=["of-codex"])
    world.change_server("qwen", "one", args=["of-qwen"])
    world.sync()
    world.resolve(world.waiting()[0], "local")
    step = traced(world, "mcp/one.args")[0].steps[0]
    assert step.resolved_by == ("ann",)
    assert 'local=["of-qwen"] central=["of-codex"] chose=local' in step.decisions[0]


def test_a_value_of_an_overlay_names_its_layer(world: World) -> None:
    world.commit({"overlays/client/codex/mcp/one.yaml": "args: [mine]\n"})
    found = {t.targets[0].client: t for t in traced(world, "mcp/one.args", "", "codex", "qwen") if t.targets}
    assert found["codex"].steps[0].layer == "overlays/client/codex"
    assert "qwen" not in found


def test_targets_with_the_same_story_are_told_once(world: World) -> None:
    world.commit({"overlays/client/codex/mcp/one.yaml": "command: mine\n"})
    found = traced(world, "mcp/one.command")
    assert [sorted(t.client for t in one.targets) for one in found] == [["acli", "claude", "qwen"], ["codex"]]


def test_a_key_that_an_overlay_takes_away_is_a_step(world: World) -> None:
    world.commit({"mcp/one.yaml": "command: example-mcp-server\nargs: [a]\n"})
    world.commit({"overlays/client/codex/mcp/one.yaml": "args: null\n"})
    step = traced(world, "mcp/one.args", "", "codex")[0].steps[0]
    assert (step.value, step.path) == (None, "overlays/client/codex/mcp/one.yaml")


def test_what_is_gone_can_be_traced(world: World) -> None:
    world.drop_server("codex", "one")
    world.sync()
    found = traced(world, "mcp/one")[0]
    assert values(found)[0] is None
    assert found.steps[0].target == "laptop-1/codex/user"
    assert values(found)[1]["command"] == "example-mcp-server"


@pytest.mark.parametrize(("name", "inner"), [("tools/allow shell:make", ""), ("tools/default", "allow shell:make")])
def test_an_allowed_tools_entry_is_traced_by_its_name(world: World, name: str, inner: str) -> None:
    world.write(".claude/settings.json", '{"permissions": {"allow": ["Bash(make:*)"]}}')
    world.sync()
    found = traced(world, name, inner)[0]
    assert values(found) == [True]
    assert found.steps[0].target == "laptop-1/claude/user"


def test_a_name_with_a_dot_in_it_is_found(world: World) -> None:
    world.put_server("claude", "my.server", {"command": "example", "args": ["a"]})
    world.sync()
    assert values(traced(world, "mcp/my.server.args")[0]) == [["a"]]


def test_a_field_stands_for_all_below_it(world: World) -> None:
    world.change_server("claude", "one", env={"A": "1", "B": "2"})
    world.sync()
    assert values(traced(world, "mcp/one.env")[0]) == [{"env": {"A": "1", "B": "2"}}]


@pytest.mark.parametrize(("name", "hint"), [("mcp/on.args", "mcp/one"), ("mcp/one.arg", "its fields: command, transport"), ("mcp/zzz", "history")])
def test_what_never_was_is_said_with_a_way_on(world: World, name: str, hint: str) -> None:
    with pytest.raises(Stalled, match=hint):
        traced(world, name)


def test_a_secret_that_somebody_committed_is_not_shown(world: World) -> None:
    token = "ghp_" + "a1B2" * 9
    world.commit({"mcp/one.yaml": f"command: example\nenv: {{API_TOKEN: {token}}}\nargs: [--key, {token}]\n"})
    engine = world.engine
    for name in ("mcp/one", "mcp/one.env.API_TOKEN", "mcp/one.args"):
        question = asked(engine.centre, engine.targets(), name, "")
        assert token not in repr(trace_json(trace(engine.centre, engine.targets(), question, 5), question, None))


def test_every_target_of_a_value_is_named(world: World) -> None:
    world.change_server("acli", "one", args=["a"])
    world.sync()
    assert sorted(t.client for t in traced(world, "mcp/one.args")[0].targets) == sorted(CLIENTS)

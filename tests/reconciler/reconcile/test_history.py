"""History and revert: a revert is a commit on main like any other, and it stays."""

from __future__ import annotations

import pytest

from reconciler.errors import Stalled
from reconciler.reconcile import history
from tests.fakes.engine import CLIENTS, World, adopted


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def changed(world: World, client: str = "codex", **keys: object) -> str:
    world.change_server(client, "one", **keys)
    world.sync()
    return world.head


def args(world: World) -> set[str]:
    return {str(world.servers(c)["one"].get("args") or []) for c in CLIENTS}


def test_what_was_changed_is_as_before_everywhere(world: World) -> None:
    history.revert(world.engine, changed(world, args=["a"]))
    world.sync()
    assert args(world) == {"[]"}


def test_it_stays(world: World) -> None:
    history.revert(world.engine, changed(world, args=["a"]))
    world.sync()
    world.clock.advance(120)
    before = world.snapshot()
    world.sync()
    assert world.snapshot() == before


def test_what_was_removed_is_back_everywhere(world: World) -> None:
    world.drop_server("codex", "one")
    world.sync()
    history.revert(world.engine, world.head)
    world.sync()
    assert all("one" in world.servers(c) for c in CLIENTS)


def test_what_was_added_is_gone_everywhere(world: World) -> None:
    world.put_server("codex", "new")
    world.sync()
    history.revert(world.engine, world.head)
    world.sync()
    assert all("new" not in world.servers(c) for c in CLIENTS)


def test_it_is_a_new_commit_on_main(world: World) -> None:
    done = changed(world, args=["a"])
    new = history.revert(world.engine, done)
    assert world.store.read(new).parents == (done,)
    assert world.store.read(new).subject.startswith("Revert: ")


def test_a_later_change_of_another_field_stays(world: World) -> None:
    done = changed(world, args=["a"])
    changed(world, "claude", command="changed")
    history.revert(world.engine, done)
    world.sync()
    assert (args(world), world.servers("qwen")["one"]["command"]) == ({"[]"}, "changed")


def test_a_later_change_of_the_same_field_refuses(world: World) -> None:
    done = changed(world, args=["a"])
    changed(world, "claude", args=["b"])
    with pytest.raises(Stalled, match="changed again since"):
        history.revert(world.engine, done)


def test_a_revert_can_be_reverted(world: World) -> None:
    new = history.revert(world.engine, changed(world, args=["a"]))
    world.sync()
    history.revert(world.engine, new)
    world.sync()
    assert args(world) == {"['a']"}


def test_an_edit_of_the_same_field_meanwhile_is_a_conflict(world: World) -> None:
    done = changed(world, args=["a"])
    world.change_server("qwen", "one", args=["of-qwen"])
    history.revert(world.engine, done)
    world.sync()
    assert [(i.target, i.path) for i in world.waiting()] == [("laptop-1/qwen/user", ("args",))]


def test_what_is_not_in_main_cannot_be_reverted(world: World) -> None:
    with pytest.raises(Stalled):
        history.revert(world.engine, "0" * 40)


def test_the_first_commit_cannot_be_reverted(world: World) -> None:
    first = list(world.store.history(world.head))[-1].revision
    with pytest.raises(Stalled, match="first commit"):
        history.revert(world.engine, first)


def test_the_log_has_one_commit_for_each_change_that_landed(world: World) -> None:
    before = len(list(history.log(world.engine, 100)))
    changed(world, args=["a"])
    assert len(list(history.log(world.engine, 100))) == before + 1


def test_the_log_ends_at_its_limit(world: World) -> None:
    assert len(list(history.log(world.engine, 1))) == 1


def test_a_changed_field_is_told_with_both_values(world: World) -> None:
    (row,) = history.field_changes(world.engine, changed(world, args=["a"]))
    assert (row.path, row.entity, row.field, row.before, row.after) == ("mcp/one.yaml", "mcp/one", "args", None, ["a"])


def test_an_added_server_is_told_whole(world: World) -> None:
    world.put_server("codex", "new")
    world.sync()
    (row,) = history.field_changes(world.engine, world.head)
    assert (row.entity, row.field, row.before) == ("mcp/new", None, None)


def test_an_entry_is_told_as_a_field_of_the_tools_file(world: World) -> None:
    world.write(".claude/settings.json", '{"permissions": {"deny": ["Bash(curl:*)"]}}')
    world.sync()
    (row,) = history.field_changes(world.engine, world.head)
    assert (row.entity, row.field, row.before, row.after) == ("tools/default", "deny shell:curl", None, True)


@pytest.mark.parametrize(("name", "number"), [("HEAD", 0), ("main", 0), ("HEAD~1", 1), ("main~2", 2)])
def test_commits_can_be_named_as_git_does(world: World, name: str, number: int) -> None:
    changed(world, args=["a"])
    assert history.named(world.engine, name) == list(history.log(world.engine))[number]


def test_a_name_before_the_first_commit_is_an_error(world: World) -> None:
    with pytest.raises(Stalled, match="no such commit"):
        history.named(world.engine, "HEAD~999")

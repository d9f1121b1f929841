"""Each filter of the history finds what it is for, and nothing else."""

from __future__ import annotations

import pytest

from reconciler.reconcile.searching import Filter, found
from tests.fakes.engine import World, adopted


@pytest.fixture(scope="module")
def world() -> World:
    """codex changes an argument, bo commits, qwen and claude conflict and ann decides; a minute each."""
    world = adopted("one", "two")
    world.change_server("codex", "one", args=["a"])
    world.sync()
    world.clock.advance(60)
    world.commit({"mcp/two.yaml": "command: example-mcp-server\nenv: {MODE: prod}\n"}, "By hand")
    world.sync()
    world.clock.advance(60)
    world.change_server("claude", "one", args=["c"])
    world.change_server("qwen", "one", args=["q"])
    world.sync()
    world.clock.advance(60)
    world.resolve(world.waiting()[0], "local")
    return world


def subjects(world: World, limit: int = 100, **wanted: object) -> list[str]:
    return [commit.subject for commit, _ in found(world.engine, Filter(**wanted), limit)]  # type: ignore[arg-type]


CODEX, BY_HAND, CLAUDE, QWEN = "Merge codex: change mcp/one", "By hand", "Merge claude: change mcp/one", "Merge qwen: change mcp/one"
REGISTER = "Register claude/user, codex/user, qwen/user, acli/user on laptop-1"


def test_without_a_filter_all_are_there_newest_first(world: World) -> None:
    assert subjects(world, limit=4) == [QWEN, CLAUDE, BY_HAND, CODEX]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"entity": "mcp/two", "field": "env"}, [BY_HAND]),
        ({"entity": "mcp/*", "field": "env.MODE"}, [BY_HAND]),
        ({"field": "args"}, [QWEN, CLAUDE, CODEX]),
        ({"client": "codex"}, [CODEX, REGISTER]),
        ({"client": "qwen", "field": "args"}, [QWEN]),
        ({"target": "laptop-1/codex/user"}, [CODEX, REGISTER]),
        ({"target": "codex/user"}, [CODEX, REGISTER]),
        ({"target": "codex"}, [CODEX, REGISTER]),
        ({"machine": "laptop-2"}, []),
        ({"person": "bo"}, [BY_HAND]),
        ({"person": "bo@example.invalid"}, [BY_HAND]),
        ({"person": "codex cli"}, [CODEX]),
        ({"is_conflict": True}, [QWEN]),
        ({"is_conflict": True, "person": "ann"}, [QWEN]),
        ({"is_conflict": True, "client": "codex"}, []),
        ({"path": "mcp/two.yaml", "person": "bo"}, [BY_HAND]),
    ],
    ids=str,
)
def test_a_filter(world: World, wanted: dict[str, object], expected: list[str]) -> None:
    assert subjects(world, **wanted) == expected


def test_a_new_entity_is_found_by_a_field_that_it_brings(world: World) -> None:
    assert "Merge claude: add mcp/one and 1 more" in subjects(world, entity="mcp/one", field="command")


def test_an_allowed_tools_entry_is_found_by_its_name() -> None:
    world = adopted()
    world.write(".claude/settings.json", '{"permissions": {"deny": ["Bash(rm:*)"]}}')
    world.sync()
    assert len(subjects(world, entity="tools/deny shell:rm")) == 1


def test_a_period_has_its_first_moment_and_not_its_last(world: World) -> None:
    times = [commit.author.when for commit, _ in found(world.engine, Filter(), 3)]
    assert subjects(world, since=times[1], until=times[0]) == [CLAUDE]


def test_a_search_for_content_shows_only_the_changes_that_match(world: World) -> None:
    hits = next(changes for _, changes in found(world.engine, Filter(field="args"), 1))
    assert [(c.entity, c.field, c.before, c.after) for c in hits] == [("mcp/one", "args", ["c"], ["q"])]


def test_the_limit_counts_what_matches(world: World) -> None:
    assert subjects(world, limit=1, client="codex") == [CODEX]

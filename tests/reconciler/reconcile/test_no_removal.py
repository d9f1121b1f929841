"""A file that is torn, empty or missing is stalled, and is never taken for a removal; many removals ask a person."""

from __future__ import annotations

import pytest

from reconciler.model.names import RelPath
from reconciler.model.results import Problem
from tests.fakes.engine import CLIENTS, HOME, SERVERS, World, adopted, of, outcome


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("bytes_", [b"", b" \n", b"\xef\xbb\xbf", b"{"], ids=["empty", "blank", "mark", "torn"])
def test_an_empty_or_torn_file_is_stalled_and_left_as_it_is(world: World, client: str, bytes_: bytes) -> None:
    path, before = SERVERS[client][0], world.main()
    world.write(path, bytes_)
    done = of(world.sync(), client)
    assert done.outcome == "stalled"
    assert world.disk.files[f"{HOME}/{path}"] == bytes_
    assert world.main() == before


@pytest.mark.parametrize("client", CLIENTS)
def test_a_missing_file_is_stalled_and_is_not_made_again(world: World, client: str) -> None:
    path, before = SERVERS[client][0], world.main()
    world.remove(path)
    assert outcome(world.sync(), client) == "stalled"
    assert f"{HOME}/{path}" not in world.disk.files
    assert world.main() == before


def test_a_stalled_target_tells_file_line_and_reason(world: World) -> None:
    world.write(".claude.json", '{\n  "mcpServers": {\n    "one": [,]\n}}')
    (problem,) = of(world.sync(), "claude").problems
    assert (problem.file, problem.line) == (".claude.json", 3)
    assert problem.reason


def test_the_others_go_on(world: World) -> None:
    world.write(".claude.json", "{")
    world.put_server("codex", "new")
    world.sync()
    assert "new" in world.servers("qwen")


def test_mended_it_catches_up(world: World) -> None:
    whole = world.read(".claude.json")
    world.write(".claude.json", "{")
    world.put_server("codex", "new")
    world.sync()
    world.write(".claude.json", whole)
    world.sync()
    assert set(world.servers("claude")) == {"one", "two", "new"}


def test_a_file_that_cannot_be_read_is_stalled(world: World) -> None:
    world.disk.problems[f"{HOME}/.qwen/settings.json"] = Problem(RelPath(".qwen/settings.json"), "may not be read")
    assert outcome(world.sync(), "qwen") == "stalled"


def test_a_file_that_was_never_there_is_made_when_something_is_to_be_written(world: World) -> None:
    world.write(".claude/settings.json", '{"permissions": {"deny": ["Bash(curl:*)"]}}')
    world.sync()
    assert "curl" in world.read(".codex/rules/default.rules")


def test_a_rule_file_that_is_gone_from_a_folder_that_is_there_is_a_removal(world: World) -> None:
    world.write(".claude/rules/a.md", "# A\n")
    world.write(".claude/rules/b.md", "# B\n")
    world.sync()
    world.remove(".claude/rules/a.md")
    world.sync()
    assert "rules/a.md" not in world.main()
    assert "# A" not in world.read(".codex/AGENTS.md")


def test_a_rules_folder_that_is_gone_is_stalled(world: World) -> None:
    world.write(".claude/rules/a.md", "# A\n")
    world.sync()
    world.remove(".claude/rules/a.md")
    world.disk.folders.discard(f"{HOME}/.claude/rules")
    assert outcome(world.sync(), "claude") == "stalled"
    assert "rules/a.md" in world.main()


def test_an_entry_that_makes_no_sense_is_left_alone_and_the_rest_goes_on(world: World) -> None:
    world.change_server("qwen", "one", command=5)
    world.change_server("qwen", "two", args=["a"])
    world.sync()
    assert world.servers("qwen")["one"]["command"] == 5
    assert "one" in world.servers("claude")
    assert world.servers("claude")["two"]["args"] == ["a"]


def emptied(world: World, names: int) -> None:
    for i in range(names):
        world.drop_server("codex", f"s{i}")


def test_a_removal_of_over_half_and_at_least_four_asks_a_person() -> None:
    world = adopted(*(f"s{i}" for i in range(6)))
    emptied(world, 4)
    assert outcome(world.sync(), "codex") == "held"
    assert all(len(world.servers(c)) == 6 for c in CLIENTS if c != "codex")


@pytest.mark.parametrize(("all_", "gone"), [(8, 4), (3, 3)])
def test_a_smaller_removal_goes_through(all_: int, gone: int) -> None:
    world = adopted(*(f"s{i}" for i in range(all_)))
    emptied(world, gone)
    world.sync()
    assert all(len(world.servers(c)) == all_ - gone for c in CLIENTS)


def test_an_approved_mass_removal_goes_through() -> None:
    world = adopted(*(f"s{i}" for i in range(6)))
    emptied(world, 5)
    world.sync()
    world.resolve(world.waiting()[0], "local", every=True)
    assert all(set(world.servers(c)) == {"s5"} for c in CLIENTS)


def test_a_rejected_mass_removal_is_put_back() -> None:
    world = adopted(*(f"s{i}" for i in range(6)))
    emptied(world, 5)
    world.sync()
    world.resolve(world.waiting()[0], "central", every=True)
    assert all(len(world.servers(c)) == 6 for c in CLIENTS)
    assert world.waiting() == []

"""A client that writes back what our write displaced: corrected once, then captured; too often is a fight."""

from __future__ import annotations

import pytest

from tests.fakes.engine import CLIENTS, World, adopted, of, outcome


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def follow(world: World, args: str = "of-main") -> None:
    world.commit({"mcp/one.yaml": f"command: example-mcp-server\nargs: [{args}]\n"})


def args(world: World, client: str = "claude") -> list[str]:
    found: list[str] = world.servers(client)["one"].get("args", [])
    return found


def overwritten(world: World, client: str = "claude") -> bytes:
    """main changes, is written to the client, and the client writes back what it had before."""
    path = {"claude": ".claude.json", "codex": ".codex/config.toml"}[client]
    before = world.read(path)
    follow(world)
    world.sync()
    world.write(path, before)
    return before.encode()


def test_a_stale_overwrite_is_written_again(world: World) -> None:
    overwritten(world)
    world.clock.advance(5)
    assert outcome(world.sync(), "claude") == "converged"
    assert args(world) == ["of-main"]


@pytest.mark.parametrize("seconds", [2, 3600])
def test_so_it_is_where_the_clock_was_set_back_meanwhile(world: World, seconds: float) -> None:
    overwritten(world)
    world.clock.advance(-seconds)
    assert outcome(world.sync(), "claude") == "converged"
    assert args(world) == ["of-main"]


def test_a_clock_that_was_set_back_keeps_nobody_from_taking_it_back_for_long(world: World) -> None:
    before = overwritten(world)
    world.clock.advance(-3600)
    world.sync()
    world.clock.advance(120)
    world.write(".claude.json", before)
    assert outcome(world.sync(), "claude") == "captured"


def test_if_it_returns_again_it_is_meant_and_captured(world: World) -> None:
    before = overwritten(world)
    world.sync()
    world.write(".claude.json", before)
    assert outcome(world.sync(), "claude") == "captured"
    assert all(not args(world, c) for c in CLIENTS)


def test_after_30_seconds_it_is_meant(world: World) -> None:
    overwritten(world)
    world.clock.advance(30)
    assert outcome(world.sync(), "claude") == "captured"


def test_an_edit_beside_it_is_captured_and_the_rest_written_again(world: World) -> None:
    overwritten(world)
    world.put_server("claude", "new")
    assert outcome(world.sync(), "claude") == "captured"
    assert "new" in world.servers("qwen")
    assert all(args(world, c) == ["of-main"] for c in CLIENTS)


def test_a_file_that_is_emptied_just_after_our_write_takes_nothing_from_the_others() -> None:
    names = ("one", "two", "three", "four", "five")
    world = adopted(*names)
    world.commit({"mcp/six.yaml": "command: example-mcp-server\n", "mcp/seven.yaml": "command: example-mcp-server\n"})
    world.sync()
    world.write(".qwen/settings.json", "{}")
    assert outcome(world.sync(), "qwen") == "held"
    assert set(world.servers("claude")) == {*names, "six", "seven"}


@pytest.mark.parametrize("change", [{"mcp/three.yaml": "command: example-mcp-server\n"}, {"mcp/two.yaml": None}])
@pytest.mark.parametrize("client", ["claude", "codex"])
def test_a_client_that_adds_to_a_file_read_before_our_write_takes_nothing_back(
    world: World, client: str, change: dict[str, str | None]
) -> None:
    """As `codex mcp add` does when it read its file just before we wrote it; three times over."""
    path = {"claude": ".claude.json", "codex": ".codex/config.toml"}[client]
    before = world.read(path)
    world.commit(change)
    world.sync()
    expected = set(world.servers("qwen"))
    for number in range(3):
        world.write(path, before)
        world.put_server(client, f"new-{number}")
        before = world.read(path)
        world.clock.advance(1)
        world.sync()
    assert {c: set(world.servers(c)) ^ expected for c in CLIENTS} == {c: {"new-0", "new-1", "new-2"} for c in CLIENTS}


def test_what_two_writes_displaced_is_known(world: World) -> None:
    before = world.read(".claude.json")
    for name in ("three", "four"):
        world.commit({f"mcp/{name}.yaml": "command: example-mcp-server\n"})
        world.sync()
        world.clock.advance(2)
    world.write(".claude.json", before)
    world.sync()
    assert set(world.servers("claude")) == {"one", "two", "three", "four"} == set(world.servers("qwen"))


def test_another_users_edit_that_arrives_meanwhile_is_kept(world: World) -> None:
    overwritten(world)
    world.put_server("codex", "new")
    world.sync()
    assert "new" in world.servers("claude")
    assert args(world) == ["of-main"]


def fight(world: World, rounds: int) -> None:
    """In each round main changes, is written, overwritten by the client, and corrected."""
    for number in range(rounds):
        before = world.read(".claude.json")
        follow(world, f"round-{number}")
        world.sync()
        world.write(".claude.json", before)
        world.clock.advance(1)
        world.sync()


def test_five_corrections_in_a_minute_are_no_fight(world: World) -> None:
    fight(world, 5)
    assert outcome(world.sync(), "claude") == "unchanged"


def test_more_than_five_corrections_in_a_minute_are_a_fight(world: World) -> None:
    fight(world, 6)
    done = of(world.sync(), "claude")
    assert done.outcome == "stalled"
    assert "keeps writing" in done.problems[0].reason


def test_a_fight_is_over_after_a_minute(world: World) -> None:
    fight(world, 6)
    world.clock.advance(61)
    assert outcome(world.sync(), "claude") == "unchanged"


def test_a_person_ends_a_fight(world: World) -> None:
    fight(world, 6)
    world.engine.forgive([world.target("claude")])
    assert outcome(world.sync(), "claude") == "unchanged"


def test_a_fight_of_one_target_does_not_stop_the_others(world: World) -> None:
    fight(world, 6)
    world.put_server("codex", "new")
    world.sync()
    assert "new" in world.servers("qwen")


def two_programs_disagree(world: World, rounds: int, pause_s: float) -> list[tuple[str, str]]:
    """Each puts its own value back whenever it finds another one; the targets that stall, and why."""
    stalled: list[tuple[str, str]] = []
    for _ in range(rounds):
        for client in ("claude", "codex"):
            world.change_server(client, "one", args=[f"of-{client}"])
            world.clock.advance(pause_s)
            stalled += [(t.target.client, p.kind) for t in world.sync().targets if t.is_stalled for p in t.problems]
    return stalled


@pytest.mark.parametrize("pause_s", [2, 20, 40])
def test_two_programs_that_put_their_own_value_back_are_a_fight(world: World, pause_s: float) -> None:
    found = two_programs_disagree(world, 40, pause_s)
    assert found
    assert {kind for _, kind in found} == {"Fight"}
    before = world.head
    two_programs_disagree(world, 10, pause_s)
    assert world.head == before


def test_a_value_that_somebody_changes_to_and_fro_is_no_fight(world: World) -> None:
    for number in range(20):
        world.change_server("claude", "one", args=[str(number % 2)])
        world.clock.advance(20)
        assert not any(t.is_stalled for t in world.sync().targets)


def test_what_each_of_two_programs_changes_anew_is_no_fight(world: World) -> None:
    for number in range(20):
        world.change_server(("claude", "codex")[number % 2], "one", args=[str(number)])
        world.clock.advance(20)
        assert not any(t.is_stalled for t in world.sync().targets)

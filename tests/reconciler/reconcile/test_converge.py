"""converge: a target's files come to hold what main says, and nothing else in them changes."""

from __future__ import annotations

import pytest

from tests.fakes.engine import CLIENTS, World, adopted, outcome


@pytest.fixture
def world() -> World:
    return adopted("one", "two")


def follow(world: World, args: str = "of-main") -> None:
    world.commit({"mcp/one.yaml": f"command: example-mcp-server\nargs: [{args}]\n"})


def args(world: World, client: str = "claude") -> list[str]:
    found: list[str] = world.servers(client)["one"].get("args", [])
    return found


def test_a_commit_of_a_person_reaches_all(world: World) -> None:
    follow(world)
    assert {t.outcome for t in world.sync().targets} == {"converged"}
    assert {tuple(args(world, c)) for c in CLIENTS} == {("of-main",)}


def test_a_server_that_a_person_removes_from_main_goes_everywhere(world: World) -> None:
    world.commit({"mcp/one.yaml": None})
    world.sync()
    assert all(set(world.servers(c)) == {"two"} for c in CLIENTS)


def test_an_edit_and_a_commit_on_the_same_field_are_a_conflict(world: World) -> None:
    world.change_server("codex", "one", args=["of-codex"])
    follow(world)
    assert outcome(world.sync(), "codex") == "conflict"
    assert (args(world, "codex"), args(world, "qwen")) == (["of-codex"], ["of-main"])


def test_nothing_is_written_outside_of_what_changed(world: World) -> None:
    before = world.read(".codex/config.toml")
    follow(world)
    world.sync()
    after = world.read(".codex/config.toml")
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []


def test_a_file_that_changes_while_we_work_is_read_again(world: World) -> None:
    follow(world)
    real = world.disk.apply
    edits = iter([lambda: world.change_server("qwen", "two", args=["meanwhile"])])

    def apply(target, root, writes):  # type: ignore[no-untyped-def]
        if target.endswith("qwen/user"):
            next(edits, lambda: None)()
        real(target, root, writes)

    world.disk.apply = apply  # type: ignore[method-assign]
    world.sync()
    assert (args(world, "qwen"), world.servers("claude")["two"]["args"]) == (["of-main"], ["meanwhile"])


def test_what_the_clients_own_program_refuses_is_not_written(world: World) -> None:
    world.check.refused = (b"of-main",)
    follow(world)
    result = world.sync()
    assert [outcome(result, c) for c in CLIENTS] == ["stalled", "stalled", "stalled", "converged"]
    assert args(world) != ["of-main"]


def test_a_refused_target_stalls_alone_and_goes_on_when_it_is_mended(world: World) -> None:
    world.check.refused = (b"of-main",)
    follow(world)
    world.sync()
    world.check.refused = ()
    world.sync()
    assert args(world) == ["of-main"]

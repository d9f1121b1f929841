"""Stories that random histories found: each lost an edit, asked twice, or never came to rest. Engine on doubles."""

from __future__ import annotations

import pytest

from reconciler.errors import Raced
from tests.fakes.engine import CLIENTS, World, adopted, of, with_doors
from tests.fakes.failing import Countdown, Killed


def args(world: World, client: str) -> list[str]:
    found: list[str] = world.servers(client)["one"].get("args", [])
    return found


def at_rest(world: World) -> bool:
    """True when a pass has nothing to write, now and two minutes later."""
    before = world.snapshot()
    world.sync()
    world.clock.advance(120)
    world.sync()
    return world.snapshot() == before


def test_an_edit_beside_a_main_that_does_not_validate_is_not_overwritten() -> None:
    """It was captured, could not be merged, and was then written over with the last good main."""
    world = adopted("one")
    world.commit({"mcp/bad.yaml": "comand: x\n"})
    world.change_server("qwen", "one", args=["of-qwen"])
    world.sync()
    world.sync("qwen", "acli")
    assert args(world, "qwen") == ["of-qwen"]
    world.commit({"mcp/bad.yaml": None})
    world.sync()
    assert [args(world, c) for c in CLIENTS] == [["of-qwen"]] * 4


def test_an_edit_that_could_not_be_captured_is_not_overwritten() -> None:
    """The change branch was moved by another process; converge went on as if there were no edit."""
    world = adopted("one")
    world.change_server("qwen", "one", args=["of-qwen"])
    real = world.store.move_ref

    def raced(name, new, expected):  # type: ignore[no-untyped-def]
        if "/changes/" in name:
            raise Raced("moved by others")
        real(name, new, expected)

    world.store.move_ref = raced  # type: ignore[method-assign]
    world.sync()
    assert args(world, "qwen") == ["of-qwen"]
    world.store.move_ref = real  # type: ignore[method-assign]
    world.sync()
    assert [args(world, c) for c in CLIENTS] == [["of-qwen"]] * 4


def test_a_file_that_is_being_written_is_not_captured_half() -> None:
    """A half of a TOML file is often a whole TOML file: two looks must agree."""
    world = adopted("one", "two")
    whole = world.read(".codex/config.toml")
    half = whole[: whole.rindex("[mcp_servers")]
    assert "[mcp_servers" in half
    world.write(".codex/config.toml", half)
    looks: list[int] = []
    real = world.disk.look

    def look(root, path):  # type: ignore[no-untyped-def]
        found = real(root, path)
        if path == ".codex/config.toml":
            looks.append(1)
            world.write(path, whole)
        return found

    world.disk.look = look  # type: ignore[method-assign]
    world.sync()
    assert looks
    assert all(set(world.servers(c)) == {"one", "two"} for c in CLIENTS)


def test_a_change_that_waits_for_an_approver_is_not_merged_again_and_again() -> None:
    """Seed 1066: qwen's own edit landed, main's change of the same server was held, and each pass made a commit."""
    world = adopted("one")
    world.change_server("qwen", "one", excludeTools=["rm"])
    world.sync()
    world.change_server("qwen", "one", note="mine")
    world.commit({"mcp/one.yaml": "command: example-mcp-server\nenv:\n  MODE: of-main\n"})
    world.sync()
    assert [(i.target, i.kind) for i in world.waiting() if "qwen" in i.target] == [("laptop-1/qwen/user", "held")]
    assert at_rest(world)
    assert world.servers("qwen")["one"]["note"] == "mine"


@pytest.mark.parametrize("take", ["local", "central"])
def test_who_settles_a_conflict_is_not_asked_for_an_approval_of_the_same(take: str) -> None:
    """To take main's server without codex's restriction was held a second time, as a risk of main's."""
    world = World()
    world.put_server("claude", "one", {"command": "example", "env": {"MODE": "of-claude"}})
    world.put_server("codex", "one", {"command": "example", "disabled_tools": ["rm"]})
    world.adopt()
    world.resolve(world.waiting()[0], take)  # type: ignore[arg-type]
    assert world.waiting() == []
    assert at_rest(world)


def test_a_rejected_change_is_taken_back_although_the_way_back_is_a_risk_too() -> None:
    world = adopted("one")
    world.change_server("codex", "one", env={"OPENAI_BASE_URL": "https://first.example.invalid"})
    world.sync()
    world.resolve_all("local")
    world.change_server("codex", "one", env={"OPENAI_BASE_URL": "https://second.example.invalid"})
    world.sync()
    world.resolve(world.waiting()[0], "central")
    assert world.waiting() == []
    assert {world.servers(c)["one"]["env"]["OPENAI_BASE_URL"] for c in CLIENTS} == {"https://first.example.invalid"}


def test_an_allow_that_a_deny_overruled_does_not_come_back() -> None:
    """claude's allow landed, qwen's deny took it out in the same pass, and claude's file brought it back beside the deny."""
    from reconciler.formats.edit import Insert

    world = adopted()
    world.write(".claude/settings.json", '{"permissions": {"allow": ["Bash(make:*)"]}}')
    world.edit(".qwen/settings.json", Insert(("permissions", "deny"), "Bash(make:*)"))
    for _ in range(3):
        world.clock.advance(120)
        world.sync()
    assert all("allow shell:make" not in str(world.config(c)) for c in CLIENTS)
    assert at_rest(world)


def test_an_approved_mass_removal_is_asked_about_once() -> None:
    world = adopted(*(f"s{i}" for i in range(6)))
    for i in range(5):
        world.drop_server("codex", f"s{i}")
    world.sync()
    world.resolve(world.waiting()[0], "local", every=True)
    assert world.waiting() == []


def test_two_clients_that_rotate_one_secret_are_a_conflict() -> None:
    """The one that was looked at first had its value in the vault alone, and lost without a word."""
    first, second = "hush-" + "a" * 20, "hush-" + "b" * 20
    world = adopted("one")
    world.change_server("claude", "one", env={"API_TOKEN": "hush-" + "c" * 20})
    world.sync()
    world.change_server("codex", "one", env={"API_TOKEN": first})
    world.change_server("qwen", "one", env={"API_TOKEN": second})
    world.sync()
    assert [i.path for i in world.waiting()] == [("env", "API_TOKEN")]
    assert world.servers("codex")["one"]["env"]["API_TOKEN"] == first
    assert world.servers("qwen")["one"]["env"]["API_TOKEN"] == second


def test_what_changed_while_a_file_was_written_reaches_the_others_in_the_same_pass() -> None:
    world = adopted("one", "two")
    world.commit({"mcp/one.yaml": "command: example-mcp-server\nargs: [of-main]\n"})
    real, edits = world.disk.apply, [1]

    def apply(target, root, writes):  # type: ignore[no-untyped-def]
        if edits and target.endswith("acli/user"):
            edits.clear()
            world.change_server("acli", "two", args=["meanwhile"])
        real(target, root, writes)

    world.disk.apply = apply  # type: ignore[method-assign]
    result = world.sync()
    assert world.servers("claude")["two"]["args"] == ["meanwhile"]
    assert of(result, "acli").outcome == "captured"


def test_killed_between_main_and_the_synced_ref_nobody_is_asked() -> None:
    world = adopted("one")
    world.change_server("codex", "one", args=["a"])
    whole = world.ports
    count = Countdown(10**9, False)
    probe = with_doors(world)
    probe.ports = count.over(whole)
    probe.sync()
    total = len(count.calls)
    for at in range(1, total + 1):
        again = adopted("one")
        again.change_server("codex", "one", args=["a"])
        kept = again.ports
        again.ports = Countdown(at, True).over(kept)
        with pytest.raises(Killed):
            again.sync()
        again.ports = kept
        again.sync()
        assert again.waiting() == []
        assert [args(again, c) for c in CLIENTS] == [["a"]] * 4


def test_a_conflict_that_was_settled_for_main_is_not_asked_again_while_the_file_cannot_be_written() -> None:
    world = adopted("one")
    world.change_server("claude", "one", args=["of-claude"])
    world.change_server("codex", "one", args=["of-codex"])
    world.sync()
    world.check.refused = (b"of-claude",)
    world.resolve(world.waiting()[0], "central")
    world.sync()
    assert world.waiting() == []
    world.check.refused = ()
    world.sync()
    assert args(world, "codex") == ["of-claude"]

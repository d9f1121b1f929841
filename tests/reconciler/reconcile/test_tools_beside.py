"""A weaker decision that is put in the place of a stronger one: nothing of it is lost while an approver is awaited."""

from __future__ import annotations

import pytest

from reconciler.formats.edit import Insert, Remove, Set
from reconciler.reconcile.conflicts import Take
from tests.fakes.engine import World, of

ROVO, CLAUDE = ".rovodev/config.yml", ".claude/settings.json"
GREP = ("toolPermissions", "tools", "grep")


def in_step() -> World:
    world = World()
    world.write(ROVO, "toolPermissions:\n  tools:\n    grep: deny\n")
    world.write(CLAUDE, '{"permissions": {"deny": ["Grep"], "ask": []}}\n')
    world.adopt()
    world.sync()
    world.clock.advance(120)
    return world


def weakened(client: str) -> World:
    world = in_step()
    if client == "acli":
        world.edit(ROVO, Set(GREP, "ask"))
    else:
        world.edit(CLAUDE, Remove(("permissions", "deny", 0)), Insert(("permissions", "ask"), "Grep"))
    return world


@pytest.mark.parametrize("client", ["acli", "claude"])
def test_both_wait_and_the_file_keeps_what_was_edited(client: str) -> None:
    world = weakened(client)
    edited = world.read(ROVO), world.read(CLAUDE)
    for _ in range(2):
        done = of(world.sync(), client)
        assert (done.outcome, done.written, sorted(done.waiting.values())) == ("held", (), ["held", "held"])
    assert (world.read(ROVO), world.read(CLAUDE)) == edited


@pytest.mark.parametrize(("take", "decision"), [("local", "ask"), ("central", "deny")])
def test_the_decision_about_the_stronger_one_settles_both(take: Take, decision: str) -> None:
    world = weakened("acli")
    world.sync()
    world.resolve(next(i for i in world.waiting() if "deny" in i.entity), take)
    world.sync()
    assert world.waiting() == []
    assert world.read(ROVO) == f"toolPermissions:\n  tools:\n    grep: {decision}\n"


def test_while_a_weaker_one_by_a_commit_waits_the_line_of_the_other_stays() -> None:
    world = in_step()
    world.commit({path: text.replace("deny", "allow") for path, text in world.main().items() if path.endswith("tools/default.yaml")})
    assert of(world.sync(), "acli").outcome == "held"
    assert world.read(ROVO) == "toolPermissions:\n  tools:\n    grep: deny\n"

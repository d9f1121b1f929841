from __future__ import annotations

import random

import pytest

from reconciler.errors import Stalled
from reconciler.formats.edit import Remove, Set
from reconciler.model.refnames import MAIN
from reconciler.ports import Author
from reconciler.ports.mirror import Mirror
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.mirroring import mirror_repository, rebuild, rebuilt_digest
from tests.fakes.engine import CLIENTS, SERVERS, STDIO, World
from tests.fakes.mirror import MemoryMirror
from tests.fakes.store import MemoryStore


def mirrored(world: World, mirror: Mirror) -> bool:
    return mirror_repository(world.engine.centre, mirror)


@pytest.fixture
def world() -> World:
    made = World()
    made.adopt()
    return made


def add_server(world: World, client: str, name: str, **fields: object) -> None:
    path, at = SERVERS[client]
    world.edit(path, Set((*at, name), {**STDIO, **fields}))


def test_a_repository_without_commits_is_mirrored_as_nothing() -> None:
    mirror = MemoryMirror()
    assert not mirrored(World(), mirror)
    assert mirror.writes == 0


def test_who_goes_first_is_let_past_before_each_commit_and_each_reference(world: World) -> None:
    mirror, rests = MemoryMirror(), list[int]()
    mirror_repository(world.engine.centre, mirror, lambda: rests.append(mirror.writes))
    on_main = [made for made in mirror.rows["commits"] if made.is_main]
    assert rests == [0] * len(on_main) + [1] * len(mirror.refs)


def test_mirroring_again_writes_nothing(world: World) -> None:
    mirror = MemoryMirror()
    assert mirrored(world, mirror)
    before = mirror.writes
    assert not mirrored(world, mirror)
    assert mirror.writes == before


def test_every_commit_that_main_contains_is_there_once(world: World) -> None:
    add_server(world, "claude", "github")
    world.sync()
    mirror = MemoryMirror()
    mirrored(world, mirror)
    head = world.engine.centre.main()
    assert head is not None
    found = [made.commit.revision for made in mirror.rows["commits"]]
    assert sorted(found) == sorted(c.revision for c in world.store.history(head, first_parent=False))
    main = [made.commit.revision for made in mirror.rows["commits"] if made.is_main]
    assert main == [c.revision for c in world.store.history(head)][::-1]


def test_a_change_says_who_made_it_when_and_in_which_client(world: World) -> None:
    add_server(world, "claude", "github")
    world.sync()
    mirror = MemoryMirror()
    mirrored(world, mirror)
    change = next(c for c in mirror.rows["changes"] if c.entity == "mcp/github")
    assert (change.client, change.machine, change.author, change.at) == ("claude", "laptop-1", "Claude Code on laptop-1", world.clock.now())
    assert change.after["command"] == STDIO["command"]


def test_a_removed_entity_has_a_last_version_of_nothing(world: World) -> None:
    add_server(world, "claude", "github")
    world.sync()
    path, at = SERVERS["claude"]
    world.edit(path, Remove((*at, "github")))
    world.sync()
    mirror = MemoryMirror()
    mirrored(world, mirror)
    assert [v.value is None for v in mirror.rows["versions"] if v.entity == "mcp/github"] == [False, True]


def test_a_secret_that_a_person_committed_does_not_reach_the_mirror(world: World) -> None:
    token = "ghp_" + "0123456789abcdefghij0123456789abcdef"
    head = world.engine.centre.main()
    data = f"schema: 1\ncommand: x\nargs: [--token, {token}]\n".encode()
    new = world.store.commit(head, {"mcp/leak.yaml": data}, [head] if head else [], f"Use {token}\n", Author("ann", "a@b", 1.0))
    world.store.move_ref(MAIN, new, head)
    mirror = MemoryMirror()
    mirrored(world, mirror)
    assert any(v.entity == "mcp/leak" for v in mirror.rows["versions"])
    assert token not in repr((mirror.rows, mirror.refs))


def test_a_main_that_was_rewritten_is_mirrored_as_it_is_now(world: World) -> None:
    start = world.engine.centre.main()
    mirror = MemoryMirror()
    add_server(world, "claude", "github")
    world.sync()
    mirrored(world, mirror)
    world.store.move_ref(MAIN, start, world.engine.centre.main())
    mirrored(world, mirror)
    assert mirror.state().head == start
    assert mirror.digest() == rebuilt_digest(world.engine.centre, mirror)


def test_another_repository_is_refused_until_the_mirror_is_rebuilt(world: World) -> None:
    mirror = MemoryMirror()
    other = World(store=MemoryStore())
    other.clock.advance(5)
    other.adopt()
    mirrored(other, mirror)
    before = mirror.digest()
    with pytest.raises(Stalled, match=r"mirrors another repository .*`reconciler mirror rebuild`"):
        mirrored(world, mirror)
    assert mirror.digest() == before
    assert rebuild(world.engine.centre, mirror) == mirror.digest()
    assert mirror.state().head == world.engine.centre.main()


def random_history(seed: int, steps: int, mirror: Mirror, often: float) -> tuple[World, Centre]:
    """Edits in every client, people's decisions, commits from outside and rewinds, mirrored now and then."""
    chance = random.Random(seed)
    world = World()
    world.adopt()
    for _ in range(steps):
        _step(world, chance)
        if chance.random() < often:
            mirrored(world, mirror)
    mirrored(world, mirror)
    return world, world.engine.centre


def _step(world: World, chance: random.Random) -> None:
    world.clock.advance(60)
    for _ in range(chance.randint(1, 2)):
        client = chance.choice(CLIENTS)
        add_server(world, client, chance.choice("abc"), args=[str(chance.randint(0, 3))])
    world.sync(*chance.sample(CLIENTS, chance.randint(1, 4)))
    if world.waiting() and chance.random() < 0.5:
        world.resolve(world.waiting()[0], chance.choice(["local", "central"]))
    main = world.engine.centre.main()
    if main and chance.random() < 0.2:
        data = f"schema: 1\ncommand: by-hand-{chance.randint(0, 9)}\n".encode()
        new = world.store.commit(main, {"mcp/by-hand.yaml": data}, [main], "By hand\n", Author("ann", "ann@b", world.clock.now()))
        world.store.move_ref(MAIN, new, main)
    elif main and chance.random() < 0.1 and (parents := world.store.read(main).parents):
        world.store.move_ref(MAIN, parents[0], main)


@pytest.mark.parametrize("seed", range(6))
def test_a_mirror_made_in_steps_equals_one_made_at_once(seed: int) -> None:
    mirror = MemoryMirror()
    _, centre = random_history(seed, 8, mirror, often=0.4)
    assert mirror.digest() == rebuilt_digest(centre, mirror)
    assert rebuild(centre, mirror) == mirror.digest()

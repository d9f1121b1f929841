"""Whatever we wrote, `restore` takes it back to the byte, and keeps what a client wrote beside it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from reconciler.formats import json_text
from reconciler.formats.edit import Set
from reconciler.reconcile import undoing
from reconciler.reconcile.restoring import restore
from tests.fakes.engine import CLIENTS, World
from tests.property.client_files import FILES

LONG = [pytest.param(seed, marks=pytest.mark.long) for seed in range(30, 1030)]
NAMES = ("alpha", "beta", "files", "docs", "a-b_c")


def a_server(r: Random, world: World) -> None:
    world.commit({f"mcp/{r.choice(NAMES)}.yaml": f"command: example-mcp-server\nargs: [n{r.random()}]\n"})


def no_server(r: Random, world: World) -> None:
    there = [p for p in world.main() if "mcp/" in p]
    world.commit(dict.fromkeys(r.sample(there, min(1, len(there)))) or {"rules/some.md": f"text {r.random()}\n"})


def a_rule(r: Random, world: World) -> None:
    world.commit({f"rules/{r.choice(('one', 'style', 'other'))}.md": f"# Rule\n\n- text {r.random()}\n"})


def no_rule(r: Random, world: World) -> None:
    there = [p for p in world.main() if p.startswith("rules/")]
    world.commit(dict.fromkeys(r.sample(there, min(1, len(there)))) or {"mcp/some.yaml": f"command: c{r.random()}\n"})


def permissions(r: Random, world: World) -> None:
    lines = [
        f"{word}:\n  - shell: [{', '.join(r.sample(['git', 'log', 'ls', 'npm'], 2))}]\n"
        for word in r.sample(["ask", "deny"], r.randint(1, 2))
    ]
    world.commit({"tools/default.yaml": "".join(lines)})


WRITES: tuple[Callable[[Random, World], None], ...] = (a_server, a_server, no_server, a_rule, a_rule, no_rule, permissions)


def started(r: Random) -> World:
    """Four clients whose files are as people leave them, adopted and at rest."""
    world = World({path: data for client in CLIENTS for path, data in FILES[client](r).items()})
    world.adopt(prefer="claude")
    for _ in range(2):
        world.sync()
        world.clock.advance(120)
    return world


def written(r: Random, world: World) -> None:
    for _ in range(r.randint(1, 6)):
        for _ in range(r.randint(1, 3)):
            r.choice(WRITES)(r, world)
        world.sync()
        world.clock.advance(r.choice((1, 120)))


def held(world: World) -> dict[str, bytes]:
    return dict(world.disk.files)


def restored(world: World, at: float) -> dict[str, bytes]:
    for target in world.engine.targets():
        if any(b.written_at >= at for b in world.disk.backups(target.id)):
            restore(world.engine, target, at, False)
    return held(world)


@pytest.mark.parametrize("seed", [*range(30), *LONG])
def test_what_we_wrote_goes_back_to_the_byte(seed: int) -> None:
    r = Random(seed)
    world = started(r)
    before, at = held(world), world.clock.now()
    written(r, world)
    assert restored(world, at) == before


def beside(world: World, path: str, number: int, data: bytes) -> bytes:
    """A client writes something of its own into a file."""
    if path.endswith(".json"):
        return json_text.edit(data, [Set((f"own{number}",), [number])])
    mark = b"# own %d\n" % number
    return (b"" if data.endswith(b"\n") or data in (b"", b"\xef\xbb\xbf") else b"\n").join([data, mark])


@pytest.mark.parametrize("seed", [*range(5), *LONG])
def test_what_a_client_wrote_beside_it_stays(seed: int) -> None:
    r = Random(seed)
    world = started(r)
    before, at = held(world), world.clock.now()
    expected = dict(before)
    for number in range(r.randint(1, 4)):
        written(r, world)
        for path in r.sample(sorted(p for p in before if not p.endswith(".md")), 2):
            if path in world.disk.files:
                expected[path] = beside(world, path, number, expected[path])
                world.disk.files[path] = beside(world, path, number, world.disk.files[path])
    assert told(restored(world, at)) == told(expected)


def told(files: dict[str, bytes]) -> dict[str, object]:
    """What files say, line by line. Where two write side by side, line ends and empty maps of JSON may be either's."""
    lines = {path: [line.strip() for line in data.decode().split("\n")] for path, data in files.items()}
    values = {path: undoing.without_empty(json_text.read(data)) for path, data in files.items() if path.endswith(".json")}
    return {**{path: [line for line in text if line] for path, text in lines.items()}, **values}

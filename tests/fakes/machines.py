"""Machines in memory that follow one remote."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from reconciler.errors import RemoteFailed
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.reconcile.following import Following, synchronise
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.remote_standing import load_facts
from reconciler.reconcile.starting import start
from tests.fakes.engine import STDIO, World
from tests.fakes.remote import MemoryRemote
from tests.fakes.store import MemoryStore

AWAY = RemoteFailed("Unreachable", "fetching from memory: the remote could not be reached", "it is tried again")


@contextmanager
def unlocked() -> Iterator[None]:
    yield


@dataclass
class Machine:
    """A world with a remote. ``name`` is the machine's."""

    name: str
    host: MemoryStore
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.world.ports = replace(self.world.ports, machine=self.name, person=f"user-of-{self.name}")
        self.remote = MemoryRemote(self.world.store, self.host)

    def follow(self) -> Following:
        return Following(self.world.engine, self.remote)

    def sync(self) -> Pass:
        following = self.follow()
        return synchronise(following, lambda: following.engine.run(following.engine.targets()), unlocked)

    @property
    def reason(self) -> str:
        return load_facts(self.world.memory).reason

    @property
    def main(self) -> Revision | None:
        return self.world.store.ref(MAIN)


def first_machine(name: str = "a") -> Machine:
    machine = Machine(name, MemoryStore())
    machine.world.adopt()
    settle(machine, "approval_threshold: high")
    machine.sync()
    return machine


def settle(machine: Machine, line: str) -> None:
    """A line of `reconciler.yaml`: with two machines, each new server would wait for an approver else."""
    text = machine.world.main()["reconciler.yaml"]
    machine.world.commit({"reconciler.yaml": text + line + "\n"}, "Settings")


def joined(first: Machine, name: str = "b") -> Machine:
    """Another machine that takes the remote's main over and adopts its own clients."""
    second = Machine(name, first.host)
    second.remote.fetch([f"{MAIN}*"])
    second.world.store.move_ref(MAIN, second.world.store.ref("refs/fetched/heads/main"), None)
    start(second.world.engine, {}, None)
    second.sync()
    first.sync()
    return second


def two_machines() -> tuple[Machine, Machine]:
    first = first_machine()
    return first, joined(first)


def apart(a: Machine, b: Machine, *edits: Callable[[Machine], None]) -> None:
    """Each machine edits and syncs without the remote; then they meet."""
    for machine, edit in zip((a, b), edits, strict=True):
        edit(machine)
        machine.remote.failure = AWAY
        machine.sync()
        machine.remote.failure = None
    for machine in (a, b, a):
        machine.sync()


def disputed(a: Machine, b: Machine) -> None:
    """Both changed one argument of a server that both have; what b says waits."""
    a.world.put_server("codex", "s", {**STDIO, "args": ["x"]})
    a.sync()
    b.sync()
    apart(a, b, lambda m: m.world.change_server("codex", "s", args=["of a"]), lambda m: m.world.change_server("qwen", "s", args=["of b"]))

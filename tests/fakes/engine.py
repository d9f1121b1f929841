"""A machine in memory: client files, a repository, and the engine between them.

A test edits files as clients and people do, syncs, and looks at files and at main. Each sync is a new engine on the
same world, as each run of the command line is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.deploy.template import sample_files, template_files
from reconciler.formats import json_text, toml_text, yaml_text
from reconciler.formats.edit import Edit, KeyPath, Remove, Set
from reconciler.mapping.lowering import config_of
from reconciler.model.fields import Fields
from reconciler.model.names import AbsPath, EntityId, Revision
from reconciler.model.refnames import CHANGES, MAIN, REVIEWS, SYNCED
from reconciler.ports import Author, Ports
from reconciler.reconcile import conflicts, reviews
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.conflicts import Choice
from reconciler.reconcile.pass_result import Pass, TargetPass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.starting import Started, start
from reconciler.reconcile.steady import steadied
from reconciler.reconcile.targets import Target
from tests.fakes.check import FakeCheck
from tests.fakes.clock import FakeClock
from tests.fakes.disk import MemoryDisk
from tests.fakes.memory import MemoryMemory
from tests.fakes.store import MemoryStore
from tests.fakes.vault import MemoryVault

HOME = AbsPath("/home/ann")
MACHINE = "laptop-1"
CLIENTS = ("claude", "codex", "qwen", "acli")

SERVERS: dict[str, tuple[str, KeyPath]] = {
    "claude": (".claude.json", ("mcpServers",)),
    "codex": (".codex/config.toml", ("mcp_servers",)),
    "qwen": (".qwen/settings.json", ("mcpServers",)),
    "acli": (".rovodev/mcp.json", ("mcpServers",)),
}
"""Where each client keeps its servers."""

PLAIN: dict[str, str] = {
    ".claude.json": '{\n  "machineID": "0",\n  "mcpServers": {},\n  "numStartups": 7\n}\n',
    ".codex/config.toml": '# my models\nmodel = "some"  # the usual\n\n[features]\nfast = true\n',
    ".qwen/settings.json": '{\n  // how it looks\n  "ui": {"theme": "dark"},\n  "mcpServers": {}\n}\n',
    ".rovodev/mcp.json": '{\n    "mcpServers": {\n    },\n    "keep": [1, 2]\n}\n',
    ".rovodev/config.yml": "# mine\nagent:\n  modelId: auto  # inline\n",
}
"""Four clients with nothing to share, and with bytes that are theirs alone."""

STDIO = {"command": "example-mcp-server"}


@dataclass
class World:
    """``ports`` may be replaced by doors that fail; ``person`` is who sits there."""

    files: dict[str, str | bytes] = field(default_factory=lambda: dict(PLAIN))
    environ: dict[str, str] = field(default_factory=dict)
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: FakeClock = field(default_factory=FakeClock)
    vault: MemoryVault = field(default_factory=MemoryVault)
    check: FakeCheck = field(default_factory=FakeCheck)
    memory: MemoryMemory = field(default_factory=MemoryMemory)
    is_up: bool = False
    running: Reconciler | None = None

    def __post_init__(self) -> None:
        held = {f"{HOME}/{p}": d.encode() if isinstance(d, str) else d for p, d in self.files.items()}
        self.disk = MemoryDisk(held, self.clock)
        self.folders_of_clients()
        self._random = 0
        doors = Ports(self.store, self.disk, self.vault, self.check, self.clock, self.memory, HOME, MACHINE, self._entropy, "ann", self.environ)
        self.ports = steadied(doors)

    def folders_of_clients(self) -> None:
        """A folder that once held a file is there."""
        self.disk.folders |= {path.rpartition("/")[0] for path in self.disk.files}

    def _entropy(self, count: int) -> bytes:
        self._random += 1
        return self._random.to_bytes(count, "big")

    # ------------------------------------------------------------ the engine

    @property
    def engine(self) -> Reconciler:
        """A new engine, as each command starts one; the same one again while the world ``is_up``."""
        if self.running is None or self.running.ports is not self.ports:
            engine = Reconciler(self.ports, Centre(self.ports.store, self.ports.memory))
            self.running = engine if self.is_up else None
            return engine
        return self.running

    def adopt(self, prefer: str | None = None) -> Started:
        return start(self.engine, template_files(), prefer)

    def sync(self, *clients: str) -> Pass:
        engine = self.engine
        return engine.run([t for t in engine.targets() if not clients or t.client in clients])

    def target(self, client: str) -> Target:
        return next(t for t in self.engine.targets() if t.client == client)

    def waiting(self, kind: str | None = None) -> list[reviews.Item]:
        return conflicts.waiting(self.engine, kind)

    def resolve(self, item: reviews.Item, take: conflicts.Take, value: Any = None, every: bool = False) -> Pass:
        return conflicts.resolve(self.engine, item.id, Choice(take, value), every)[1]

    def resolve_all(self, take: conflicts.Take) -> None:
        """Decide what waits, one by one, since a decision may settle another item too."""
        for _ in range(50):
            if not self.waiting():
                return
            self.resolve(self.waiting()[0], take)
        raise AssertionError("what waits comes back for ever")

    # ------------------------------------------------------------ client files

    def read(self, path: str) -> str:
        return self.disk.files[f"{HOME}/{path}"].decode()

    def write(self, path: str, text: str | bytes) -> None:
        self.disk.files[f"{HOME}/{path}"] = text.encode() if isinstance(text, str) else text
        self.folders_of_clients()

    def remove(self, path: str) -> None:
        del self.disk.files[f"{HOME}/{path}"]

    def edit(self, path: str, *edits: Edit) -> None:
        """Change keys of a file and leave the rest, as an editor does."""
        form = {"toml": toml_text.edit, "json": json_text.edit}.get(path.rsplit(".", 1)[1], yaml_text.edit)
        self.write(path, form(self.disk.files.get(f"{HOME}/{path}", b""), edits))

    def replace(self, path: str, old: str, new: str) -> None:
        assert old in self.read(path), f"{path} holds no {old!r}"
        self.write(path, self.read(path).replace(old, new))

    def servers(self, client: str) -> dict[str, Any]:
        path, at = SERVERS[client]
        value = (toml_text.read if path.endswith("toml") else json_text.read)(self.disk.files[f"{HOME}/{path}"])
        return dict(value.get(at[0], {}))

    def put_server(self, client: str, name: str, entry: Mapping[str, Any] = STDIO) -> None:
        path, at = SERVERS[client]
        self.edit(path, Set((*at, name), dict(entry)))

    def change_server(self, client: str, name: str, **keys: Any) -> None:
        """Set keys of a server's entry; None takes one away."""
        path, at = SERVERS[client]
        self.edit(path, *(Remove((*at, name, k)) if v is None else Set((*at, name, k), v) for k, v in keys.items()))

    def drop_server(self, client: str, name: str) -> None:
        path, at = SERVERS[client]
        self.edit(path, Remove((*at, name)))

    # ------------------------------------------------------------ the repository

    @property
    def is_adopted(self) -> bool:
        return self.store.ref(MAIN) is not None

    @property
    def head(self) -> Revision:
        head = self.store.ref(MAIN)
        assert head is not None
        return head

    def main(self) -> dict[str, str]:
        return {path: data.decode() for path, data in self.store.files(self.head).items()}

    def commit(self, changes: Mapping[str, str | None], message: str = "By hand") -> Revision:
        """A person's commit on main."""
        data = {path: None if text is None else text.encode() for path, text in changes.items()}
        new = self.store.commit(self.head, data, [self.head], message + "\n", Author("bo", "bo@example.invalid", self.clock.now()))
        self.store.move_ref(MAIN, new, self.head)
        return new

    def config(self, client: str) -> dict[EntityId, Fields]:
        """What main says for a client."""
        return self.engine.centre.config(self.head, self.target(client))

    def central(self, entity: str, client: str = "claude") -> dict[str, Any] | None:
        fields = self.config(client).get(EntityId(entity))
        return None if fields is None else config_of(fields)

    def refs(self) -> dict[str, Revision]:
        return {name: ref for prefix in (MAIN, CHANGES, REVIEWS, SYNCED) for name, ref in self.store.refs(prefix).items()}

    def set_settings(self, text: str) -> None:
        self.commit({"reconciler.yaml": "schema: 1\n" + text})

    # ------------------------------------------------------------ everything at once

    def snapshot(self) -> tuple[dict[str, bytes], dict[str, Revision], dict[str, str], int]:
        """All that a pass could write: files, references, memory; and how many objects there are."""
        return dict(self.disk.files), self.refs(), dict(self.memory.saved), self.store.count()

    def blobs(self) -> Iterable[bytes]:
        """Everything that ever entered the repository, messages included."""
        return self.store.everything()


def adopted(*servers: str, **changes: Any) -> World:
    """A world whose four clients are in step, with these servers everywhere and no conflicts."""
    world = World(**changes)
    for name in servers:
        world.put_server("claude", name)
    world.adopt()
    world.sync()
    world.clock.advance(120)
    return world


def sampled(prefer: str | None = "claude") -> World:
    """A world with the files that the four real clients write, adopted."""
    world = World({**sample_files()})
    world.adopt(prefer)
    return world


def outcome(result: Pass, client: str) -> str:
    return of(result, client).outcome


def of(result: Pass, client: str) -> TargetPass:
    return next(t for t in result.targets if t.target.client == client)


def with_doors(world: World, **doors: Any) -> World:
    """The same world behind other doors."""
    world.ports = replace(world.ports, **doors)
    return world



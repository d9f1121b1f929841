"""A machine in memory: four clients' files, the engine over them, and people who edit the files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reconciler.all_adapters import CATALOGUE
from reconciler.deploy.template import sample_files, template_files
from reconciler.formats import json_text, toml_text
from reconciler.formats.edit import Edit, Remove, Set
from reconciler.model.names import AbsPath
from reconciler.ports import Ports, Store
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.passes import Pass, Reconciler
from reconciler.reconcile.starting import start
from tests.fakes.check import FakeCheck
from tests.fakes.clock import FakeClock
from tests.fakes.disk import MemoryDisk
from tests.fakes.memory import MemoryMemory
from tests.fakes.store import MemoryStore
from tests.fakes.vault import MemoryVault

HOME = "/home/ana"
CLIENTS = tuple(a.client for a in CATALOGUE)
_SERVERS = {
    "claude": (".claude.json", json_text, "mcpServers"),
    "codex": (".codex/config.toml", toml_text, "mcp_servers"),
    "qwen": (".qwen/settings.json", json_text, "mcpServers"),
    "acli": (".rovodev/mcp.json", json_text, "mcpServers"),
}


class World:
    """``files`` start the home folder; left out: the samples."""

    def __init__(self, files: Mapping[str, bytes] | None = None, prefer: str | None = "claude") -> None:
        self.clock = FakeClock()
        home = {f"{HOME}/{path}": data for path, data in (sample_files() if files is None else files).items()}
        self.disk = MemoryDisk(home, self.clock)
        self.store, self.vault, self.memory = MemoryStore(), MemoryVault(), MemoryMemory()
        self.count = 0
        self.prefer = prefer

    def engine(self, store: Store | None = None) -> Reconciler:
        """A new engine on the same world, as after a restart."""
        used = store or self.store
        ports = Ports(
            store=used,
            disk=self.disk,
            vault=self.vault,
            check=FakeCheck(),
            clock=self.clock,
            memory=self.memory,
            home=AbsPath(HOME),
            machine="laptop",
            entropy=self._bytes,
            person="ana",
        )
        return Reconciler(ports, Centre(used, self.memory))

    def _bytes(self, size: int) -> bytes:
        self.count += 1
        return self.count.to_bytes(size, "big")

    def adopt(self) -> Pass:
        return start(self.engine(), template_files(), self.prefer).result

    def sync(self, *clients: str) -> Pass:
        engine = self.engine()
        return engine.run([t for t in engine.targets() if not clients or t.client in clients])

    # ------------------------------------------------------------ people

    def servers(self, client: str) -> dict[str, Any]:
        path, form, key = _SERVERS[client]
        return dict(form.read(self.disk.files[f"{HOME}/{path}"]).get(key) or {})

    def put(self, client: str, name: str, *field: str, value: Any) -> None:
        self._edit(client, Set((_SERVERS[client][2], name, *field), value))

    def remove(self, client: str, name: str) -> None:
        self._edit(client, Remove((_SERVERS[client][2], name)))

    def _edit(self, client: str, edit: Edit) -> None:
        path, form, _ = _SERVERS[client]
        full = f"{HOME}/{path}"
        self.disk.files[full] = form.edit(self.disk.files[full], [edit])

    def write(self, path: str, data: str | bytes) -> None:
        self.disk.files[f"{HOME}/{path}"] = data.encode() if isinstance(data, str) else data

    def read(self, path: str) -> str:
        return self.disk.files[f"{HOME}/{path}"].decode()

    # ------------------------------------------------------------ what must hold

    def all_refs(self) -> dict[str, str]:
        return dict(self.store.refs("refs/"))

    def blobs(self) -> str:
        """Every byte that any commit ever held."""
        commits = self.store._commits.values()  # the double's own inside: plain git shows it of a real one
        return json.dumps([data.decode("utf-8", "replace") for _, files in commits for data in files.values()], ensure_ascii=False)

"""The gateway over a machine in memory, and people who call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any

from starlette.testclient import TestClient

from api import credentials
from api.app import create_app
from api.passwords import hash_of
from api.services import Gateway, Services
from reconciler.deploy.dry import DryDisk
from reconciler.deploy.dry_memory import DryMemory
from reconciler.deploy.template import template_files
from reconciler.events.local_live import LocalLive
from reconciler.model.accounts import ROLES, Role
from reconciler.ports import Memory
from reconciler.ports.brake import Brake
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.exports import Sources
from reconciler.reconcile.passes import Reconciler
from reconciler.schedule.exporting import Exporting
from reconciler.secrets.dry import DryVault
from reconciler.store.dry import DryStore
from tests.fakes.accounts import MemoryAudit, MemoryCredentials, MemoryFaults, MemoryLog, MemoryUsers
from tests.fakes.engine import World
from tests.fakes.exports import MemoryExportFiles
from tests.fakes.logs import MemoryLogs
from tests.fakes.sessions import MemorySessions, MemoryTexts

HERE = "http://127.0.0.1:8787"
PASSWORD = "a long enough pass phrase"
HASH = hash_of(PASSWORD)


@dataclass
class WorldEngines:
    """Engines over a world in memory, dry ones and real ones."""

    world: World
    first: list[Reconciler] = field(default_factory=list)
    looked: int = 0
    """How many engines were asked for that only look."""

    def looking(self) -> Reconciler:
        ports = self.world.ports
        dry = replace(ports, store=DryStore(ports.store), disk=DryDisk(ports.disk), vault=DryVault(ports.vault), memory=DryMemory(ports.memory))
        engine = Reconciler(dry, Centre(dry.store, dry.memory))
        self.first, self.looked = self.first or [engine], self.looked + 1
        return engine.knowing(self.first[0])

    @contextmanager
    def changing(self, person: str, approves: bool = False) -> Iterator[Reconciler]:
        ports = replace(self.world.ports, person=person, approves=approves)
        yield Reconciler(ports, Centre(ports.store, ports.memory))

    adopting = changing

    def is_shared(self) -> bool:
        return False

    def brake(self) -> Brake:
        return self.world.ports.brake

    def template(self) -> Mapping[str, bytes]:
        return template_files()

    def memory(self) -> Memory:
        return self.world.ports.memory


@dataclass
class Gate:
    """``client`` has shown nothing; ``as_`` shows a token of a user with that role."""

    world: World = field(default_factory=World)
    gateway: Gateway = field(default_factory=lambda: Gateway(fresh_s=0))

    def __post_init__(self) -> None:
        self.users, self.credentials, self.audit = MemoryUsers(), MemoryCredentials(), MemoryAudit()
        self.engines = WorldEngines(self.world)
        self.log, self.faults = MemoryLog(), MemoryFaults()
        self.live, self.sessions = LocalLive(self.world.clock), MemorySessions()
        self.artifacts, self.export_files, self.logs = MemoryTexts(), MemoryExportFiles(), MemoryLogs()
        self._count = 0
        self.services = self._services()
        self.app = create_app(self.services)
        for role in ROLES:
            self.users.add(role, HASH, role)

    def _services(self) -> Services:
        return Services(
            engines=self.engines,
            users=self.users,
            credentials=self.credentials,
            audit=self.audit,
            live=self.live,
            sessions=self.sessions,
            artifacts=self.artifacts,
            log=self.log,
            logs=self.logs,
            faults=self.faults,
            exporting=self._exporting(),
            clock=self.world.clock,
            stopwatch=self.world.clock,
            entropy=self._entropy,
            gateway=self.gateway,
        )

    def _exporting(self) -> Exporting:
        engines, clock = WorldEngines(self.world), self.world.clock
        sources = Sources(engines.looking, self.audit, self.logs, clock.now)
        return Exporting(sources, self.export_files, self.sessions.exports, engines.memory(), clock, self._entropy, lambda: UTC)

    def _entropy(self, size: int) -> bytes:
        self._count += 1
        return self._count.to_bytes(size, "big")

    @property
    def client(self) -> TestClient:
        return TestClient(self.app, base_url=HERE, raise_server_exceptions=False)

    def as_(self, role: Role) -> TestClient:
        client = self.client
        client.headers["Authorization"] = f"Bearer {credentials.issue(self.services, 'access', role, role, 3600).secret}"
        return client

    def in_browser(self, role: Role) -> tuple[TestClient, str]:
        """A browser that has signed in, and the token of its page."""
        client = self.client
        answer = client.post("/api/v1/auth/login", json={"username": role, "password": PASSWORD})
        return client, answer.json()["csrf_token"]

    def everything_shown(self) -> str:
        """All that was logged and audited."""
        return repr((self.log.lines, self.audit.rows))


def problem(answer: Any) -> tuple[int, str]:
    """Status and kind of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[1]

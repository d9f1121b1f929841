"""The real doors of this machine, put together. Nobody else knows the classes behind the ports."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path

from reconciler.adapters.validation import VALIDATIONS
from reconciler.check.client_check import ClientCheck
from reconciler.check.programs import ProcPrograms
from reconciler.deploy.brake import FileBrake
from reconciler.deploy.clock import SystemClock
from reconciler.deploy.disk import LocalDisk
from reconciler.deploy.dry import DryDisk
from reconciler.deploy.dry_memory import DryMemory
from reconciler.deploy.memory import FileMemory
from reconciler.deploy.side_by_side import SideBySide
from reconciler.errors import Stalled
from reconciler.mapping.secret_guard import allows, holds_any
from reconciler.mirror.artifacts import Artifacts
from reconciler.mirror.journal import Journal
from reconciler.mirror.known import KnownCredentials, KnownUsers
from reconciler.mirror.trail import AuditTrail
from reconciler.model.names import AbsPath
from reconciler.ports import Check, Ports, Store, Vault, Verdict
from reconciler.ports.accounts import Audit, Credentials, Users
from reconciler.ports.brake import Brake, NoBrake
from reconciler.ports.measures import Measures, NoMeasures
from reconciler.ports.together import in_turn
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.following import Following
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.recording import Recording
from reconciler.reconcile.steady import steadied
from reconciler.secrets.dry import DryVault
from reconciler.secrets.scan import Scan
from reconciler.secrets.vault import open_vault
from reconciler.servers.supervisor import EmbeddedServers
from reconciler.settings import Settings
from reconciler.store.address import remembered_address
from reconciler.store.dry import DryStore
from reconciler.store.git import GitStore
from reconciler.store.guarded import GuardedStore
from reconciler.store.program import Limits
from reconciler.store.transport import GitRemote


class _Unasked:
    """A dry run asks no program: it would have to write files for it."""

    def verdict(self, client: str, files: Mapping[object, bytes]) -> Verdict:
        return Verdict()


_COUNTED: ContextVar[Measures] = ContextVar("counted", default=NoMeasures())  # noqa: B039  # it holds nothing


@contextmanager
def counting(measures: Measures) -> Iterator[None]:
    """What is opened in here, by this thread, counts there: the work of a command that another process does for it."""
    before = _COUNTED.set(measures)
    try:
        yield
    finally:
        _COUNTED.reset(before)


def has_repository(settings: Settings) -> bool:
    return (settings.repository / "HEAD").exists()


def opened(settings: Settings, *, create: bool = False, measures: Measures | None = None) -> Reconciler:
    """The engine on this machine's real files. Raises ``Stalled`` when there is no repository and none may be made."""
    counted = measures or _COUNTED.get()
    if create and not has_repository(settings):
        return _engine(settings, _created(settings), counted)
    _insist(settings)
    return _engine(settings, GitStore.open(settings.repository, counted.git, SideBySide()), counted)


@contextmanager
def opened_alone(settings: Settings) -> Iterator[Reconciler]:
    """``opened`` while no other process of this machine writes. Where there is no repository nothing is left, not even the lock."""
    _insist(settings)
    with locked(settings.lock):
        yield opened(settings)


def opened_dry(settings: Settings, repository: Path | None = None, vault: Vault | None = None) -> Reconciler:
    """The same, but nothing is written anywhere: commits, files and secrets stay in memory. ``vault`` is one that is open already."""
    real = GitStore.open(repository or settings.repository) if repository or has_repository(settings) else None
    engine = _engine(settings, DryStore(real), vault=vault)
    ports = engine.ports
    dry = replace(
        ports,
        disk=DryDisk(ports.disk),
        vault=DryVault(ports.vault),
        memory=DryMemory(ports.memory),
        check=_unasked(),
        brake=NoBrake(),
        is_trial=True,
        together=in_turn,
    )
    return Reconciler(dry, Centre(dry.store, dry.memory))


def opened_to_look(settings: Settings) -> Reconciler:
    """``opened_dry`` for commands that make no sense without a repository. Raises ``Stalled`` then."""
    _insist(settings)
    return opened_dry(settings)


def scan_of(engine: Reconciler) -> Scan:
    """The second scan, with the values of this machine's vault."""
    return Scan(engine.ports.vault)


def following(settings: Settings, engine: Reconciler) -> Following | None:
    """The remote that this machine shares with others; None when there is none. Raises ``Stalled`` for an address that is none."""
    address = settings.git_remote or remembered_address(settings.repository)
    if not address:
        return None
    limits = Limits(silence_s=settings.git_timeout_s())
    return Following(engine, GitRemote(settings.repository, address, settings.environ, limits, engine.ports.measures.git))


def is_shared(settings: Settings) -> bool:
    """Whether other machines share the repository: then people approve over the API, as somebody."""
    return bool(settings.git_remote or remembered_address(settings.repository))


def _insist(settings: Settings) -> None:
    if not has_repository(settings):
        raise Stalled(f"{settings.repository}: there is no repository yet; run `reconciler init`")


def _unasked() -> Check:
    return _Unasked()  # type: ignore[return-value]  # takes any path type


def _engine(settings: Settings, store: Store, measures: Measures | None = None, vault: Vault | None = None) -> Reconciler:
    clock = SystemClock()
    vault = vault or open_vault(settings.vault)
    memory = FileMemory(settings.memory)
    said = Centre(store, memory)
    store = GuardedStore(store, Scan(vault), holds_any, lambda main, path: allows(said.policy(main).list("plain_values"), path))
    ports = Ports(
        store=store,
        disk=LocalDisk(settings.backups, clock),
        vault=vault,
        check=ClientCheck(VALIDATIONS, settings.checks, settings.search_path),
        clock=clock,
        memory=memory,
        home=AbsPath(str(settings.home)),
        machine=settings.machine(),
        entropy=os.urandom,
        person=settings.person,
        environ=settings.environ,
        brake=brake(settings),
        approves=not is_shared(settings),
        together=SideBySide(),
        measures=measures or NoMeasures(),
        programs=ProcPrograms(),
    )
    ports = steadied(ports)
    centre = Centre(ports.store, ports.memory)
    return Reconciler(ports, centre, Recording(ports, centre, journal(settings)).note)


def journal(settings: Settings) -> Journal:
    """Where everything that happened goes first."""
    return Journal(settings.journal, artifacts(settings))


def artifacts(settings: Settings) -> Artifacts:
    """What passes left to look at, on this machine."""
    return Artifacts(settings.artifacts)


def outliving(settings: Settings, users: Users, credentials: Credentials, audit: Audit) -> tuple[Users, Credentials, Audit]:
    """The same, going on while the database is away: as far as is safe, and in the journal until it is back."""
    return KnownUsers(users, SystemClock()), KnownCredentials(credentials, SystemClock()), AuditTrail(audit, journal(settings))


def _created(settings: Settings) -> Store:
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.state / "machine").write_text(settings.machine() + "\n")
    return GitStore.create(settings.repository)


def brake(settings: Settings) -> Brake:
    """What `pause` pulls; it works without a repository, and with one that is broken."""
    return FileBrake(settings.brake)


def servers(settings: Settings) -> EmbeddedServers:
    """PostgreSQL and Redis of this machine: embedded ones, or those that the environment names."""
    return EmbeddedServers(
        settings.servers, settings.database_url, settings.redis_url, settings.search_path, settings.servers_user, settings.runtime
    )


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """The one process that writes: others wait for it."""
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if lock.parent.stat().st_mode & 0o077:
        lock.parent.chmod(0o700)  # made by a person, or by an older version: what is in it is for this user alone
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

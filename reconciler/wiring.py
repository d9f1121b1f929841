"""The real doors of this machine, put together. Nobody else knows the classes behind the ports."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from reconciler.adapters.validation import CLAUDE_VALIDATIONS, CODEX_VALIDATIONS, QWEN_VALIDATIONS
from reconciler.check.client_check import ClientCheck
from reconciler.deploy.clock import SystemClock
from reconciler.deploy.disk import LocalDisk
from reconciler.deploy.dry import DryDisk
from reconciler.deploy.dry_memory import DryMemory
from reconciler.deploy.memory import FileMemory
from reconciler.errors import Stalled
from reconciler.events.local import LocalHints
from reconciler.mapping.secret_guard import allows, holds_any
from reconciler.model.names import AbsPath
from reconciler.ports import Check, Hint, Ports, Store, Verdict
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.passes import Pass, Reconciler
from reconciler.schedule.watching import Watching
from reconciler.secrets.dry import DryVault
from reconciler.secrets.scan import Scan
from reconciler.secrets.vault import open_vault
from reconciler.settings import Settings
from reconciler.store.dry import DryStore
from reconciler.store.git import GitStore
from reconciler.store.guarded import GuardedStore
from reconciler.watch.watcher import Watcher

_VALIDATIONS = {"claude": CLAUDE_VALIDATIONS, "codex": CODEX_VALIDATIONS, "qwen": QWEN_VALIDATIONS}  # acli has none


class _Unasked:
    """A dry run asks no program: it would have to write files for it."""

    def verdict(self, client: str, files: Mapping[object, bytes]) -> Verdict:
        return Verdict()


def has_repository(settings: Settings) -> bool:
    return (settings.repository / "HEAD").exists()


def opened(settings: Settings, *, create: bool = False) -> Reconciler:
    """The engine on this machine's real files. Raises ``Stalled`` when there is no repository and none may be made."""
    if create and not has_repository(settings):
        return _engine(settings, _created(settings))
    _insist(settings)
    return _engine(settings, GitStore.open(settings.repository))


def opened_dry(settings: Settings) -> Reconciler:
    """The same, but nothing is written anywhere: commits, files and secrets stay in memory."""
    real = GitStore.open(settings.repository) if has_repository(settings) else None
    engine = _engine(settings, DryStore(real))
    ports = engine.ports
    dry = replace(
        ports, disk=DryDisk(ports.disk), vault=DryVault(ports.vault), memory=DryMemory(ports.memory), check=_unasked()
    )
    return Reconciler(dry, Centre(dry.store, dry.memory))


def opened_to_look(settings: Settings) -> Reconciler:
    """``opened_dry`` for commands that make no sense without a repository. Raises ``Stalled`` then."""
    _insist(settings)
    return opened_dry(settings)


def _insist(settings: Settings) -> None:
    if not has_repository(settings):
        raise Stalled(f"{settings.repository}: there is no repository yet; run `reconciler init`")


def _unasked() -> Check:
    return _Unasked()  # type: ignore[return-value]  # takes any path type


def _engine(settings: Settings, store: Store) -> Reconciler:
    clock = SystemClock()
    vault = open_vault(settings.vault)
    store = GuardedStore(store, Scan(vault), holds_any, allows)
    ports = Ports(
        store=store,
        disk=LocalDisk(settings.backups, clock),
        vault=vault,
        check=ClientCheck(_VALIDATIONS, settings.checks, settings.search_path),
        clock=clock,
        memory=FileMemory(settings.memory),
        home=AbsPath(str(settings.home)),
        machine=settings.machine(),
        entropy=os.urandom,
        person=settings.person,
        environ=settings.environ,
    )
    return Reconciler(ports, Centre(store, ports.memory))


def _created(settings: Settings) -> Store:
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    (settings.state / "machine").write_text(settings.machine() + "\n")
    return GitStore.create(settings.repository)


def watching(settings: Settings, tell: Callable[[Pass], None], complain: Callable[[str], None], interval_s: float) -> Watching:
    """The loop of `up` on this machine's real files."""
    hints = LocalHints()
    watcher = Watcher(lambda _: hints.publish(Hint(None, "watch")), lambda: hints.publish(Hint(None, "overflow")))
    return Watching(opened(settings), hints, watcher, lambda: locked(settings.lock), tell, complain, interval_s)


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """The one process that writes: others wait for it."""
    lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if lock.parent.stat().st_mode & 0o077:
        lock.parent.chmod(0o700)  # made by a person, or by an older version: what is in it is for this user alone
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield

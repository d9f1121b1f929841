"""The parts of `up` on this machine's real files: one process of a folder, hints, and the loop."""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from reconciler.autostart.service import AutoStart
from reconciler.deploy.backups import KEEP_S, Backups
from reconciler.deploy.clock import SystemClock, SystemStopwatch
from reconciler.errors import Retryable, Stalled
from reconciler.events.redis_hints import RedisHints
from reconciler.events.redis_live import RedisLive
from reconciler.mirror.leader import PostgresLeader
from reconciler.model.names import AbsPath
from reconciler.ports.faults import Faults, NoFaults
from reconciler.ports.notices import Notices
from reconciler.ports.servers import Part
from reconciler.reconcile.following import Following
from reconciler.reconcile.notices import news
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.queue import LONGEST_PAUSE_S, Queue
from reconciler.schedule.chores import Chores
from reconciler.schedule.exchange import FETCH, Exchange
from reconciler.schedule.health import Health
from reconciler.schedule.integrating import Integrating
from reconciler.schedule.keeping import Keeping
from reconciler.schedule.pace import Pace
from reconciler.schedule.scheduler import Scheduler
from reconciler.schedule.supply import Supply
from reconciler.schedule.timing import Timing, timings
from reconciler.schedule.watching import Watching
from reconciler.servers.supervisor import EmbeddedServers
from reconciler.settings import Settings
from reconciler.store.maintenance import GitMaintenance
from reconciler.store.refs import main_places
from reconciler.telemetry.measures import PrometheusMeasures
from reconciler.watch.watcher import Watcher
from reconciler.wiring import brake, following, locked, opened, servers

INTEGRATE = "integrate"
_UNSCHEDULED_S = 180.0
"""Everything is looked at so often even when no scheduler asks for it."""


@dataclass(frozen=True)
class Notifying:
    """``tell`` never waits; ``stop`` lets what is on its way go out once more."""

    tell: Callable[[Pass], None]
    stop: Callable[[], None]


@dataclass(frozen=True)
class Running:
    """What all parts of one `up` share. ``interval_s`` takes the place of what the repository says, when it is given."""

    settings: Settings
    health: Health
    supply: Supply
    hints: RedisHints
    live: RedisLive
    measures: PrometheusMeasures
    interval_s: float | None = None
    faults: Faults = field(default_factory=NoFaults)
    pace: Pace = field(default_factory=Pace)

    def start(self) -> None:
        self.supply.start()

    def watching(self, tell: Callable[[Pass], None], complain: Callable[[str], None], chores: Chores) -> Watching:
        """The loop."""
        settings, every_s = self.settings, self.interval_s or _UNSCHEDULED_S
        queue = Queue(SystemStopwatch(), random.random, min(every_s, LONGEST_PAUSE_S))
        engine, lock = self.opened(), lambda: locked(settings.lock)
        loop = Watching(engine, self.hints, queue, Watcher, lock, tell, complain, self.health, chores.accept, interval_s=every_s)
        central = tuple(AbsPath(place) for place in main_places(settings.repository))
        loop = replace(loop, brake=brake(settings), measures=self.measures, faults=self.faults, central=central, pace=self.pace)
        following(settings, engine)  # an address that is none is told at the start

        def take_in() -> None:
            remote = self.remote(engine)
            if remote:
                remote.take_in()

        return replace(loop, before=take_in, after=lambda: self.hints.publish(FETCH) if self.remote(engine) else None)

    def remote(self, engine: Reconciler) -> Following | None:
        """Asked anew each time, since `reconciler remote set` may come while this runs. One that cannot be holds up no pass."""
        try:
            return following(self.settings, engine)
        except Stalled:
            return None

    def opened(self) -> Reconciler:
        """An engine whose passes are counted."""
        return opened(self.settings, measures=self.measures)

    def scheduler(self, complain: Callable[[str], None], is_owner: bool = True) -> Scheduler:
        """``is_owner`` for the machine's own `up`, which goes on without PostgreSQL."""
        engine, machine = opened(self.settings), self.settings.machine()
        leader = PostgresLeader(lambda: self.supply.database_url, f"scheduler of {machine}", without=is_owner)

        def plan() -> dict[str, Timing]:
            main = engine.centre.in_force()[0]
            return timings(engine.centre.settings(main).value if main else {}, engine.targets(), self.interval_s)

        return Scheduler(plan, self.hints, leader, complain, SystemClock(), SystemStopwatch())

    def notifying(self) -> Notifying | None:
        """What tells people of what a pass left for them; None where no way is set up. Raises ``Stalled`` for a way that cannot be."""
        from reconciler.notify.desktop import desktop
        from reconciler.notify.sending import Sending
        from reconciler.notify.webhook import Webhook

        settings, ports = self.settings, self.opened().ports
        screen = desktop(settings.environ, settings.search_path) if settings.notifies_desktop else None
        hook = Webhook(settings.notify_url, settings.notify_secret()) if settings.notify_url else None
        ways: list[Notices] = [way for way in (screen, hook) if way]
        if not ways:
            return None
        sending = Sending(ways)
        self.health.watch("notices", lambda: sending.problem)
        return Notifying(lambda result: sending.send(news(ports, result)), sending.stop)

    def keeping(self) -> Keeping:
        """What brings the database up to date."""
        from reconciler.wiring.mirror import Mirroring

        mirroring = Mirroring(self.settings, lambda: self.supply.database_url, self.pace.rest)
        keeping = Keeping(mirroring.keep, mirroring.is_due)
        self.health.watch("database", lambda: keeping.problem)
        return keeping

    def chores(self, complain: Callable[[str], None], more: Mapping[str, Callable[[], object]] | None = None) -> Chores:
        """What this machine can do when it is due; ``more`` are works that others bring, by name."""
        settings = self.settings
        maintenance = GitMaintenance(settings.repository, settings.environ)
        works: dict[str, Callable[[], object]] = {"maintenance": maintenance.run, "retention": self.forget_old, **(more or {})}
        engine = self.opened()

        def fetch() -> None:
            remote = following(settings, engine)
            if remote:
                Exchange(remote, self.hints).once()

        works["fetch"] = fetch
        chores = Chores(works, complain, self.faults)
        for name in works:
            self.health.watch(name, partial(chores.problem, name))
        return chores

    def forget_old(self) -> None:
        """Backups and artifacts that are past their time."""
        from reconciler.wiring.mirror import forget_artifacts

        now = time.time()
        Backups(str(self.settings.backups)).forget_old(now)
        forget_artifacts(self.settings, self.supply.database_url, now - KEEP_S)

    def integrating(self, complain: Callable[[str], None]) -> Integrating:
        """The work on change branches that no pass of their own machine has settled."""
        settings = self.settings
        engine = self.opened()
        hints = self.stream(INTEGRATE, f"{settings.machine()}-{os.getpid()}")
        return Integrating(engine, hints, lambda machine: self.stream(machine, "up"), lambda: locked(settings.lock), complain, self.faults)

    def stream(self, name: str, consumer: str) -> RedisHints:
        """The hints of a machine, or of all who integrate."""
        return RedisHints(lambda: self.supply.redis_url, f"hints:{name}", consumer)

    def stop(self) -> None:
        """In the opposite order of their use: whoever writes to a server ends before it does."""
        self.live.close()
        self.hints.close()
        self.supply.stop()


@dataclass(frozen=True)
class _Found:
    """The servers that another process of this program looks after."""

    servers: EmbeddedServers

    def each(self) -> Mapping[str, Callable[[], str]]:
        return {name: partial(self._found, name) for name in self.servers.each()}

    def _found(self, name: str) -> str:
        found = self.servers.running(name)
        if found is None:
            raise Retryable("it does not run; `reconciler up` starts it, or RECONCILER_DATABASE_URL and RECONCILER_REDIS_URL name others")
        return found

    def stop(self) -> None: ...

    def health(self) -> list[Part]:
        return self.servers.health()


def found_running(settings: Settings) -> Running:
    """The parts for a process beside `up`: it uses the servers that run, and starts none."""
    return _running(settings, Supply(_Found(servers(settings))), None)


def running(settings: Settings, interval_s: float | None = None) -> Running:
    """The parts of `up`, nothing of them at work yet."""
    return _running(settings, Supply(servers(settings)), interval_s)


def _running(settings: Settings, supply: Supply, interval_s: float | None) -> Running:
    hints = RedisHints(lambda: supply.redis_url, f"hints:{settings.machine()}", "up")
    health = Health()
    for part in supply.parts.values():
        health.watch(part.name, partial(getattr, part, "problem"))
    health.watch("hints", lambda: hints.problem)
    live = RedisLive(lambda: supply.redis_url, SystemClock())
    return Running(settings, health, supply, hints, live, PrometheusMeasures(), interval_s)


def auto_start(settings: Settings, words: Sequence[str]) -> AutoStart:
    """What starts this program with these words at each login."""
    program = shutil.which("reconciler", path=str(Path(sys.executable).parent))
    command = [program, *words] if program else [sys.executable, "-m", "reconciler.cli.main", *words]
    return AutoStart(settings.home, settings.state, settings.environ, command)


@contextmanager
def alone(settings: Settings) -> Iterator[Callable[[dict[str, Any]], None]]:
    """Be the one `up` of this folder; yields how to tell others about it. Raises ``Stalled`` beside another."""
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = os.open(settings.up, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def tell(about: dict[str, Any]) -> None:
        data = json.dumps({"pid": os.getpid(), **about}).encode()
        os.ftruncate(file, 0)
        os.pwrite(file, data, 0)

    try:
        _insist_on_being_alone(settings, file)
        tell({})
        yield tell
        os.ftruncate(file, 0)
    finally:
        os.close(file)


@contextmanager
def announced(settings: Settings, address: str) -> Iterator[None]:
    """Let other commands know where a gateway beside `up` is reached, as long as this process is there."""
    settings.gateways.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.gateways / str(os.getpid())
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.ftruncate(file, 0)  # a killed process may have had this number
        os.pwrite(file, json.dumps({"address": address}).encode(), 0)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(file)


def served_at(settings: Settings) -> str | None:
    """The address of the running `up`, else of a gateway beside it; None where nothing is served here."""
    beside = sorted(settings.gateways.iterdir()) if settings.gateways.is_dir() else []
    found = (_said(path).get("address") for path in (settings.up, *beside))
    return next((str(address) for address in found if address), None)


def known_about_up(settings: Settings) -> dict[str, Any]:
    """What the running `up` of this folder says about itself; empty when none runs."""
    return _said(settings.up)


def _said(path: Path) -> dict[str, Any]:
    """What stands in a file that its process keeps locked; nothing once that has ended."""
    try:
        with path.open("r+b") as file:
            if _is_free(file.fileno()):
                return {}
            found = json.loads(file.read() or b"{}")
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _insist_on_being_alone(settings: Settings, file: int) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = known_about_up(settings).get("pid")
        known = f" (process {pid})" if pid else ""
        message = f"{settings.state}: `reconciler up` runs here already{known}; stop it first, or set RECONCILER_HOME to another folder"
        raise Stalled(message) from None


def _is_free(file: int) -> bool:
    """Whether nobody has it locked. Asked with a shared lock, so that two who ask do not see each other."""
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True

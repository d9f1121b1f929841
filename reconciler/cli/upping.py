"""`up`: everything of this machine in one process, until stopped."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

from api.services import Services
from reconciler.cli import starting
from reconciler.cli.answering import Answering
from reconciler.cli.gateway import gateway, services_of, welcome
from reconciler.cli.observing import observe
from reconciler.cli.telling import speaking
from reconciler.cli.voice import Voice
from reconciler.errors import Proposed, ReconcilerError
from reconciler.ports import Hint
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.report import pass_events
from reconciler.schedule.timing import EXPORTS
from reconciler.settings import Settings
from reconciler.wiring import has_repository, opened_dry
from reconciler.wiring.running import Running, alone, running


def run(settings: Settings, is_accepted: bool, interval_s: float | None, port: int) -> int:
    """Adopt if there is no repository yet and the plan is accepted; then watch. Returns the exit code."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _signal, _frame: stop.set())
    if not has_repository(settings):
        starting.insist_on_clients(opened_dry(settings))
    with ExitStack() as parts:
        told = parts.enter_context(alone(settings))
        said = parts.enter_context(speaking(running(settings, interval_s)))
        up, voice = said.up, said.voice
        up.start()
        answering = Answering(settings, lambda: up.hints.publish(Hint(None, "a command")), up.faults, up.measures)
        answering.start()
        parts.callback(answering.stop)
        up.health.watch("commands", lambda: answering.problem)
        services = services_of(up, said.accounts, said.telling)
        address = _served(up, voice, services, parts, port)
        told({"address": address})
        if not has_repository(settings) or is_accepted:
            _adopt(settings, voice, is_accepted)
        if not has_repository(settings):
            observe(settings, voice, up.health, stop)
        if not stop.is_set():
            _watch(up, voice, services, parts, stop)
    voice.say("stopped", ["stopped"])
    return 0


def _watch(up: Running, voice: Voice, services: Services, parts: ExitStack, stop: threading.Event) -> None:
    """What there is to do once there is a repository."""
    chores, scheduler = up.chores(voice.complain, {EXPORTS: services.exporting.once}), up.scheduler(voice.complain)
    parts.callback(chores.stop)
    loop = up.watching(partial(tell, up, voice, _notifying(up, voice, parts)), voice.complain, chores)
    scheduler.start()
    parts.callback(scheduler.stop)
    threading.Thread(target=up.integrating(voice.complain).run, args=[stop], name="integrate", daemon=True).start()
    keeping = up.keeping()
    keeping.start()
    parts.callback(keeping.stop)
    voice.say("watching", ["watching; stop with Ctrl-C"])
    loop.run(stop)


def _served(up: Running, voice: Voice, services: Services, parts: ExitStack, port: int) -> str | None:
    """Where it is reached by HTTP. Without that the rest works just as well."""
    try:
        serving = gateway(up.settings, services, port)
    except ReconcilerError as error:
        reason = str(error)
        up.health.watch("http", lambda: reason)
        voice.complain(f"{reason}; the rest goes on without it")
        return None
    serving.start()
    parts.callback(serving.stop)
    up.health.watch("http", lambda: serving.problem)
    voice.say("serving", [f"serving {serving.address}"], address=serving.address)
    welcome(up, services, serving.address, voice)
    return serving.address


def _adopt(settings: Settings, voice: Voice, is_accepted: bool) -> None:
    accept = "reconciler up --yes, or reconciler init --yes while this runs"
    try:
        data, _ = starting.run(settings, is_accepted, None)
    except Proposed as found:
        voice.say("proposed", [str(found)], branch=found.branch)
        return
    lines = [*starting.lines(data, is_accepted), *([] if is_accepted else [f"To accept the plan: {accept}"])]
    voice.say("adopted" if is_accepted else "plan", lines, **starting.counts(data), next="" if is_accepted else accept)


def _notifying(up: Running, voice: Voice, parts: ExitStack) -> Callable[[Pass], None]:
    """Tells who is not looking. Without a way that works the rest goes on."""
    try:
        found = up.notifying()
    except ReconcilerError as error:
        reason = str(error)
        up.health.watch("notices", lambda: reason)
        voice.complain(f"{reason}; no notices are sent")
        return lambda result: None
    if found is None:
        return lambda result: None
    parts.callback(found.stop)
    return found.tell


def tell(up: Running, voice: Voice, notify: Callable[[Pass], None], result: Pass) -> None:
    """To who reads the output, to who watches elsewhere, and to who does neither."""
    voice.tell(result)
    notify(result)
    for kind, payload in pass_events(result):
        up.live.publish(kind, payload)

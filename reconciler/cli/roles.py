"""`serve`: one role of the service in a process of its own, beside `up`, until stopped."""

from __future__ import annotations

import signal
import threading

from reconciler.cli.gateway import gateway, services_of, welcome
from reconciler.cli.telling import Told, speaking
from reconciler.cli.voice import Voice
from reconciler.errors import Stalled
from reconciler.settings import Settings
from reconciler.wiring import has_repository
from reconciler.wiring.running import Running, announced, found_running


def run(settings: Settings, role: str, port: int) -> int:
    """Returns the exit code. Starts no server: it uses those of `up`, or those that the environment names."""
    if role != "api" and not has_repository(settings):
        raise Stalled(f"{settings.repository}: there is no repository yet; run `reconciler init`")
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _signal, _frame: stop.set())
    with speaking(found_running(settings)) as said:
        said.up.start()
        if role == "api":
            _serve(said, port, stop)
        else:
            (_work if role == "worker" else _schedule)(said.up, said.voice, stop)
    said.voice.say("stopped", ["stopped"])
    return 0


def _serve(said: Told, port: int, stop: threading.Event) -> None:
    """Without HTTP there is nothing to do here, so what prevents it ends this."""
    services = services_of(said.up, said.accounts, said.telling)
    serving = gateway(said.up.settings, services, port)
    serving.start()
    try:
        said.voice.say("serving", [f"serving {serving.address}; stop with Ctrl-C"], address=serving.address)
        welcome(said.up, services, serving.address, said.voice)
        with announced(said.up.settings, serving.address):
            stop.wait()
    finally:
        serving.stop()


def _work(up: Running, voice: Voice, stop: threading.Event) -> None:
    voice.say("worker", ["worker: integrating change branches; stop with Ctrl-C"])
    up.integrating(voice.complain).run(stop)


def _schedule(up: Running, voice: Voice, stop: threading.Event) -> None:
    scheduler = up.scheduler(voice.complain, is_owner=False)
    scheduler.start()
    voice.say("scheduler", ["scheduler: starting what is due while it is the leader; stop with Ctrl-C"])
    stop.wait()
    scheduler.stop()

"""`up` without a repository: look, say what adopting would do, write nothing, and go on once a person has accepted."""

from __future__ import annotations

import threading

from reconciler.cli import starting
from reconciler.cli.voice import Voice
from reconciler.errors import ReconcilerError
from reconciler.schedule.health import Health
from reconciler.settings import Settings
from reconciler.wiring import has_repository

_LOOK_S = 0.5
_PLAN_S = 60.0


def observe(settings: Settings, voice: Voice, health: Health, stop: threading.Event) -> None:
    """Wait until there is a repository, or until told to stop. Says the plan again when it has become another one."""
    health.note_looked()
    plan, waited = _plan(settings), 0.0
    voice.say("observing", ["observing; stop with Ctrl-C"])
    while not stop.wait(_LOOK_S) and not has_repository(settings):
        waited += _LOOK_S
        if waited >= _PLAN_S:
            new, waited = _plan(settings), 0.0
            if new and new != plan:
                voice.say("plan", new)
                plan = new


def _plan(settings: Settings) -> list[str]:
    """The lines of the plan; none when it cannot be made at the moment, which `init` tells better."""
    try:
        return list(starting.lines(starting.run(settings, False, None)[0], False))
    except ReconcilerError:
        return []

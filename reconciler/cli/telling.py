"""What a process that runs on says, and where that goes: set up before anything else of it, and the last to end."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from reconciler.cli.gateway import Accounts, accounts_of, logs_of
from reconciler.cli.voice import Voice
from reconciler.telemetry.faults import LoggedFaults, reporting
from reconciler.telemetry.forwarding import forwarding
from reconciler.wiring.running import Running
from reconciler.wiring.telemetry import Telling, telling


@dataclass(frozen=True)
class Told:
    """``up`` with somebody who hears of its faults; the rest is what it speaks by."""

    up: Running
    accounts: Accounts
    telling: Telling
    voice: Voice


@contextmanager
def speaking(up: Running) -> Iterator[Told]:
    """Its servers may be started within, and are stopped after it has ended: the log goes to one of them."""
    with ExitStack() as parts:
        parts.callback(up.stop)
        accounts = accounts_of(up)
        parts.callback(accounts.close)
        told = telling(up.settings, logs_of(accounts), up.measures, sys.stdout.isatty(), sys.stdout, sys.stderr)
        parts.callback(told.log.close)
        up.health.watch("log", told.problem)
        faults = LoggedFaults(told.log)
        parts.enter_context(forwarding(told.log))
        parts.enter_context(reporting(faults))
        yield Told(replace(up, faults=faults), accounts, told, Voice(told.log, told.is_text))

"""What is counted of a pass. A target that nobody looked at was not reconciled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.ports import Ports
from reconciler.reconcile.targets import IDLE

if TYPE_CHECKING:
    from reconciler.reconcile.pass_result import Pass, TargetPass


def measure(result: Pass, ports: Ports) -> None:
    for done in result.targets if result.paused is None else ():
        if done.target.mode not in IDLE:
            _measure(done, ports)


def _measure(done: TargetPass, ports: Ports) -> None:
    measures, client = ports.measures, done.target.client
    measures.reconciled(done.target.id, client, done.outcome, done.kind, done.took_s, ports.clock.now())
    if done.applied_after_s is not None:
        measures.applied(client, done.applied_after_s)

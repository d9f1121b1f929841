"""Brings change branches to main that wait for it: those of other machines, and those that a pass left when it was killed.

Several may do this at once, on one Redis: each hint is taken by one of them, and main moves by compare-and-swap.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from reconciler.model.names import TargetId
from reconciler.model.refnames import CHANGES
from reconciler.ports import Hint, Hints
from reconciler.ports.faults import Faults, NoFaults
from reconciler.reconcile.branches import open_branch
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import Target, all_registered
from reconciler.schedule.messages import Complaints

_STEP_S = 0.5
_RESCAN_S = 60.0


@dataclass
class Integrating:
    """``hints`` are those for all who integrate, ``outlet`` gives the hints of a machine: what landed concerns them all."""

    engine: Reconciler
    hints: Hints
    outlet: Callable[[str], Hints]
    locked: Callable[[], AbstractContextManager[None]]
    complain: Callable[[str], None]
    faults: Faults = field(default_factory=NoFaults)
    _outlets: dict[str, Hints] = field(default_factory=dict)
    _seen: dict[TargetId, object] = field(default_factory=dict)
    _complaints: Complaints = field(init=False)

    def __post_init__(self) -> None:
        self._complaints = Complaints(self.complain, self.faults)

    def run(self, stop: threading.Event) -> None:
        """Until told to stop. Looks at all branches first, and now and then in any case."""
        hints: list[Hint] = [Hint(None, "started")]
        waited = 0.0
        while not stop.is_set():
            if hints:
                self._work(hints)
            waited = 0.0 if hints else waited + _STEP_S
            hints = self.hints.take(_STEP_S)
            if not hints and waited >= _RESCAN_S:
                hints = [Hint(None, "rescan")]

    def _work(self, hints: list[Hint]) -> None:
        """The worker goes on whatever happens; a hint that was not worked on comes again."""
        try:
            self.integrate(hints)
        except Exception as error:  # the queue's worker: what is broken for one branch may be whole for the next, or at the next try
            self._complaints.failed(error)
            return
        self._complaints.settled()
        self.hints.done(hints)

    def integrate(self, hints: Iterable[Hint]) -> None:
        """Land what the named targets' branches hold, and tell every machine when main has moved."""
        wanted = {hint.target for hint in hints}
        before = self.engine.centre.main()
        for target in self._waiting():
            if wanted & {None, target.id}:
                self._integrate(target)
        if self.engine.centre.main() != before:
            for machine in {target.machine for target in self._targets()}:
                self._outlet(machine).publish(Hint(None, "main has moved"))

    def _integrate(self, target: Target) -> None:
        """Under the lock of this machine, so that of all processes here one works on it."""
        with self.locked():
            branch = open_branch(self.engine.centre, target)
            if branch is None:
                return
            self.engine.integrate(target)
            left = open_branch(self.engine.centre, target)
            self._seen[target.id] = self.engine.centre.main(), left.tip if left else None

    def _waiting(self) -> list[Target]:
        """Targets with an open branch that has not been looked at as it is, on main as it is: what waits for a person is left alone."""
        if not self.engine.ports.store.refs(CHANGES):
            return []
        main, centre = self.engine.centre.main(), self.engine.centre
        found = [(target, open_branch(centre, target)) for target in self._targets()]
        return [target for target, branch in found if branch is not None and self._seen.get(target.id) != (main, branch.tip)]

    def _targets(self) -> list[Target]:
        main = self.engine.centre.in_force()[0]
        return all_registered(self.engine.centre.store.files(main)) if main else []

    def _outlet(self, machine: str) -> Hints:
        if machine not in self._outlets:
            self._outlets[machine] = self.outlet(machine)
        return self._outlets[machine]

"""What must be done now and then, each in a thread of its own: one that takes long, or hangs, holds up nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.ports import Hint
from reconciler.ports.faults import Faults
from reconciler.schedule.messages import Complaints

_END_S = 2.0


@dataclass
class _Worker:
    """``due`` while it is worked on means once more."""

    name: str
    work: Callable[[], object]
    due: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None


class Chores:
    """``complain`` hears of what went wrong, once for as long as it goes wrong in the same way."""

    def __init__(self, works: Mapping[str, Callable[[], object]], complain: Callable[[str], None], faults: Faults | None = None) -> None:
        self._workers = {name: _Worker(name, work) for name, work in works.items()}
        self._complaints = Complaints(complain, faults)
        self._ended = threading.Event()

    def accept(self, hints: Sequence[Hint]) -> None:
        """Start what they name; what is not known here is left alone."""
        for worker in [self._workers[hint.work] for hint in hints if hint.work in self._workers]:
            worker.due.set()
            if worker.thread is None:
                worker.thread = threading.Thread(target=self._run, args=[worker], name="chore", daemon=True)
                worker.thread.start()

    def stop(self) -> None:
        """Not again. What runs is given a moment, and ends with the process: it can be begun anew at any time."""
        self._ended.set()
        for worker in self._workers.values():
            worker.due.set()
            if worker.thread is not None:
                worker.thread.join(_END_S)

    def problem(self, name: str) -> str:
        return self._complaints.standing(name)

    def _run(self, worker: _Worker) -> None:
        while True:
            worker.due.wait()
            worker.due.clear()
            if self._ended.is_set():
                return
            self._once(worker)

    def _once(self, worker: _Worker) -> None:
        try:
            worker.work()
        except Exception as error:  # the next time may go well, and nothing else depends on it
            self._complaints.failed(error, worker.name)
            return
        self._complaints.settled(worker.name)


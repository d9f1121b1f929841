"""The chore `exports`: looks which exports are due, makes them, and lets the oldest go.

What is due follows from when each was made last, not from a timer that may have slept through it: a machine that was
off at night makes its nightly export in the morning, once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from reconciler.errors import ReconcilerError, Retryable, Stalled
from reconciler.model.ulid import ulid
from reconciler.ports import LOOK, Clock, Hint, Memory
from reconciler.ports.accounts import AuditRecord
from reconciler.ports.exports import ExportFiles, ExportList, KeptExport
from reconciler.reconcile.exports import Sources, Wanted, exported
from reconciler.schedule.timing import Timing, trigger

if TYPE_CHECKING:
    from reconciler.model.settings_file import Export

_FACTS = "exports"
SCHEDULER = "(schedule)"
"""Who makes an export that nobody asked for at that moment, in the audit trail."""


@dataclass(frozen=True)
class Exporting:
    """``zone`` is that of cron lines: the machine's own."""

    sources: Sources
    files: ExportFiles
    kept: ExportList
    memory: Memory
    clock: Clock
    entropy: Callable[[int], bytes]
    zone: Callable[[], tzinfo]

    def exports(self) -> list[Export]:
        """Those of the settings in force that this machine makes."""
        from reconciler.model.settings_file import Settings  # pydantic costs 0.1 s

        engine = self.sources.engine()
        main = engine.centre.in_force()[0]
        listed = engine.centre.settings(main).value.get("exports") if main else None
        if not listed:
            return []
        known = Settings.model_validate({"schema": 1, "exports": listed}).exports
        return [export for export in known if export.machine in (None, engine.ports.machine)]

    def once(self) -> None:
        """Make what is due. Raises ``Retryable`` with what went wrong, once the others are made."""
        problems = []
        for export in self.exports():
            if self.next_run(export) > self.clock.now():
                continue
            try:
                self.make(export, SCHEDULER)
            except ReconcilerError as error:
                problems.append(f"export {export.name}: {error}")
        if problems:
            raise Retryable("; ".join(problems))

    def next_run(self, export: Export) -> float:
        """When it is due, in seconds since 1970; that may have passed. A new one, or one with new times, counts from when it is first seen."""
        facts, times = self.memory.load(_FACTS), _times(export)
        known: Any = facts.get(export.name)
        if not isinstance(known, dict) or known.get("times") != times:
            known = {"times": times, "at": self.clock.now()}
            self.memory.save(_FACTS, {**facts, export.name: known})
        last = datetime.fromtimestamp(float(known["at"]), self.zone())
        due = trigger(Timing(Hint(None, "", LOOK), export.every_s, export.cron), self.zone()).get_next_fire_time(last, last)
        return float(due.timestamp()) if due else float("inf")

    def make(self, export: Export, person: str) -> KeptExport:
        """Make it now, whether or not it is due; the next one is due from now on. The oldest beyond its number go."""
        machine, now = self.sources.engine().ports.machine, self.clock.now()
        id_ = str(uuid.UUID(bytes=self.entropy(16), version=4))
        wanted = Wanted(export.what, export.client or "", export.format)
        path = f"{export.name}/{export.name}-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}-{id_[-4:]}.{wanted.ending}"
        self._note(person, export, path)
        checksum, size = self.files.write(path, exported(self.sources, wanted))
        done = KeptExport(id_, export.name, machine, path, checksum, size, now)
        try:
            self.kept.add(done)
        except ReconcilerError:
            self.files.remove(path)
            raise
        self.memory.save(_FACTS, {**self.memory.load(_FACTS), export.name: {"times": _times(export), "at": now}})
        self._forget(self.kept.of(export.name, machine)[export.keep :])
        return done

    def named(self, name: str) -> Export:
        found = next((export for export in self.exports() if export.name == name), None)
        if found is None:
            raise Stalled(f"{name}: this machine makes no such export; see `exports` in reconciler.yaml")
        return found

    def _note(self, person: str, export: Export, path: str) -> None:
        now, details = self.clock.now(), {"before": None, "after": {"what": export.what, "file": path}, "reason": ""}
        self.sources.audit.add(AuditRecord(ulid(now, self.entropy(10)), person, "export.make", export.name, details, now))

    def _forget(self, old: list[KeptExport]) -> None:
        """Files first: killed in between, a row is left, and the next time takes it away."""
        for export in old:
            self.files.remove(export.path)
        if old:
            self.kept.remove([export.id for export in old])


def _times(export: Export) -> str:
    return export.cron or f"{export.every_s} s"

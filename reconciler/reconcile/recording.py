"""What is kept of a pass: a session for each target with which something happened, its artifacts, and what holds of it now.

A pass in which nothing happened leaves nothing, nor does a failure that was recorded already. A process that ends between
a pass and its record loses none of it: what the target then agreed on is more than was recorded, and the next pass says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconciler.model.names import TargetId
from reconciler.model.refnames import synced_ref
from reconciler.ports import Ports
from reconciler.ports.records import (
    Artifact,
    ConditionRecord,
    EventRecord,
    Record,
    Records,
    SessionRecord,
    SessionStatus,
    StatusRecord,
    TargetRecord,
)
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.conditions import Condition, conditions, since
from reconciler.reconcile.hiding import Hiding
from reconciler.reconcile.pass_result import Pass, TargetPass
from reconciler.reconcile.report import dropped_json, problem_json
from reconciler.reconcile.snapshots import Snapshots, difference
from reconciler.reconcile.targets import Target

_MEMORY = "recorded"


@dataclass
class Recording:
    """Told of passes, by whatever started them."""

    ports: Ports
    centre: Centre
    records: Records
    _hiding: Hiding = field(init=False, repr=False)
    _snapshots: Snapshots = field(init=False, repr=False)
    _standing: dict[TargetId, tuple[tuple[object, ...], str]] = field(default_factory=dict, init=False, repr=False)
    """What was found last of each target, and its digest: a pass with nothing to do finds the very same objects."""

    def __post_init__(self) -> None:
        self._hiding = Hiding(self.ports.vault)
        self._snapshots = Snapshots(self.centre, self._hiding)

    def note(self, passes: Sequence[Pass]) -> None:
        """Keep what is new since the last time. Raises ``Retryable`` when that cannot be kept; the next pass tries again."""
        known: dict[str, object] = dict(self.ports.memory.load(_MEMORY))
        before = dict(known)
        rows: list[Record] = []
        for result in passes:
            if not result.paused:  # else nothing was looked at
                rows += self._rows(result, known)
        if rows:
            self.records.note(rows)
        if known != before:
            self.ports.memory.save(_MEMORY, known)

    def _rows(self, result: Pass, known: dict[str, object]) -> list[Record]:
        """What to keep of one pass; ``known`` then says that it is kept."""
        facts = {done.target.id: self._facts(done, result) for done in result.targets}
        new = [d for d in result.targets if d.written or d.is_captured or known.get(d.target.id) != facts[d.target.id]]
        if new:
            self._hiding.renewed()
        news = [d for d in new if _before(known.get(d.target.id))[:1] != facts[d.target.id][:1]]
        statuses = dict(self._statuses(news, result))
        rows: list[Record] = []
        for done in new:
            rows += self._sessions(done, result, _before(known.get(done.target.id)), facts[done.target.id])
            rows += statuses.get(done.target.id, ())
        known.update({str(id_): now for id_, now in facts.items()})
        return rows

    def _facts(self, done: TargetPass, result: Pass) -> list[str]:
        """What a session of this target would say, but for what it did: its digest, and the synced ref."""
        found = (done.target.mode, done.waiting, done.dropped, done.problems, result.problems)
        last = self._standing.get(done.target.id)
        if last is None or last[0] != found:
            last = self._standing[done.target.id] = found, _digest(done, result)
        return [last[1], result.synced.get(synced_ref(done.target.id), "")]

    def _sessions(self, done: TargetPass, result: Pass, before: list[str], now: list[str]) -> Iterator[Record]:
        if done.written or done.is_captured or before or _word(done) != "unchanged":
            yield self._session(done, result, _target(done.target), (before[1] if before else "", now[1]), before[:1] != now[:1])

    def _statuses(self, news: Sequence[TargetPass], result: Pass) -> Iterator[tuple[TargetId, list[Record]]]:
        """What holds of these targets now; all are remembered at once, for each time is a file that is written anew."""
        gaps, now = self.centre.accepted_gaps() if news else frozenset(), self.ports.clock.now()
        after = [replace(done, written=(), is_captured=False) for done in news]  # what the pass did is done
        found = {done.target.id: conditions(done, gaps, result.problems) for done in after}
        begun = since(self.ports.memory, found, now) if found else {}
        for done in news:
            told = self._told(found[done.target.id], begun[done.target.id], result)
            yield done.target.id, [StatusRecord(_target(done.target), tuple(told), now)]

    def _told(self, found: Sequence[Condition], begun: Sequence[float], result: Pass) -> Iterator[ConditionRecord]:
        for condition, began in zip(found, begun, strict=True):
            message = self._hiding.hidden(condition.message)
            yield ConditionRecord(condition.type, condition.status, condition.reason, message, result.head or "", began)

    def _session(self, done: TargetPass, result: Pass, target: TargetRecord, synced: tuple[str, str], is_news: bool) -> SessionRecord:
        """``synced`` are the refs before and after. What was met, and was met the last time as well, is not told again."""
        summary = {
            "outcome": done.outcome,
            "head": result.head,
            "captured": done.is_captured,
            "written": list(done.written),
            "waiting": len(done.waiting),
            "dropped": len(done.dropped),
            "problems": len(done.problems) + len(result.problems),
        }
        status: SessionStatus = "failed" if done.is_stalled or result.problems else "success"
        told = [*_done(done, result, synced), *(_met(done, result) if is_news else ())]
        events = tuple(EventRecord(kind, self._hiding.hidden(payload)) for kind, payload in told)
        made = tuple(self._artifacts(done, synced, events))
        return SessionRecord(result.session, target, result.started_at, self.ports.clock.now(), status, summary, events, made)

    def _artifacts(self, done: TargetPass, synced: tuple[str, str], events: tuple[EventRecord, ...]) -> Iterator[Artifact]:
        if synced[0] != synced[1]:
            old, new = (self._snapshots.text(done.target, ref) for ref in synced)
            if new and new != old:
                yield Artifact("config_snapshot", new)
                yield Artifact("diff", difference(old, new))
        told = [e for e in events if e.type in ("problem", "dropped")]
        if done.is_stalled and told:
            yield Artifact("log", "".join(json.dumps({"event": e.type, **e.payload}, ensure_ascii=False) + "\n" for e in told))


def _digest(done: TargetPass, result: Pass) -> str:
    state = [_word(done), done.target.mode, sorted(done.waiting.items()), [dropped_json(d) for d in done.dropped]]
    problems = [[p.file, p.line, p.reason] for p in (*done.problems, *result.problems)]
    text = json.dumps([state, problems], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _before(was: object) -> list[str]:
    """The facts that were recorded last; none when nothing was."""
    return [str(x) for x in was] if isinstance(was, list) and len(was) == 2 else []


def _word(done: TargetPass) -> str:
    """The outcome, but for what happens once: that files were taken in or written says nothing of the next pass."""
    return "unchanged" if done.outcome in ("captured", "converged") else done.outcome


def _target(target: Target) -> TargetRecord:
    settings = {"mode": target.mode, "scope": target.scope, "machine": target.machine, **target.detail}
    return TargetRecord(target.id, target.client, str(target.root), settings)


def _done(done: TargetPass, result: Pass, synced: tuple[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    if done.is_captured:
        yield "captured", {"files": sorted(str(p) for p in done.seen.files) if done.seen else []}
    if done.written:
        yield "written", {"files": list(done.written), "head": result.head}
    if synced[0] != synced[1]:
        yield "agreed", {"before": synced[0], "after": synced[1]}


def _met(done: TargetPass, result: Pass) -> Iterator[tuple[str, dict[str, Any]]]:
    for entity, word in sorted(done.waiting.items()):
        yield word, {"entity": entity}
    for lost in done.dropped:
        yield "dropped", dropped_json(lost)
    for problem in done.problems:
        yield "problem", problem_json(problem, str(done.target.root))
    for problem in result.problems:
        yield "problem", problem_json(problem, "")

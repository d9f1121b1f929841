"""One pass: look at targets, capture, integrate, converge, in this order, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from reconciler.errors import Raced, ReconcilerError
from reconciler.mapping.adapter import Adapter
from reconciler.mapping.layers import Layer
from reconciler.mapping.masking import Local
from reconciler.model.names import EntityId, RelPath, Revision, TargetId
from reconciler.model.refnames import synced_ref
from reconciler.model.results import Dropped, Problem
from reconciler.model.ulid import ulid
from reconciler.plan.adoption import adoption_layers, joining_layers
from reconciler.ports import Author, Ports
from reconciler.reconcile import approvals, reviews
from reconciler.reconcile import facts as target_facts
from reconciler.reconcile.agreement import Agreement, agreement
from reconciler.reconcile.calm import Calm, World
from reconciler.reconcile.capture import Captured, capture
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.converge import Converged, converge
from reconciler.reconcile.integrate import Context, Integration
from reconciler.reconcile.observe import Observed, Seen, local_servers, look, read
from reconciler.reconcile.targets import CAPTURED, Target, installed, registered

_TRIES = 5
_IDLE = frozenset({"observe", "suspended"})


@dataclass
class TargetPass:
    """What a pass did with one target."""

    target: Target
    is_captured: bool = False
    written: tuple[RelPath, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    problems: tuple[Problem, ...] = ()
    waiting: Mapping[EntityId, str] = field(default_factory=dict)
    seen: Seen | None = None
    entities: Mapping[EntityId, object] = field(default_factory=dict)
    needs_again: bool = False
    """The world moved while we worked: look again."""

    @property
    def is_stalled(self) -> bool:
        return any(p.is_stalling for p in self.problems)

    @property
    def outcome(self) -> str:
        """The first that holds."""
        if self.is_stalled:
            return "stalled"
        for word in ("conflict", "held"):
            if word in self.waiting.values():
                return word
        if any(d.why == "held" for d in self.dropped):
            return "held"
        return "captured" if self.is_captured else "converged" if self.written else "unchanged"


@dataclass
class Pass:
    """The result of a pass. ``problems`` are those of the repository itself."""

    head: Revision | None
    targets: list[TargetPass] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()


@dataclass
class Reconciler:
    """Runs passes. Holds nothing that cannot be read again."""

    ports: Ports
    centre: Centre
    _captured: dict[TargetId, Captured] = field(default_factory=dict)
    _calm: Calm = field(default_factory=Calm)

    def targets(self) -> list[Target]:
        head = self.centre.in_force()[0]
        return registered(self.centre.store.files(head), self.ports.machine, self.ports.home) if head else []

    def installed(self) -> list[Adapter]:
        return installed(self.ports.disk, self.ports.home)

    def as_found(self) -> list[dict[str, str]]:
        """Servers that clients keep for one folder: shown, and synced only once that folder is a project."""
        return [found for target in self.targets() for found in local_servers(self.ports.disk, target)]

    def run(self, targets: Sequence[Target], approved_by: str = "", prefer: str = "") -> Pass:
        """Reconcile the targets. What moved while we worked is looked at again, a few times."""
        session = ulid(self.ports.clock.now(), self.ports.entropy(10))
        context = Context(session, approved_by, self.ports.person if prefer else "")
        order = sorted(targets, key=lambda t: t.client != prefer)
        done = {t.id: TargetPass(t) for t in targets}
        todo: list[Target] = list(order)
        for _ in range(_TRIES):
            self._round(todo, done, context)
            todo = [t for t in order if done[t.id].needs_again]
            if not todo:
                break
        head, problems = self.centre.in_force()
        return Pass(head, [done[t.id] for t in targets], problems)

    def _round(self, targets: Sequence[Target], done: dict[TargetId, TargetPass], context: Context) -> None:
        now = self._calm.world(self.ports)
        observed = self._look_at_all(targets, done, now)
        busy = {o.target.id: o for o in observed.values() if not self._is_calm(o, done, context)}
        if busy:
            self._capture_all(busy, self._adoption(observed, now), done, context)
            self._settle(busy if self._calm.world(self.ports) is now else observed, done, context)
        for one in busy.values():
            self._calm.note(one, done[one.target.id])

    def _is_calm(self, one: Observed, done: dict[TargetId, TargetPass], context: Context) -> bool:
        """True when a pass that saw just the same had nothing to do. Its result then stands."""
        last, now = self._calm.result(one), done[one.target.id]
        if last is None or now.written or now.is_captured or context.approved_by or context.prefer_central:
            return False
        done[one.target.id] = last
        return True

    def _settle(self, observed: Mapping[TargetId, Observed], done: dict[TargetId, TargetPass], context: Context) -> None:
        if self.centre.in_force()[0] == self.centre.main():  # never merge on top of a main that does not validate
            self._each(observed, done, lambda one: self._integrate(one, done, context))
        pending = self._pending()
        self._each(observed, done, lambda one: self._converge(one, done, pending, context))

    def _each(self, observed: Mapping[TargetId, Observed], done: Mapping[TargetId, TargetPass], work: Callable[[Observed], None]) -> None:
        """Do the work for the targets for which nothing has failed yet: converge must not write over what capture could not keep."""
        for one in observed.values():
            result = done[one.target.id]
            if not result.needs_again and not result.is_stalled:
                self._guarded(result, partial(work, one))

    def _guarded(self, result: TargetPass, work: Callable[[], None]) -> None:
        """A failing target never stops the others: what went wrong becomes its problem."""
        try:
            work()
        except Raced:
            result.needs_again = True
        except ReconcilerError as error:
            reason, _, advice = str(error).removeprefix(f"{error.path}: ").partition("; ")
            result.problems = (*result.problems, Problem(error.path or str(result.target.root), reason, advice=advice))

    # ------------------------------------------------------------ looking and capturing

    def _look_at_all(self, targets: Sequence[Target], done: dict[TargetId, TargetPass], now: World) -> dict[TargetId, Observed]:
        observed: dict[TargetId, Observed] = {}
        found: dict[str, str] = {}
        for target in targets:
            result = done[target.id]
            result.needs_again, result.problems = False, ()
            if target.mode not in _IDLE:
                self._guarded(result, partial(self._look, target, done, observed, found, now))
        return observed

    def _capture_all(
        self, busy: Mapping[TargetId, Observed], layers: Mapping[str, Mapping[EntityId, Layer]], done: dict[TargetId, TargetPass], context: Context
    ) -> None:
        for one in busy.values():
            if one.target.mode in CAPTURED:
                self._guarded(done[one.target.id], partial(self._capture, one, done, context, layers.get(one.target.client, {})))

    def _look(
        self, target: Target, done: dict[TargetId, TargetPass], observed: dict[TargetId, Observed], secrets: dict[str, str], now: World
    ) -> None:
        """``secrets`` are values that this round has found: two clients never give one name to two values."""
        found = self._observed(target, look(self.ports.disk, target.adapter, target.root), secrets, now)
        result = done[target.id]
        result.seen, result.problems, result.entities = found.seen, found.problems, found.parsed.reading.config
        if not found.is_stalled:
            observed[target.id] = found
            if target.mode in CAPTURED:
                secrets.update(found.masked.stored)

    def _observed(self, target: Target, seen: Seen, secrets: Mapping[str, str], now: World) -> Observed:
        """What was seen, read; the last look itself when it saw the same in the same world."""
        last = self._calm.last(target)
        basis = None if secrets else self._calm.basis(self.ports, now, target.id)
        if last is not None and basis is not None and (last.basis, last.seen) == (basis, seen):
            return last
        agreed, main = agreement(self.centre, target), self.centre.in_force()[0]
        central = self.centre.config(main, target) if main else {}
        found = read(seen, target, agreed.config, {**central, **agreed.config}, self.local(target, secrets), basis, last)
        self._calm.see(found)
        return found

    def local(self, target: Target, found: Mapping[str, str] | None = None) -> Local:
        """What masking may know of this machine and the target. ``found`` are values that are not in the vault yet."""
        ports, main = self.ports, self.centre.in_force()[0]
        fresh = found or {}
        settings = self.centre.settings(main) if main else None
        return Local(
            home=str(target.root),
            value=lambda name: fresh[name] if name in fresh else ports.vault.get(name),
            names=frozenset(ports.vault.names()) | fresh.keys(),
            digest=ports.vault.hmac,
            agreed=target_facts.load(ports.memory, target.id).secrets,
            environ=ports.environ,
            resolves_refs=target.adapter.resolves_refs,
            plain=frozenset(settings.list("plain_values")) if settings else frozenset(),
            masked=frozenset(settings.list("masked_values")) if settings else frozenset(),
        )

    def _adoption(self, observed: Mapping[TargetId, Observed], now: World) -> dict[str, dict[EntityId, Layer]]:
        everyone = [(o.target.adapter, o.masked.config) for o in observed.values()]
        new = [o for o in observed.values() if synced_ref(o.target.id) not in now.refs]
        newcomers = [(o.target.adapter, o.masked.config) for o in new]
        if new and self.centre.has_others(self.ports.machine):
            return joining_layers(self.ports.machine, newcomers)
        return adoption_layers(newcomers, everyone) if new else {}

    def _capture(self, one: Observed, done: dict[TargetId, TargetPass], context: Context, layers: Mapping[EntityId, Layer]) -> None:
        main, facts = self.centre.in_force()[0], target_facts.load(self.ports.memory, one.target.id)
        if main is None:
            return
        if facts.is_fight(self.ports.clock.now()):
            reason = "something keeps writing this file back; it was corrected more than 5 times in a minute"
            done[one.target.id].problems += (Problem(next(iter(one.seen.files)), reason, advice="find the other writer, then `reconciler sync`"),)
            return
        captured = capture(self.ports, self.centre, one, agreement(self.centre, one.target), main, facts, context.session, layers)
        done[one.target.id].is_captured |= captured.is_new
        self._captured[one.target.id] = captured

    # ------------------------------------------------------------ integrating and converging

    def _integrate(self, one: Observed, done: dict[TargetId, TargetPass], context: Context) -> None:
        target = one.target
        merged = Integration(self.ports, self.centre, target, agreement(self.centre, target), context).run()
        done[target.id].waiting = merged.waiting

    def _pending(self) -> set[EntityId]:
        """Servers whose first definition is still in dispute somewhere."""
        found = [item for _, review in reviews.open_reviews(self.centre.store) for item in review.items]
        return {item.entity for item in found if item.kind == "conflict" and item.base is None and not item.path and item.central is not None}

    def _held_back(self, target: Target, agreed: Agreement, revision: Revision, context: Context) -> dict[EntityId, str]:
        """What came by a commit on main and waits for an approver. Who accepted the whole plan has approved it."""
        if context.approved_by:
            who = Author(context.approved_by, f"{context.approved_by}@{self.ports.machine}", self.ports.clock.now())
            approvals.decide_all(self.centre, target, agreed, revision, who)
        return dict.fromkeys(approvals.held_back(self.centre, target, agreed, revision), "held")

    def _converge(self, one: Observed, done: dict[TargetId, TargetPass], pending: set[EntityId], context: Context) -> None:
        target, revision = one.target, self.centre.in_force()[0]
        result = done[target.id]
        if revision is None:
            return
        agreed: Agreement = agreement(self.centre, target)
        waiting = {**self._held_back(target, agreed, revision, context), **reviews.review(self.centre.store, target.id).words()}
        captured = self._captured.get(target.id, Captured(None))
        after: Converged = converge(self.ports, self.centre, one, agreed, revision, waiting, pending, self.local(target), captured)
        result.needs_again |= after.needs_again
        result.written = tuple(sorted({*result.written, *after.written}))
        result.dropped, result.waiting = after.dropped, waiting
        result.problems = (*result.problems, *after.problems)
        if after.written and result.seen:
            files = {path: self.ports.disk.look(target.root, path) for path in {**result.seen.files, **dict.fromkeys(after.written)}}
            result.seen = replace(result.seen, files=files)



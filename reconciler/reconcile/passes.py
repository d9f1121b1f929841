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
from reconciler.model.results import Dropped, Problem
from reconciler.model.ulid import ulid
from reconciler.plan.adoption import adoption_layers
from reconciler.ports import Ports
from reconciler.reconcile import facts as target_facts
from reconciler.reconcile import reviews
from reconciler.reconcile.agreement import Agreement, agreement
from reconciler.reconcile.capture import capture
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.converge import Converged, converge
from reconciler.reconcile.integrate import Context, Integration
from reconciler.reconcile.observe import Observed, Seen, local_servers, observe
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
    def outcome(self) -> str:
        """The first that holds."""
        if any(p.is_stalling for p in self.problems):
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
    _corrections: dict[TargetId, bool] = field(default_factory=dict)

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
        observed = self._capture_all(targets, done, context)
        if self.centre.in_force()[0] == self.centre.main():  # never merge on top of a main that does not validate
            for one in observed.values():
                self._guarded(done[one.target.id], partial(self._integrate, one, done, context))
        pending = self._pending()
        for one in observed.values():
            self._guarded(done[one.target.id], partial(self._converge, one, done, pending))

    def _guarded(self, result: TargetPass, work: Callable[[], None]) -> None:
        """A failing target never stops the others: what went wrong becomes its problem."""
        try:
            work()
        except Raced:
            result.needs_again = True
        except ReconcilerError as error:
            result.problems = (*result.problems, Problem(error.path or str(result.target.root), str(error)))

    # ------------------------------------------------------------ looking and capturing

    def _capture_all(self, targets: Sequence[Target], done: dict[TargetId, TargetPass], context: Context) -> dict[TargetId, Observed]:
        observed: dict[TargetId, Observed] = {}
        for target in targets:
            result = done[target.id]
            result.needs_again, result.problems = False, ()
            if target.mode not in _IDLE:
                self._guarded(result, partial(self._look, target, done, observed))
        layers = self._adoption(observed)
        for one in observed.values():
            if one.target.mode in CAPTURED:
                self._guarded(done[one.target.id], partial(self._capture, one, done, context, layers.get(one.target.client, {})))
        return observed

    def _look(self, target: Target, done: dict[TargetId, TargetPass], observed: dict[TargetId, Observed]) -> None:
        agreed = agreement(self.centre, target)
        main = self.centre.in_force()[0]
        central = self.centre.config(main, target) if main else {}
        found = observe(self.ports.disk, target, agreed.config, {**central, **agreed.config}, self.local(target))
        result = done[target.id]
        result.seen, result.problems, result.entities = found.seen, found.problems, found.parsed.reading.config
        if not found.is_stalled:
            observed[target.id] = found

    def local(self, target: Target) -> Local:
        """What masking may know of this machine and the target."""
        ports, main = self.ports, self.centre.in_force()[0]
        settings = self.centre.settings(main) if main else None
        return Local(
            home=str(target.root),
            value=ports.vault.get,
            names=frozenset(ports.vault.names()),
            digest=ports.vault.hmac,
            agreed=target_facts.load(ports.memory, target.id).secrets,
            environ=ports.environ,
            resolves_refs=target.adapter.resolves_refs,
            plain=frozenset(settings.list("plain_values")) if settings else frozenset(),
            masked=frozenset(settings.list("masked_values")) if settings else frozenset(),
        )

    def _adoption(self, observed: Mapping[TargetId, Observed]) -> dict[str, dict[EntityId, Layer]]:
        everyone = [(o.target.adapter, o.masked.config) for o in observed.values()]
        new = [o for o in observed.values() if agreement(self.centre, o.target).ref is None]
        return adoption_layers([(o.target.adapter, o.masked.config) for o in new], everyone) if new else {}

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
        self._corrections[one.target.id] = captured.is_correction

    # ------------------------------------------------------------ integrating and converging

    def _integrate(self, one: Observed, done: dict[TargetId, TargetPass], context: Context) -> None:
        target = one.target
        merged = Integration(self.ports, self.centre, target, agreement(self.centre, target), context).run()
        done[target.id].waiting = merged.waiting

    def _pending(self) -> set[EntityId]:
        """Servers whose first definition is still in dispute somewhere."""
        found = [item for _, review in reviews.open_reviews(self.centre.store) for item in review.items]
        return {item.entity for item in found if item.kind == "conflict" and item.base is None and not item.path and item.central is not None}

    def _converge(self, one: Observed, done: dict[TargetId, TargetPass], pending: set[EntityId]) -> None:
        target, revision = one.target, self.centre.in_force()[0]
        result = done[target.id]
        if revision is None or any(p.is_stalling for p in result.problems):
            return
        agreed: Agreement = agreement(self.centre, target)
        waiting = reviews.review(self.centre.store, target.id).words()
        again = self._corrections.get(target.id, False)
        after: Converged = converge(self.ports, self.centre, one, agreed, revision, waiting, pending, self.local(target), again)
        result.written = tuple(sorted({*result.written, *after.written}))
        result.dropped, result.waiting = after.dropped, waiting
        result.problems = (*result.problems, *after.problems)
        if after.written and result.seen:
            files = {path: self.ports.disk.look(target.root, path) for path in {**result.seen.files, **dict.fromkeys(after.written)}}
            result.seen = replace(result.seen, files=files)



"""One pass: look at targets, capture, integrate, converge, in this order, and say what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from reconciler.errors import Raced, ReconcilerError
from reconciler.fault_points import fault_point
from reconciler.mapping.adapter import Adapter
from reconciler.mapping.ignoring import NOTHING
from reconciler.mapping.layers import Layer
from reconciler.mapping.masking import Local
from reconciler.model.fields import Fields
from reconciler.model.names import EntityId, Revision, TargetId
from reconciler.model.refnames import SYNCED, synced_ref
from reconciler.model.ulid import ulid
from reconciler.plan.adoption import adoption_layers, joining_layers
from reconciler.ports import Author, Ports
from reconciler.ports.together import Work
from reconciler.reconcile import approvals, branches, policy_gate, proposals, proposed_commits, reviews
from reconciler.reconcile import facts as target_facts
from reconciler.reconcile.agreement import Agreement, agreement
from reconciler.reconcile.calm import Calm, World
from reconciler.reconcile.capture import Captured, capture, fresh_secrets
from reconciler.reconcile.centre import POLICY_ENTITY, Centre
from reconciler.reconcile.converge import Converged, Earlier, converge, fight
from reconciler.reconcile.folders import checked
from reconciler.reconcile.integrate import Context, Integration
from reconciler.reconcile.local_servers import local_servers, with_real_folders
from reconciler.reconcile.measuring import measure
from reconciler.reconcile.observe import Observed, Seen, look, look_again, read
from reconciler.reconcile.pass_result import Pass, TargetPass
from reconciler.reconcile.problems import problem_of
from reconciler.reconcile.readers import nested_texts, with_readers
from reconciler.reconcile.targets import CAPTURED, IDLE, Target, as_of, installed, registered

_TRIES = 5
T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """What a pass is doing now, for who waits for it: the ``number``-th of ``total`` targets."""

    doing: str
    target: TargetId
    number: int
    total: int


@dataclass
class Reconciler:
    """Runs passes. Holds nothing that cannot be read again. ``record`` is told of each pass, ``step`` of what it is at."""

    ports: Ports
    centre: Centre
    record: Callable[[Sequence[Pass]], None] | None = None
    step: Callable[[Step], None] | None = None
    _captured: dict[TargetId, Captured] = field(default_factory=dict)
    _landed: dict[TargetId, Mapping[EntityId, Fields | None]] = field(default_factory=dict)
    _calm: Calm = field(default_factory=Calm)

    def knowing(self, other: Reconciler) -> Reconciler:
        """This engine, which need not read again what ``other``, on the same files and repository, has read.

        Only what each found there first is handed on: what one did is not there for the next, where neither writes.
        """
        return replace(self, centre=other.centre.on(self.centre.store, self.centre.memory), _calm=other._calm.begun())

    def observed(self, target: Target) -> Observed:
        """The target's files as they are now, read; nothing is done about them."""
        return self._observed(target, look(self.ports.disk, target.adapter, target.root), {}, self.world())

    def targets(self) -> list[Target]:
        head = self.centre.in_force()[0]
        known = registered(self.centre.store.files(head), self.ports.machine, self.ports.home) if head else []
        known = [as_of(target, self.ports.clock.now()) for target in known]
        known = with_readers(checked(known, self.ports.disk, self.ports.home, self.ports.memory), self.ports.disk)
        return with_real_folders(known, self.ports.disk)

    def installed(self) -> list[Adapter]:
        return installed(self.ports.disk, self.ports.home)

    def world(self) -> World:
        """All that passes depend on beside the clients' files: the same object as long as nothing of it has changed."""
        return self._calm.world(self.ports)

    def as_found(self) -> list[dict[str, str]]:
        """Servers that clients keep for a folder that is no project, and files of rules in the folders of one: shown, not synced."""
        targets = self.targets()
        servers = [found for target in targets for found in local_servers(self.ports.disk, target, targets)]
        return [*servers, *nested_texts(self.ports.disk, targets)]

    def run(self, targets: Sequence[Target], approved_by: str = "", prefer: str = "") -> Pass:
        """Reconcile the targets, and record that."""
        result = self.reconcile(targets, approved_by, prefer)
        self.recorded([result])
        return result

    def recorded(self, passes: Sequence[Pass]) -> None:
        """Keep what came of passes, in their order. Whoever runs passes in a row does this once, when all files are written."""
        fault_point("pass.unrecorded")
        if self.record is not None:
            self.record(passes)

    def reconcile(self, targets: Sequence[Target], approved_by: str = "", prefer: str = "") -> Pass:
        """``run`` without the record: that is for the caller. What moved while we worked is looked at again, a few times."""
        started_at = self.ports.clock.now()
        session = ulid(started_at, self.ports.entropy(10))
        agreed = self.ports.store.refs(SYNCED)
        context = Context(session, approved_by, self.ports.person if prefer else "", {t.id for t in targets if synced_ref(t.id) not in agreed})
        order = sorted(targets, key=lambda t: t.client != prefer)
        done = {t.id: TargetPass(t) for t in targets}
        for _ in range(_TRIES):
            if paused := self.ports.brake.pulled():
                break
            self.ports.store.recover()
            with self.ports.reading_once():
                self._round(order, done, context)
            if not any(one.needs_again for one in done.values()):
                break  # else all are looked at again: what one target brings now, the others must get
        head, problems = self.centre.in_force()
        result = Pass(head, [done[t.id] for t in targets], problems, paused, session, started_at, self.ports.store.refs(SYNCED))
        measure(result, self.ports)
        return result

    def forgive(self, targets: Sequence[Target]) -> None:
        """A person asks for these: what was stopped as a fight is tried again."""
        for target in targets:
            target_facts.forgive(self.ports.memory, target.id)

    def integrate(self, target: Target) -> None:
        """Bring the target's change branch to main as far as it can be, without its files: they may be on another machine."""
        if self.centre.in_force()[0] != self.centre.main():
            return  # never merge on top of a main that does not validate
        session = ulid(self.ports.clock.now(), self.ports.entropy(10))
        Integration(self.ports, self.centre, target, agreement(self.centre, target), Context(session)).run()

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
        last.took_s = now.took_s
        done[one.target.id] = last
        return True

    def _settle(self, observed: Mapping[TargetId, Observed], done: dict[TargetId, TargetPass], context: Context) -> None:
        main = self.centre.in_force()[0]
        if main is not None:
            policy_gate.keep(self.centre, main)
            proposed_commits.keep(self.ports, self.centre.cache, main)
        if main == self.centre.main():  # never merge on top of a main that does not validate
            self._each(self._steps("merging", observed), done, lambda one: self._integrate(one, done, context))
        pending = self._pending()
        self.ports.together(self._convergences(observed, done, pending, context))

    def _each(self, observed: Iterable[Observed], done: Mapping[TargetId, TargetPass], work: Callable[[Observed], None]) -> None:
        """Do the work for the targets for which nothing has failed yet: converge must not write over what capture could not keep."""
        for one in observed:
            result = done[one.target.id]
            if not result.needs_again and not result.is_stalled:
                self._guarded(result, partial(work, one))

    def _convergences(
        self, observed: Mapping[TargetId, Observed], done: Mapping[TargetId, TargetPass], pending: Mapping[str, set[EntityId]], context: Context
    ) -> Iterator[Work]:
        """What is left to do for each target once its files are rendered: one is rendered while another is written."""
        ready: list[Work] = []
        for one in self._steps("writing", observed):
            self._each([one], done, lambda one: ready.extend(self._converge(one, done, pending, context)))
            yield from (partial(self._guarded, done[one.target.id], work) for work in ready)
            ready.clear()

    def _steps(self, doing: str, observed: Mapping[TargetId, T]) -> Iterator[T]:
        for number, (target, one) in enumerate(observed.items(), 1):
            if self.step is not None:
                self.step(Step(doing, target, number, len(observed)))
            yield one

    def _guarded(self, result: TargetPass, work: Callable[[], None]) -> None:
        """A failing target never stops the others: what went wrong becomes its problem."""
        began = self.ports.clock.now()
        try:
            work()
        except Raced:
            result.needs_again = True
        except ReconcilerError as error:
            result.problems = (*result.problems, problem_of(error, result.target))
        finally:
            result.took_s += self.ports.clock.now() - began

    # ------------------------------------------------------------ looking and capturing

    def _look_at_all(self, targets: Sequence[Target], done: dict[TargetId, TargetPass], now: World) -> dict[TargetId, Observed]:
        observed: dict[TargetId, Observed] = {}
        found: dict[str, str] = {}
        for target in self._steps("looking at", {t.id: t for t in targets}):
            result = done[target.id]
            result.needs_again, result.problems = False, ()
            if target.mode not in IDLE:
                self._guarded(result, partial(self._look, target, done, observed, found, now))
        return observed

    def _capture_all(
        self, busy: Mapping[TargetId, Observed], layers: Mapping[TargetId, Mapping[EntityId, Layer]], done: dict[TargetId, TargetPass], context: Context
    ) -> None:
        for one in self._steps("capturing", busy):
            if one.target.mode in CAPTURED:
                self._guarded(done[one.target.id], partial(self._capture, one, done, context, layers.get(one.target.id, {})))

    def _look(
        self, target: Target, done: dict[TargetId, TargetPass], observed: dict[TargetId, Observed], secrets: dict[str, str], now: World
    ) -> None:
        """``secrets`` are values that this round has found: two clients never give one name to two values."""
        self.ports.disk.recover(target.id)
        found = self._observed(target, look(self.ports.disk, target.adapter, target.root), secrets, now)
        result = done[target.id]
        result.seen, result.problems, result.entities = found.seen, found.problems, found.parsed.reading.config
        if not found.is_stalled:
            observed[target.id] = found
            if target.mode in CAPTURED and found.masked.stored:
                secrets.update(fresh_secrets(self.ports, found, target_facts.load(self.ports.memory, target.id)))

    def _observed(self, target: Target, seen: Seen, secrets: Mapping[str, str], now: World) -> Observed:
        """What was seen, read; the last look itself when it saw the same in the same world."""
        last = self._calm.last(target)
        basis = None if secrets else self._calm.basis(self.ports, now, target.id)
        if last is not None and basis is not None and (last.basis, last.seen) == (basis, seen):
            self._calm.see(last)
            return last
        agreed, main = agreement(self.centre, target), self.centre.in_force()[0]
        central = self.centre.config(main, target) if main else {}
        expected = {**central, **agreed.config, **branches.waiting_config(self.centre, target)}
        ignoring = self.centre.ignoring(main, target) if main else NOTHING
        vault = None if secrets else now.generation  # with values that are in no vault yet its state says nothing
        found = read(seen, target, agreed.config, expected, self.local(target, secrets), ignoring, basis, vault, last)
        self._calm.see(found)
        return found

    def local(self, target: Target, found: Mapping[str, str] | None = None) -> Local:
        """What masking may know of this machine and the target. ``found`` are values that are not in the vault yet."""
        ports, main = self.ports, self.centre.in_force()[0]
        fresh = found or {}
        settings = self.centre.policy(main) if main else None
        return Local(
            home=str(ports.home),
            project=target.project,
            local_to=target.local_to,
            value=lambda name: fresh[name] if name in fresh else ports.vault.get(name),
            names=frozenset(ports.vault.names()) | fresh.keys(),
            digest=ports.vault.hmac,
            agreed=target_facts.agreed_secrets(ports.memory, target.id),
            environ=ports.environ,
            resolves_refs=target.adapter.resolves_refs,
            plain=frozenset(settings.list("plain_values")) if settings else frozenset(),
            masked=frozenset(settings.list("masked_values")) if settings else frozenset(),
        )

    def _adoption(self, observed: Mapping[TargetId, Observed], now: World) -> dict[TargetId, dict[EntityId, Layer]]:
        """Where the entities of new targets go. Each scope is adopted by itself."""
        out: dict[TargetId, dict[EntityId, Layer]] = {}
        for scope in dict.fromkeys(o.target.scope for o in observed.values()):
            members = [o for o in observed.values() if o.target.scope == scope]
            new = [o for o in members if synced_ref(o.target.id) not in now.refs]
            layers = self._adopted(members, new) if new else {}
            out |= {o.target.id: layers[o.target.client] for o in new}
        return out

    def _adopted(self, members: Sequence[Observed], new: Sequence[Observed]) -> dict[str, dict[EntityId, Layer]]:
        newcomers = [(o.target.adapter, o.masked.config) for o in new]
        if self.centre.has_others(new[0].target):
            return joining_layers(self.ports.machine, newcomers)
        return adoption_layers(newcomers, [(o.target.adapter, o.masked.config) for o in members])

    def _capture(self, one: Observed, done: dict[TargetId, TargetPass], context: Context, layers: Mapping[EntityId, Layer]) -> None:
        main, facts = self.centre.in_force()[0], target_facts.load(self.ports.memory, one.target.id)
        if main is None:
            return
        if facts.is_fight(self.ports.clock.now()):
            done[one.target.id].problems += (fight(one),)
            if facts.goes_on(self.ports.clock.now(), target_facts.digest_of(one.masked)):
                target_facts.save(self.ports.memory, one.target.id, facts.after_return(self.ports.clock.now()))
            return
        agreed, result = agreement(self.centre, one.target), done[one.target.id]
        captured = capture(self.ports, self.centre, one, agreed, main, facts, context.session, layers)
        result.is_captured |= captured.is_new
        if captured.is_return:
            target_facts.save(self.ports.memory, one.target.id, facts.after_return(self.ports.clock.now()))
        result.is_new |= agreed.ref is None
        result.drifted_fields = max(result.drifted_fields, captured.drifted)
        if captured.is_new and result.captured_at is None:
            result.captured_at = self.ports.clock.now()
        self._captured[one.target.id] = captured

    # ------------------------------------------------------------ integrating and converging

    def _integrate(self, one: Observed, done: dict[TargetId, TargetPass], context: Context) -> None:
        target = one.target
        merged = Integration(self.ports, self.centre, target, agreement(self.centre, target), context).run()
        done[target.id].waiting, self._landed[target.id] = merged.waiting, merged.landed

    def _pending(self) -> dict[str, set[EntityId]]:
        """By scope, servers whose first definition is still in dispute somewhere."""
        out: dict[str, set[EntityId]] = {}
        for item in (item for _, review in reviews.open_reviews(self.centre.store) for item in review.items):
            if item.kind == "conflict" and item.base is None and not item.path and item.central is not None:
                out.setdefault(item.target.split("/")[2], set()).add(item.entity)
        return out

    def _held_back(self, target: Target, agreed: Agreement, revision: Revision, context: Context) -> dict[EntityId, str]:
        """What came by a commit on main and waits for an approver. Who accepted the plan of a new target has approved it there."""
        if accepted_by := context.accepted_for(target.id):
            who = Author(accepted_by, f"{accepted_by}@{self.ports.machine}", self.ports.clock.now())
            approvals.decide_all(self.centre, target, agreed, revision, who, self._waiting_elsewhere(target, revision, context))
        words = approvals.words(self.centre, target, agreed, revision)
        policy = policy_gate.waits(self.centre, revision)
        return {**words, POLICY_ENTITY: policy} if policy else words

    def _waiting_elsewhere(self, target: Target, revision: Revision, context: Context) -> set[EntityId]:
        """What waits at targets that were adopted before: an approval holds for them too, and their plan was not shown."""
        agreed = self.ports.store.refs(SYNCED)
        others = (t for t in self.targets() if t.base == target.base and t.id not in context.adopting and synced_ref(t.id) in agreed)
        return approvals.waiting_at(self.centre, others, revision)

    def _converge(
        self, one: Observed, done: Mapping[TargetId, TargetPass], pending: Mapping[str, set[EntityId]], context: Context
    ) -> Iterator[Work]:
        target, revision = one.target, self.centre.in_force()[0]
        if revision is None:
            return
        agreed: Agreement = agreement(self.centre, target)
        waiting = {**self._held_back(target, agreed, revision, context), **reviews.review(self.centre.store, target.id).words(), **proposals.pending(self.centre, target)}
        earlier = Earlier(waiting, pending.get(target.scope, ()), self._captured.get(target.id, Captured(None)), self._landed.pop(target.id, {}))
        work = converge(self.ports, self.centre, one, agreed, revision, self.local(target), earlier)
        yield partial(self._converged, done[target.id], work, agreed, revision, earlier)

    def _converged(self, result: TargetPass, work: Callable[[], Converged], agreed: Agreement, revision: Revision, earlier: Earlier) -> None:
        after, target = work(), result.target
        result.needs_again |= after.needs_again
        result.written = tuple(sorted({*result.written, *after.written}))
        result.dropped, result.waiting, result.drifted = after.dropped, earlier.review, after.drifted
        result.corrected = tuple(sorted({*result.corrected, *after.corrected}))
        result.is_new |= agreed.ref is None
        result.is_rewritten |= bool(after.written) and bool(earlier.captured.stale)
        result.drifted_fields = max(result.drifted_fields, after.drifted_fields)
        if after.written and agreed.revision != revision:
            result.applied_after_s = self.ports.clock.now() - self.ports.store.read(revision).author.when
        result.problems = (*result.problems, *after.problems)
        if after.written and result.seen:
            result.seen = look_again(self.ports.disk, target, result.seen, after.written)

"""integrate: from a change branch to main. A three-way merge on the model, policy, risk gate, then a merge commit.

What is clean lands at once; what is in conflict or held stays on the branch and in a review. Neither side is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.errors import Raced, Stalled
from reconciler.fault_points import fault_point
from reconciler.mapping.lowering import Placement, lowered
from reconciler.merge.semantics import settled_tools
from reconciler.model.fields import Config, Fields, changed_paths
from reconciler.model.names import EntityId, Revision, TargetId
from reconciler.model.refnames import MAIN
from reconciler.model.results import Conflict, Resolution
from reconciler.model.trailers import trailers, with_trailers
from reconciler.ports import Author, Ports
from reconciler.reconcile import approvals, branches, proposals, reviews
from reconciler.reconcile.agreement import Agreement, agree, with_unsaid
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.messages import merge_message
from reconciler.reconcile.settling import Settlement, Settler
from reconciler.reconcile.targets import Target

_TRIES = 20


@dataclass(frozen=True)
class Integrated:
    """``main`` is the revision after it; ``waiting`` what stays in the review, with the word for why.

    ``landed`` is what the target had of the entities that main has taken in.
    """

    main: Revision
    waiting: Mapping[EntityId, str] = field(default_factory=dict)
    landed: Mapping[EntityId, Fields | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """What a merge is made for.

    ``approved_by`` accepted the plan of ``adopting``, targets that had nothing agreed with main (``init --yes``): that says
    nothing of what waits at others. ``prefer_central`` settles conflicts for central, in that person's name
    (``init --prefer``).
    """

    session: str
    approved_by: str = ""
    prefer_central: str = ""
    adopting: Collection[TargetId] = frozenset()

    def accepted_for(self, target: TargetId) -> str:
        """Who accepted what adopting this target brings; empty for nobody."""
        return self.approved_by if target in self.adopting else ""


@dataclass(frozen=True)
class Integration:
    """One target's branch on its way to main."""

    ports: Ports
    centre: Centre
    target: Target
    agreed: Agreement
    context: Context

    def run(self) -> Integrated:
        """Merge the target's change branch as far as it can be. Repeats from the read when main moves meanwhile."""
        for _ in range(_TRIES):
            main = self.centre.main()
            if main is None:
                raise Stalled("the repository has no main branch; run `reconciler init`")
            try:
                return self._once(main)
            except Raced:
                continue
        raise Raced("main is being moved by others all the time; try again")

    def _once(self, main: Revision) -> Integrated:
        store, target = self.ports.store, self.target
        branch = branches.open_branch(self.centre, target)
        review = reviews.review(store, target.id)
        if branch is None:
            reviews.save(store, target.id, review, (), {}, self._program())
            return Integrated(main)
        local = self.centre.config(branch.tip, target)
        if self.centre.policy(main).is_protected:
            agreed = proposals.after_merge(self.centre, target, branch, main, self.agreed, local, self._program())
            return replace(self, agreed=agreed)._propose(branch, main, review, local)
        proposals.forget(store, branch)
        agreed = with_unsaid(self.centre, target, self.agreed, local, main)
        return replace(self, agreed=agreed)._merge(branch, main, review, local)

    def _merge(self, branch: branches.Branch, main: Revision, review: reviews.Review, local: Config) -> Integrated:
        """What can land does; the rest stays on a branch and in the review."""
        store, target = self.ports.store, self.target
        done = Settler(self.ports, self.centre, target, self.agreed, main, branch, review, self.context).settle(local)
        if done.results:
            main = self._land(branch, main, done, local)
        fault_point("integrate.remembered")
        self._move_branch(branch, main, done, local)
        fault_point("integrate.settled")
        saved = reviews.save(store, target.id, review, done.items, review.decisions, self._program())
        return Integrated(main, saved.words(), {e: local.get(e) for e in done.results})

    def _propose(self, branch: branches.Branch, main: Revision, review: reviews.Review, local: Config) -> Integrated:
        """What can land waits for its merge on the host; what main holds already is settled, and leaves the branch."""
        store, central = self.ports.store, self.centre.config(main, self.target)
        done = Settler(self.ports, self.centre, self.target, self.agreed, main, branch, review, self.context).settle(local)
        waits = {e: f for e, f in done.results.items() if f != central.get(e)}
        settled = {e: local.get(e) for e in done.results if e not in waits}
        if done.approved:
            proposals.reopened(store, branch)
        self._remember_local(replace(done, results={e: central.get(e) for e in settled}), local, central, main)
        if settled or not (waits or done.items):
            proposals.forget(store, branch)
            self._move_branch(branch, main, replace(done, results=dict(settled) or {}), local, sorted(waits))
        now = branches.open_branch(self.centre, self.target)
        if now and waits:
            files, message = self._files(now, main, replace(done, results=waits), local)
            rows = with_trailers(message.split("\n", 1)[0], "", [*trailers(message), (proposals.CHANGE, now.tip)])
            proposals.propose(store, now, main, files, rows, store.read(now.tip).author)
        decided = tuple(i for i in review.items if i.id in review.decisions and i.entity in waits)
        saved = reviews.save(store, self.target.id, review, (*done.items, *decided), review.decisions, self._program())
        return Integrated(main, {**saved.words(), **dict.fromkeys(waits, "pending")}, settled)

    def _land(self, branch: branches.Branch, main: Revision, done: Settlement, local: Config) -> Revision:
        """The merge commit on main, by compare-and-swap."""
        store, central = self.ports.store, self.centre.config(main, self.target)
        merged = {e: f for e, f in {**central, **done.results}.items() if f is not None}
        after, _ = settled_tools(merged, self.agreed.config, local, central)
        files, message = self._files(branch, main, done, local)
        author = self._person() if done.by_person else store.read(branch.tip).author
        new = store.commit(main, files, [main, branch.tip], message, author)
        fault_point("integrate.merged")
        self._note(done, main, new)
        fault_point("integrate.noted")
        store.move_ref(MAIN, new, main)
        fault_point("integrate.landed")
        self.centre.trust(new)
        self._remember_local(done, local, after, new)
        return new

    def _files(self, branch: branches.Branch, main: Revision, done: Settlement, local: Config) -> tuple[dict[str, bytes | None], str]:
        """The files of main that change, and what the commit says."""
        target, central = self.target, self.centre.config(main, self.target)
        merged = {e: f for e, f in {**central, **done.results}.items() if f is not None}
        after, overruled = settled_tools(merged, self.agreed.config, local, central)
        own = target.layers[-1] if self.centre.has_others(target) else None
        repository, place = self.centre.repository(main), self._layer_on(branch)
        files = lowered(repository, target.machine, target.client, central, after, place, done.overlaid, own, target.base)
        return files, merge_message(target, done, central, self.context.session, overruled)

    def _note(self, done: Settlement, main: Revision, new: Revision) -> None:
        """What passed the gate here needs no approver at other targets; what main had unapproved before still does."""
        unapproved = approvals.held_back(self.centre, self.target, self.agreed, main)
        central = self.centre.config(main, self.target)
        unseen = {e for e in unapproved if self.context.prefer_central or self._has_more(e, central, done.disputed.get(e, ()))}
        chosen = [e for e, pairs in done.disputed.items() if e not in unseen and all(r.by for _, r in pairs)]
        passed = [e for e in done.results if e not in unapproved or e in done.approved or e in chosen]
        approvals.note(self.centre, main, new, self.target.base, passed, f"landed from {self.target.id}", self._program(), self.target)
        for entity in (*chosen, *done.approved):  # who rejected a change wants main's back in this target's files
            approvals.decide(self.centre, self.target, new, entity, True, self._person())

    def _has_more(self, entity: EntityId, central: Config, pairs: Sequence[tuple[Conflict, Resolution]]) -> bool:
        """Whether main changed more of an entity than what a person was asked about."""
        changed = set(changed_paths(self.agreed.config.get(entity, {}), central.get(entity, {})))
        return all(c.path for c, _ in pairs) and not changed <= {c.path for c, _ in pairs}

    def _remember_local(self, done: Settlement, local: Config, after: Config, landed: Revision) -> None:
        """What main has taken in of a target counts as agreed: else a conflict settled for main would come back.

        And what main has besides, and may not be written yet, would be merged again in every pass.
        """
        agreed = self.agreed
        more = [e for e in done.results if after.get(e) != local.get(e)]
        if not more:
            return
        config = {e: f for e, f in agreed.config.items() if e not in more} | {e: local[e] for e in more if e in local}
        agree(self.centre, self.target, agreed, agreed.revision or landed, config, self._program())

    def _move_branch(self, branch: branches.Branch, main: Revision, done: Settlement, local: Config, more: Sequence[EntityId] = ()) -> None:
        """A settled branch goes; what waits moves to a branch of its own on top of main, so that it holds nothing else."""
        waiting = sorted({*more, *(item.entity for item in done.items)})
        if waiting and not done.results:
            return
        if waiting:
            author = self.ports.store.read(branch.tip).author
            rest = {e: local.get(e) for e in waiting}
            branches.put(self.ports, self.centre, self.target, None, main, rest, self._layer_on(branch), author, self.context.session)
        self.ports.store.move_ref(branch.name, None, branch.tip)

    def _layer_on(self, branch: branches.Branch) -> Placement:
        """A new entity goes to the layer that the change branch put it into."""
        layers = self.centre.repository(branch.tip).layers
        order = self.target.layers
        return lambda entity: next((layer for layer in order if entity in layers.get(layer, {})), self.target.base)

    def _program(self) -> Author:
        return Author("reconciler", f"reconciler@{self.ports.machine}", self.ports.clock.now())

    def _person(self) -> Author:
        return Author(self.ports.person, f"{self.ports.person}@{self.ports.machine}", self.ports.clock.now())

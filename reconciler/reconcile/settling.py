"""Which entities of a change branch can land now: by merge, by policy, by a person; and which must wait."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.mapping.adapter import held
from reconciler.merge.entity import MergedEntity, merge_entity, resolved
from reconciler.merge.leaves import same_fields
from reconciler.merge.semantics import stronger
from reconciler.model.fields import Config, Fields, Path, changed_paths, nested, with_changes
from reconciler.model.names import RULES, TOOLS, EntityId, Revision, kind_of, name_of
from reconciler.model.results import Conflict, Dispute, Resolution, Side
from reconciler.policy.risk import is_mass_removal, needs_approval, risk
from reconciler.policy.rules import PolicyRule, settle
from reconciler.ports import Ports
from reconciler.reconcile import facts as target_facts
from reconciler.reconcile import proposals
from reconciler.reconcile.agreement import Agreement
from reconciler.reconcile.branches import Branch, changed_entities
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.reviews import Item, Review
from reconciler.reconcile.rotations import base_before_rotation
from reconciler.reconcile.targets import Target

if TYPE_CHECKING:
    from reconciler.reconcile.integrate import Context

_ENABLED: Path = ("enabled",)


@dataclass
class Settlement:
    """``results`` land; ``items`` wait. ``disputed`` had a conflict that is settled; ``sides`` are who made its local and its central value."""

    results: dict[EntityId, Fields | None] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    disputed: dict[EntityId, list[tuple[Conflict, Resolution]]] = field(default_factory=dict)
    sides: dict[EntityId, tuple[Side, Side]] = field(default_factory=dict)
    approved: dict[EntityId, str] = field(default_factory=dict)
    overlaid: tuple[Path, ...] = ()

    @property
    def by_person(self) -> bool:
        return bool(self.approved) or any(r.by for pairs in self.disputed.values() for _, r in pairs)


@dataclass(frozen=True)
class _Verdict:
    """What a person said of a held change."""

    is_approved: bool
    by: str


@dataclass
class Settler:
    """Decides for one branch. Reads, never writes."""

    ports: Ports
    centre: Centre
    target: Target
    agreed: Agreement
    main: Revision
    branch: Branch
    review: Review
    context: Context

    def settle(self, local: Config) -> Settlement:
        central = self.centre.config(self.main, self.target)
        out = Settlement()
        waiting: list[Item] = []
        asked = changed_entities(self.centre, self.target, self.branch)
        mass = self._is_mass_removal(asked, local)
        for entity in asked:
            waiting += self._entity(entity, local.get(entity), central.get(entity), mass, out)
        out.items = (*waiting, *self._beside(waiting, local, out))
        return out

    def _beside(self, waiting: list[Item], local: Config, out: Settlement) -> list[Item]:
        """A weaker decision in the place of one whose removal waits: alone on main it would be overruled, and lost."""
        kept = {i.entity for i in waiting if i.entity not in local and kind_of(i.entity) == TOOLS}
        items = []
        for entity in [e for e, f in out.results.items() if f is not None and kind_of(e) == TOOLS and e not in out.disputed]:
            by = stronger(entity, kept)
            if by is not None:
                del out.results[entity]
                out.approved.pop(entity, None)
                change = Conflict(entity, (), None, nested(local.get(entity, {})), None)
                items.append(self._item(change, "held", f"stands in the place of {name_of(by)}, whose removal waits: that is to be decided"))
        return items

    def _is_mass_removal(self, asked: list[EntityId], local: Config) -> bool:
        before = held(self.target.adapter, self.agreed.config).config
        return is_mass_removal(len(before), sum(e in before and e not in local for e in asked))

    def _entity(self, entity: EntityId, local: Fields | None, central: Fields | None, mass: bool, out: Settlement) -> list[Item]:
        base = self._base(entity, local, central)
        switched_off = base is None and central is not None and local is not None and local.get(_ENABLED) is False
        if switched_off and local is not None:  # off in one client is its own business, and no conflict
            local = {p: v for p, v in local.items() if p != _ENABLED}
        merged = self._merged(entity, base, local, central)
        result, items = merged.fields, []
        if merged.conflicts and self._is_adopted_rule(entity):
            result = local
            out.overlaid = (*out.overlaid, *changed_paths(central or {}, local or {}))
        elif merged.conflicts:
            found = [(c, self._resolution(c)) for c in merged.conflicts]
            if any(r is None for _, r in found):  # decided ones stay in the review too, else the decision would go
                items = [self._item(c, "conflict", "both sides changed it") for c, _ in found]
            else:
                out.disputed[entity] = [(c, r) for c, r in found if r is not None]
                out.sides[entity] = self._local_side(), self._central_side(entity)
                result = resolved(entity, base, local, central, {c.path: r for c, r in out.disputed[entity]})
        if items:
            return items
        pairs = out.disputed.get(entity, [])
        is_chosen = bool(pairs) and all(r.by for _, r in pairs) and same_fields(merged.fields, central)
        if not is_chosen:  # who settles a conflict approves what was chosen, but no risk that came with it; a policy approves nothing
            gate = self._gate(entity, result, central, local is None and mass)
            if isinstance(gate, Item):
                out.disputed.pop(entity, None)
                return [*self._decided(pairs), gate]
            if gate and not gate.is_approved:
                result = central
                out.disputed[entity] = []
            elif gate:
                out.approved[entity] = gate.by
        if switched_off and result is not None:
            result = {**result, _ENABLED: False}
            out.overlaid = (*out.overlaid, _ENABLED)
        out.results[entity] = result
        return []

    def _decided(self, pairs: list[tuple[Conflict, Resolution]]) -> list[Item]:
        """What a person has said of conflicts, for as long as their entity waits for an approver."""
        items = [self._item(conflict, "conflict", "settled; its entity waits for an approver") for conflict, _ in pairs]
        return [item for item in items if item.id in self.review.decisions]

    def _base(self, entity: EntityId, local: Fields | None, central: Fields | None) -> Fields | None:
        base = self.agreed.config.get(entity)
        if base is None:
            return None
        last = target_facts.agreed_secrets(self.ports.memory, self.target.id)
        return base_before_rotation(base, local, central, last, self.ports.vault)

    def _merged(self, entity: EntityId, base: Fields | None, local: Fields | None, central: Fields | None) -> MergedEntity:
        """The merge. Without a base, what only one side's client can say of a server is no dispute."""
        merged = merge_entity(entity, base, local, central)
        if base is not None or local is None or central is None or not merged.conflicts:
            return merged
        own = {p: v for p, v in local.items() if p[:2] == ("extra", self.target.client) and p not in central}
        view = held(self.target.adapter, {entity: central}).config.get(entity)
        rest = {p: v for p, v in local.items() if p not in own}
        whole = rest if view is None else with_changes(central, view, rest)
        return merged if merge_entity(entity, None, whole, central).conflicts else MergedEntity({**central, **own})

    def _is_adopted_rule(self, entity: EntityId) -> bool:
        return kind_of(entity) == RULES and self.agreed.ref is None

    # ------------------------------------------------------------ conflicts

    def _resolution(self, conflict: Conflict) -> Resolution | None:
        settings = self.centre.policy(self.main)
        rules = [PolicyRule(r["policy"], r.get("match", "*"), r.get("kind")) for r in settings.list("policies")]
        by_policy = settle(self._dispute(conflict), rules, settings.priorities(), self.ports.clock.now()) if rules else None
        if by_policy:
            return by_policy
        item = self._item(conflict, "conflict", "")
        decision = self.review.decisions.get(item.id)
        if decision:
            return Resolution(decision.value, decision.take, "manual-review", decision.by)
        if self.context.prefer_central:
            return Resolution(conflict.central, "central", "manual-review", self.context.prefer_central)
        return None

    def _dispute(self, conflict: Conflict) -> Dispute:
        return Dispute(conflict, self._local_side(), self._central_side(conflict.entity))

    def _local_side(self) -> Side:
        commit = self.centre.store.read(self.branch.tip)
        return Side(self.target.id, commit.author.name, self.target.machine, commit.author.when, commit.revision)

    def _central_side(self, entity: EntityId) -> Side:
        """Who last changed an entity on main, from the commit that brought it there."""
        from reconciler.reconcile.last_change import last_change

        paths = self._paths(self.main, entity) or self._paths(self.branch.root, entity)  # gone from main: where it was
        return last_change(self.centre.store, self.main, paths[-1]) if paths else Side(revision=self.main)

    def _paths(self, revision: Revision, entity: EntityId) -> list[str]:
        layers = self.centre.repository(revision).layers
        return [p.path for layer in self.target.layers for p in layers.get(layer, {}).get(entity, ())]

    def _item(self, conflict: Conflict, kind: str, reason: str) -> Item:
        c = conflict
        return Item(
            self.target.id,
            c.entity,
            c.path,
            "conflict" if kind == "conflict" else "held",
            reason,
            c.base,
            c.local,
            c.central,
            self._local_side(),
            self._central_side(c.entity),
        )

    # ------------------------------------------------------------ what needs an approver

    def _gate(self, entity: EntityId, result: Fields | None, central: Fields | None, mass: bool) -> Item | _Verdict | None:
        """None when no approver is needed; what a person said; or the item that waits for one."""
        reason = self._why_held(entity, result, central, mass)
        if not reason:
            return None
        values = [None if v is None else nested(v) for v in (result, central)]
        item = self._item(Conflict(entity, (), None, *values), "held", reason)
        decision = self.review.decisions.get(item.id)
        if decision:
            return _Verdict(decision.take == "local", decision.by)
        accepted_by = self.context.accepted_for(self.target.id)
        return _Verdict(True, accepted_by) if accepted_by else item

    def _why_held(self, entity: EntityId, result: Fields | None, central: Fields | None, mass: bool) -> str:
        if mass:
            return "more than half of the target's entities were removed at once"
        if self.centre.policy(self.main).is_protected:  # a pull request is the gate
            shut = proposals.closed(self.centre, self.target, self.branch)
            return proposals.CLOSED if result != central and entity in shut and shut[entity] == result else ""
        found = risk(central, result, entity)
        return "; ".join(found.reasons) if needs_approval(found.level, self.centre.policy(self.main).threshold()) else ""

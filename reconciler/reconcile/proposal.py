"""What a commit or a pull request would change in each client: from two revisions alone, without any client's files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.all_adapters import CATALOGUE
from reconciler.mapping.adapter import held
from reconciler.mapping.printable import printable
from reconciler.model.fields import Config
from reconciler.model.names import AbsPath, EntityId, Revision, shown
from reconciler.model.results import Dropped
from reconciler.plan.preview import Preview, file_diffs, preview
from reconciler.policy.findings import Level
from reconciler.policy.risk import is_mass_removal, needs_approval, risk
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.differences import changes
from reconciler.reconcile.readers import NoLinks, not_for_all, with_readers
from reconciler.reconcile.report import dropped_json
from reconciler.reconcile.targets import WRITTEN, Target, all_registered, target_of

ANY = "any"
"""Stands for a machine where a repository has none yet."""


@dataclass(frozen=True)
class Danger:
    """A change that waits for an approver on every machine, though it was merged."""

    entity: str
    level: Level
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Proposed:
    """What one client gets. ``targets`` are all to which just this happens."""

    targets: tuple[Target, ...]
    mode: tuple[str, str]
    """Before and after; empty where the target is not registered."""
    rows: tuple[dict[str, Any], ...]
    diffs: tuple[tuple[str, str], ...]
    dropped: tuple[Dropped, ...]
    dangers: tuple[Danger, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """True when nothing happens there, and nothing that it cannot hold is asked of it."""
        return not self.rows and not self.diffs and self.mode[0] == self.mode[1] and not any(d.why == "gap" for d in self.dropped)


def proposed(centre: Centre, before: Revision, after: Revision) -> list[Proposed]:
    """One for each sort of change, with all targets that get it; targets to which nothing happens are left out."""
    grouped: dict[str, list[Proposed]] = {}
    for target, mode in _targets(centre, before, after):
        one = _Change(centre, target, mode, before, after).proposed()
        if not one.is_empty:
            key = repr((target.client, target.scope, one.mode, one.rows, one.diffs, one.dropped, one.dangers, one.notes))
            grouped.setdefault(key, []).append(one)
    return [_together(same) for same in grouped.values()]


def _together(same: Sequence[Proposed]) -> Proposed:
    first = same[0]
    targets = tuple(t for one in same for t in one.targets)
    return Proposed(targets, first.mode, first.rows, first.diffs, first.dropped, first.dangers, first.notes)


def _targets(centre: Centre, before: Revision, after: Revision) -> Iterator[tuple[Target, tuple[str, str]]]:
    """All that one of the two knows, with their modes; each client once where no machine is registered."""
    was, now = ({t.id: t for t in with_readers(all_registered(centre.store.files(r)), NoLinks())} for r in (before, after))
    for id_, target in {**was, **now}.items():
        yield target, (was[id_].mode if id_ in was else "", now[id_].mode if id_ in now else "")
    if not was and not now:
        for adapter in CATALOGUE:
            yield target_of(ANY, adapter, AbsPath(""), {"mode": "sync"}), ("sync", "sync")


@dataclass(frozen=True)
class _Change:
    centre: Centre
    target: Target
    mode: tuple[str, str]
    before: Revision
    after: Revision

    def proposed(self) -> Proposed:
        old, meant = self._configs()
        withheld = self.centre.withheld(self.after, self.target) if self.mode[1] else frozenset[EntityId]()
        new = {e: f for e, f in meant.items() if e not in withheld} | {e: old[e] for e in withheld if e in old}  # it stays as it is
        changed = [e for e in {**old, **new} if old.get(e) != new.get(e)]
        plain = frozenset(str(name) for name in self.centre.policy(self.before).list("plain_values"))
        able = (held(self.target.adapter, c).config for c in (old, new))
        was, now = ({e: printable(e, c[e], plain) for e in changed if e in c} for c in able)
        before, after = (preview(self.target.adapter, c, plain) if changed else Preview({}) for c in (old, new))
        root = self.target.project or "~"
        diffs = tuple((f"{root}/{path}", text) for path, text in file_diffs(before, after, root).items())
        left_out = not_for_all(self.target, [e for e in withheld if old.get(e) != meant[e]])
        rows, dropped, dangers = tuple(changes(was, now, changed)), (*self._dropped(new, changed), *left_out), self._dangers(old, new, changed)
        return Proposed((self.target,), self.mode, rows, diffs, dropped, dangers, self._notes(after))

    def _configs(self) -> tuple[Config, Config]:
        """What the target is meant to have before and after, without what is ignored."""
        ignoring = self.centre.ignoring(self.before, self.target)
        old, new = (self.centre.config(r, self.target) if mode else {} for r, mode in zip((self.before, self.after), self.mode, strict=True))
        old, new = ({e: f for e, f in config.items() if not ignoring.is_whole(e)} for config in (old, new))
        return old, new

    def _dropped(self, new: Config, changed: Sequence[EntityId]) -> tuple[Dropped, ...]:
        """What of the change this client cannot hold."""
        able = held(self.target.adapter, new)
        rows = ((e, loss) for e in changed for loss in able.losses.get(e, ()))
        return tuple(Dropped(e, loss.path, loss.reason, "lost" if e in able.config else "gap") for e, loss in rows)

    def _dangers(self, old: Config, new: Config, changed: Sequence[EntityId]) -> tuple[Danger, ...]:
        """By the policy that is in force before the change."""
        threshold = self.centre.policy(self.before).threshold()
        able = held(self.target.adapter, new).config
        gone = [e for e in changed if e not in new]
        mass = is_mass_removal(len(held(self.target.adapter, old).config), len(gone))
        out = []
        for entity in changed:
            found = risk(old.get(entity), new.get(entity), entity)
            if mass and entity in gone:
                out.append(Danger(_name(entity), "high", ("more than half of the target's entities are removed at once",)))
            elif needs_approval(found.level, threshold) and (entity in able or entity not in new):
                out.append(Danger(_name(entity), found.level, found.reasons))
        return tuple(out)

    def _notes(self, view: Preview) -> tuple[str, ...]:
        notes = list(view.left_out)
        if self.mode[1] and self.mode[1] not in WRITTEN:
            notes.append(f"its mode is {self.mode[1]}: nothing is written there")
        if not self.mode[0]:
            notes.append("it is new: what its files hold already is adopted first, and is not known here")
        if not self.mode[1]:
            notes.append("it is given up: its files stay as they are")
        return tuple(notes)


def _name(entity: EntityId) -> str:
    return " ".join(x for x in shown(entity) if x)


def proposed_json(one: Proposed) -> dict[str, Any]:
    return {
        "targets": [t.id for t in one.targets],
        "client": one.targets[0].client,
        "mode": {"before": one.mode[0] or None, "after": one.mode[1] or None},
        "changes": list(one.rows),
        "files": [{"path": path, "diff": text} for path, text in one.diffs],
        "dropped": [dropped_json(d) for d in one.dropped],
        "needs_approval": [{"entity": d.entity, "level": d.level, "reasons": list(d.reasons)} for d in one.dangers],
        "notes": list(one.notes),
    }

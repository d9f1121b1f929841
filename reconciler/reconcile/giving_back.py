"""What this machine had landed, and main does not hold after all, goes back to the target that it came from.

It becomes a change branch again, on what that target and main agreed on before; so the next merge sees all three states,
with who and when. The client's files keep what they hold meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconciler.mapping.lowering import Placement, lowered
from reconciler.model.fields import Fields
from reconciler.model.names import EntityId, Revision, TargetId
from reconciler.model.refnames import change_branch
from reconciler.model.trailers import trailers
from reconciler.model.ulid import ulid
from reconciler.ports import Author, Ports
from reconciler.reconcile.agreement import agree, agreement
from reconciler.reconcile.branches import captured_message, changed_entities, open_branch
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.main_merge import Left
from reconciler.reconcile.targets import Target


def takers(centre: Centre, targets: Sequence[Target], base: Revision, ours: Revision, left: Sequence[Left]) -> dict[TargetId, list[EntityId]]:
    """For each target what it takes back: the one whose edit it was, else the first whose files hold it."""
    out: dict[TargetId, list[EntityId]] = {}
    for one in left:
        holders = [t for t in targets if one.entity and _holds(centre, t, base, ours, one.entity)]
        if holders and one.entity:
            origin = _origin(centre, base, ours, one.path)
            chosen = next((t for t in holders if t.id == origin), holders[0])
            out.setdefault(chosen.id, []).append(one.entity)
    return out


def _holds(centre: Centre, target: Target, base: Revision, ours: Revision, entity: EntityId) -> bool:
    """True when the target's files have our version, and not only what they had before."""
    mine = centre.config(ours, target).get(entity)
    return mine != centre.config(base, target).get(entity) and agreement(centre, target).config.get(entity) == mine


def _origin(centre: Centre, base: Revision, ours: Revision, path: str) -> str:
    for commit in centre.store.history(ours, path=path):
        if centre.store.is_ancestor(commit.revision, base):
            return ""
        by = dict(trailers(commit.message)).get("Target", "")
        if by:
            return by
    return ""


def give_back(ports: Ports, centre: Centre, target: Target, base: Revision, ours: Revision, entities: Sequence[EntityId], session: str) -> None:
    """Before main moves: a kill in between leaves a branch that says what main says, which settles itself."""
    old, agreed = open_branch(centre, target), agreement(centre, target)
    before, mine = centre.config(base, target), centre.config(ours, target)
    waits: dict[EntityId, Fields | None] = {e: mine.get(e) for e in entities}
    tip = centre.config(old.tip, target) if old else {}
    waits |= {e: tip.get(e) for e in (changed_entities(centre, target, old) if old else ()) if e not in waits}
    had = {e: before.get(e) if e in entities else agreed.config.get(e) for e in waits}
    parents = [base, *([old.tip] if old else [])]
    root = _with(centre, target, base, had, parents, _program(ports), "Stands on what was agreed before")
    author = _author(centre, base, ours, target)
    files = _files(centre, target, root, waits, ours)
    message = captured_message(target, waits, centre.config(root, target), session, root)
    new = ports.store.commit(root, files, [root], message, author)
    ports.store.move_ref(change_branch(target.id, ulid(ports.clock.now(), ports.entropy(10))), new, None)
    if old:
        ports.store.move_ref(old.name, None, old.tip)
    config = {e: f for e, f in agreed.config.items() if e not in entities} | {e: before[e] for e in entities if e in before}
    agree(centre, target, agreed, agreed.revision or base, config, _program(ports))


def _with(
    centre: Centre, target: Target, on: Revision, wanted: Mapping[EntityId, Fields | None], parents: Sequence[Revision], author: Author, subject: str
) -> Revision:
    files = _files(centre, target, on, wanted, on)
    return on if not files and len(parents) == 1 else centre.store.commit(on, files, parents, subject + "\n", author)


def _files(centre: Centre, target: Target, on: Revision, wanted: Mapping[EntityId, Fields | None], like: Revision) -> dict[str, bytes | None]:
    """The files that make the target's config so; new entities go to the layer that ``like`` has them in."""
    here = centre.config(on, target)
    after = {e: f for e, f in {**here, **wanted}.items() if f is not None}
    return lowered(centre.repository(on), target.machine, target.client, here, after, _as_in(centre, target, like), base=target.base)


def _as_in(centre: Centre, target: Target, like: Revision) -> Placement:
    layers = centre.repository(like).layers
    return lambda entity: next((layer for layer in target.layers if entity in layers.get(layer, {})), target.base)


def _author(centre: Centre, base: Revision, ours: Revision, target: Target) -> Author:
    """Who made the newest of the target's changes, and when: a policy may judge by it."""
    for commit in centre.store.history(ours):
        if centre.store.is_ancestor(commit.revision, base):
            break
        if dict(trailers(commit.message)).get("Target") == target.id:
            return commit.author
    return centre.store.read(ours).author


def _program(ports: Ports) -> Author:
    return Author("reconciler", f"reconciler@{ports.machine}", ports.clock.now())

"""Change branches: a target's local edits as commits, on top of main as it was when the target was last synced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconciler.fault_points import fault_point
from reconciler.mapping.lowering import Placement, lowered
from reconciler.model.fields import Fields, differ
from reconciler.model.names import EntityId, Revision, shown
from reconciler.model.refnames import change_branch, change_prefix
from reconciler.model.trailers import trailers, with_trailers
from reconciler.model.ulid import ulid
from reconciler.ports import Author, Ports
from reconciler.reconcile.centre import Centre
from reconciler.reconcile.targets import Target


@dataclass(frozen=True)
class Branch:
    """An open change branch. ``root`` is the revision of main that it stands on."""

    name: str
    tip: Revision
    root: Revision


def open_branch(centre: Centre, target: Target) -> Branch | None:
    """The target's change branch; None when nothing of it waits to be integrated."""
    for name, tip in sorted(centre.store.refs(change_prefix(target.id)).items()):
        base = dict(trailers(centre.store.read(tip).message)).get("Base")
        return Branch(name, tip, Revision(base) if base else tip)
    return None


def changed_entities(centre: Centre, target: Target, branch: Branch) -> list[EntityId]:
    """What the branch changed: the difference of its tip to its root, for this target."""
    tip, root = centre.config(branch.tip, target), centre.config(branch.root, target)
    return [e for e in {**root, **tip} if differ(tip.get(e), root.get(e))]


def waiting_config(centre: Centre, target: Target) -> dict[EntityId, Fields]:
    """What the target's open branch says of the entities that it changed: what the files were last seen to hold."""
    branch = open_branch(centre, target)
    if branch is None:
        return {}
    tip = centre.config(branch.tip, target)
    return {e: tip[e] for e in changed_entities(centre, target, branch) if e in tip}


def put(
    ports: Ports,
    centre: Centre,
    target: Target,
    branch: Branch | None,
    root: Revision,
    local: Mapping[EntityId, Fields | None],
    placement: Placement,
    author: Author,
    session: str,
    overlaid: bool = False,
) -> Branch:
    """Commit the entities in ``local`` (None: removed) on the branch, or on a new one that stands on ``root``."""
    on = branch.tip if branch else root
    before = centre.config(on, target)
    after = {e: f for e, f in {**before, **local}.items() if f is not None}
    paths = [("enabled",)] if overlaid else []
    files = lowered(centre.repository(on), target.machine, target.client, before, after, placement, paths, base=target.base)
    base = branch.root if branch else root
    message = captured_message(target, local, before, session, base)
    tip = centre.store.commit(on, files, [on], message, author)
    name = branch.name if branch else change_branch(target.id, ulid(ports.clock.now(), ports.entropy(10)))
    fault_point("branch.committed")
    centre.store.move_ref(name, tip, branch.tip if branch else None)
    return Branch(name, tip, base)


def captured_message(
    target: Target, local: Mapping[EntityId, Fields | None], before: Mapping[EntityId, Fields], session: str, base: Revision
) -> str:
    lines = sorted(f"{change_word(before.get(e), fields)} {entity_name(e)}" for e, fields in local.items())
    rows = [("Target", target.id), ("Session", session), *(("Entity", e) for e in sorted(local)), ("Base", base)]
    return with_trailers(f"{target.client}: {summary(lines)}", "\n".join(lines) if len(lines) > 1 else "", rows)


def change_word(before: object, after: object) -> str:
    return "add" if before is None else "remove" if after is None else "change"


def entity_name(entity: EntityId) -> str:
    name, inner = shown(entity)
    return f"{name}: {inner}" if inner else name


def summary(lines: Iterable[str]) -> str:
    """The first change, and how many more there are: a commit's subject."""
    first, *rest = list(lines) or ["nothing"]
    short = first if len(first) <= 60 else first[:57] + "..."
    return short + (f" and {len(rest)} more" if rest else "")



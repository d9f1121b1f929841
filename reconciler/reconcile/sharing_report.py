"""What moving entities between layers did, as plain values."""

from __future__ import annotations

from typing import Any

from reconciler.model.names import shown
from reconciler.reconcile.differences import changes
from reconciler.reconcile.placing import Move
from reconciler.reconcile.sharing import Shared


def shared_json(done: Shared) -> dict[str, Any]:
    """``changes`` is what each target sees otherwise now."""
    moved = [{"entity": _name(m), "from": m.source, "to": m.to, "warning": m.warning or None} for m in done.moves]
    rows = []
    for target, changed in done.changed.items():
        for entity, before, after in changed:
            old, new = ({} if f is None else {entity: f} for f in (before, after))
            rows += [{"target": target, **row} for row in changes(old, new, [entity])]
    return {"moved": moved, "files": list(done.files), "changes": rows}


def _name(move: Move) -> str:
    return ".".join(x for x in shown(move.entity) if x)

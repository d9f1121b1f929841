"""What commits on main say: `git log` alone tells who changed what, in which client, and how conflicts were settled."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from reconciler.merge.semantics import Overruled
from reconciler.model.fields import Config, dotted
from reconciler.model.results import Conflict, Resolution, Side
from reconciler.model.trailers import CENTRAL_BY, LOCAL_BY, with_trailers
from reconciler.reconcile.branches import change_word, entity_name, summary
from reconciler.reconcile.targets import Target

if TYPE_CHECKING:
    from reconciler.reconcile.settling import Settlement

_LONGEST = 400


def merge_message(target: Target, done: Settlement, central: Config, session: str, overruled: Sequence[Overruled]) -> str:
    """The message of a merge commit: its changes in words, and trailers for every decision."""
    lines = sorted(f"{change_word(central.get(e), result)} {entity_name(e)}" for e, result in done.results.items() if central.get(e) != result)
    lines += [f"leave out {entity_name(o.entity)}: {entity_name(o.by)} is stronger" for o in overruled]
    rows = [("Target", target.id), ("Session", session)]
    for entity, pairs in done.disputed.items():
        for conflict, resolution in pairs:
            rows += [*_decision(conflict, resolution), *side_rows(*done.sides[entity])]
    rows += [("Resolved-By", f"{by} (approved {entity_name(e)})") for e, by in sorted(done.approved.items())]
    subject = f"Merge {target.client}: {summary(lines) if lines else 'keep what main has'}"
    return with_trailers(subject, "\n".join(lines) if len(lines) > 1 else "", rows)


def _decision(conflict: Conflict, resolution: Resolution) -> list[tuple[str, str]]:
    name = ".".join(x for x in (conflict.entity, dotted(conflict.path)) if x)
    values = " ".join(f"{word}={_short(getattr(conflict, word))}" for word in ("base", "local", "central"))
    rows = [("Conflict", f"{name} {values} chose={resolution.chose}"), ("Policy", resolution.policy)]
    return [*rows, ("Resolved-By", resolution.by or resolution.policy)]


def side_rows(local: Side, central: Side) -> list[tuple[str, str]]:
    """Where each value came from: with the commit, `git show` tells the rest."""
    return [(LOCAL_BY, _side(local)), (CENTRAL_BY, _side(central))]


def _side(side: Side) -> str:
    who = " ".join(x for x in (side.target, side.author and f"({side.author})") if x)
    return " ".join(x for x in (who or "unknown", side.revision) if x)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."

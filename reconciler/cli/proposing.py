"""What `plan` works out: for this machine as it is, and for a checkout of the repository."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reconciler.cli.patience import patience
from reconciler.cli.syncing import watched
from reconciler.errors import ReconcilerError
from reconciler.model.names import Revision
from reconciler.model.refnames import MAIN
from reconciler.reconcile import planned
from reconciler.reconcile.committing import person
from reconciler.reconcile.proposal import proposed, proposed_json
from reconciler.reconcile.report import exit_code, pass_json, problem_json
from reconciler.reconcile.strictness import strict_problems
from reconciler.settings import Settings
from reconciler.wiring import has_repository, opened_dry, opened_to_look
from reconciler.wiring.checkouts import Proposal, proposal

UNKNOWN = (
    "Files are shown as this repository alone would make them; what else stands in them stays as it is.",
    "Edits that a client's user makes meanwhile are merged first, and may become a conflict.",
    "`~` is the home folder and `<secret NAME>` a value of each machine's vault; a machine without the value waits for it.",
    "The clients' own programs have not judged these files; each machine asks them before it writes.",
)
"""What cannot be known from a repository alone."""


def plan_here(settings: Settings) -> tuple[dict[str, Any], int]:
    """What the next sync of this machine would do."""
    with patience("reading the clients' files") as now:
        engine = watched(opened_to_look(settings), now)
        plan = planned.planned(engine, engine.targets())
        return planned.planned_json(plan), exit_code(plan.result, engine.centre.accepted_gaps())


def plan_of(settings: Settings, folder: Path, against: str | None) -> tuple[dict[str, Any], int]:
    """What a checkout would change in each client. A checkout with mistakes changes nothing, anywhere."""
    with patience("reading the checkout"):
        asked = proposal(settings, folder, against)
        problems = strict_problems(asked.centre.store.files(asked.after))
        head = {"against": asked.name, "base": asked.base, "problems": [problem_json(p, "") for p in problems]}
        if problems:
            return {**head, "targets": [], "here": None, "unknown": []}, 1
        found = proposed(asked.centre, asked.before, asked.after)
        data = {**head, "targets": [proposed_json(one) for one in found], "here": _here(settings, asked), "unknown": list(UNKNOWN)}
        return data, 3 if found else 0


def _here(settings: Settings, asked: Proposal) -> dict[str, Any] | None:
    """What a pass on this machine would do with it; None where its repository is another one, or there is none."""
    if asked.base is None or not has_repository(settings):
        return None
    engine = opened_dry(settings)
    store, main = engine.ports.store, engine.centre.main()
    try:
        store.read(asked.base)
    except ReconcilerError:
        return None
    files = asked.centre.store.changes(asked.before, asked.after)
    new: Revision = store.commit(main, {path: now for path, (_, now) in files.items()}, [main] if main else [], "As proposed\n", person(engine))
    store.move_ref(MAIN, new, main)
    return pass_json(engine.run(engine.targets()))

"""An error that stops a target, as the problem that its report tells."""

from __future__ import annotations

from reconciler.errors import ReconcilerError
from reconciler.model.results import Problem
from reconciler.reconcile.targets import Target


def problem_of(error: ReconcilerError, target: Target) -> Problem:
    """What is said of a file stands apart from what to do about it; an error about no file names the target's folder."""
    reason, _, advice = str(error).removeprefix(f"{error.path}: ").partition("; ")
    return Problem(error.path or str(target.root), reason, *error.place, advice=advice, kind=error.kind)

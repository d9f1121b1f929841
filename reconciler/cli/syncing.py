"""What `sync` does when there may be something to do."""

from __future__ import annotations

from typing import Any

from reconciler.cli import quick
from reconciler.cli.patience import patience
from reconciler.mapping.documents import FolderSpec
from reconciler.reconcile.passes import Pass, Reconciler
from reconciler.reconcile.report import exit_code, pass_json
from reconciler.reconcile.targets import named
from reconciler.settings import Settings
from reconciler.wiring import locked, opened, opened_to_look


def run(settings: Settings, names: list[str], is_dry: bool) -> tuple[dict[str, Any], int]:
    """Reconcile, and remember what was seen when everything was looked at."""
    with patience("reconciling"):
        return _run(settings, names, is_dry)


def _run(settings: Settings, names: list[str], is_dry: bool) -> tuple[dict[str, Any], int]:
    if is_dry:
        engine = opened_to_look(settings)
        result = engine.run(named(engine.targets(), names))
        return pass_json(result), exit_code(result, engine.centre.accepted_gaps())
    with locked(settings.lock):
        engine = opened(settings)
        result = engine.run(named(engine.targets(), names))
        return finished(settings, engine, result, is_whole=not names)


def finished(settings: Settings, engine: Reconciler, result: Pass, is_whole: bool) -> tuple[dict[str, Any], int]:
    """The report and exit code of a pass; kept for the short way when the pass was whole and nothing is on the move.

    What stalls may be mended without any content changing (a file is made writable), so it is always looked at again.
    """
    report, code = pass_json(result), exit_code(result, engine.centre.accepted_gaps())
    if is_whole and not any(t.needs_again or t.outcome == "stalled" for t in result.targets):
        quick.remember(settings, report, code, *_seen(result))
    else:
        quick.forget(settings)
    return report, code


def _seen(result: Pass) -> tuple[dict[str, str | None], dict[str, Any]]:
    files: dict[str, str | None] = {}
    folders: dict[str, Any] = {}
    for done in result.targets:
        if done.seen is None:
            continue
        files |= {str(p): d for p, d in done.seen.digests().items()}
        for spec in done.target.adapter.specs:
            if isinstance(spec, FolderSpec):
                names = done.seen.folders.get(spec.path)
                folders[spec.path] = [spec.suffix, None if names is None else sorted(names)]
    return files, folders

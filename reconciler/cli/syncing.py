"""What `sync` does when there may be something to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from reconciler.cli import quick
from reconciler.cli.patience import Doing, patience
from reconciler.errors import Proposed
from reconciler.mapping.documents import FolderSpec
from reconciler.reconcile.following import synchronise
from reconciler.reconcile.pass_result import Pass, TargetPass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.remote_standing import remote_json
from reconciler.reconcile.report import REMAINS, exit_code, pass_json
from reconciler.reconcile.targets import named
from reconciler.settings import Settings
from reconciler.wiring import following, locked, opened, opened_alone, opened_to_look

_NO_SUFFIX = "/"
"""No name ends so: nothing is listed, only that there is a folder."""


def run(settings: Settings, names: list[str], is_dry: bool) -> tuple[dict[str, Any], int]:
    """Reconcile, and remember what was seen when everything was looked at."""
    with patience("reconciling") as now:
        return _run(settings, names, is_dry, now)


def watched(engine: Reconciler, now: Doing) -> Reconciler:
    """The engine, whose steps are shown to who waits."""
    engine.step = lambda s: now.step(f"{s.doing} {s.target}", s.number, s.total)
    return engine


def _run(settings: Settings, names: list[str], is_dry: bool, now: Doing) -> tuple[dict[str, Any], int]:
    if is_dry:
        engine = watched(opened_to_look(settings), now)
        result = engine.run(named(engine.targets(), names))
        return with_remote(settings, engine, pass_json(result), exit_code(result, engine.centre.accepted_gaps()))
    engine = watched(opened(settings), now)
    remote = following(settings, engine)

    def reconcile() -> Pass:
        targets = named(engine.targets(), names)
        engine.forgive(targets)
        return engine.run(targets)

    result = synchronise(remote, reconcile, lambda: locked(settings.lock))
    with locked(settings.lock):
        return finished(settings, engine, result, is_whole=not names)


@contextmanager
def telling(settings: Settings, alone: Callable[[Settings], AbstractContextManager[Reconciler]] = opened_alone) -> Iterator[Reconciler]:
    """An engine to change something with. A remote is told at once, also of what was only proposed."""
    waits: Proposed | None = None
    with alone(settings) as engine:
        try:
            yield engine
        except Proposed as found:
            waits = found
    remote = following(settings, engine)
    if remote:
        remote.push()  # others may have moved main there: then the next sync does it
    if waits:
        raise waits


def finished(settings: Settings, engine: Reconciler, result: Pass, is_whole: bool) -> tuple[dict[str, Any], int]:
    """The report and exit code of a pass; kept for the short way when the pass was whole and nothing is on the move.

    What stalls may be mended without any content changing (a file is made writable), so it is always looked at again.
    """
    report, code = with_remote(settings, engine, pass_json(result), exit_code(result, engine.centre.accepted_gaps()))
    if is_whole and not result.paused and not any(_is_moving(t) for t in result.targets):
        quick.remember(settings, report, code, _seen(result))
    else:
        quick.forget(settings)
    return report, code


def _is_moving(done: TargetPass) -> bool:
    """What the next look may see otherwise though nothing changed: a suspension ends by itself."""
    return done.needs_again or done.outcome == "stalled" or (done.target.mode == "suspended" and "until" in done.target.detail)


def with_remote(settings: Settings, engine: Reconciler, report: dict[str, Any], code: int) -> tuple[dict[str, Any], int]:
    """The report with how main stands to the remote's. What could not be exchanged remains to be done."""
    remote = following(settings, engine)
    shown = remote_json(engine.ports.store, engine.ports.memory, remote.remote.shown) if remote else None
    return {**report, "remote": shown}, code or (REMAINS if shown and shown["problem"] else code)


def _seen(result: Pass) -> dict[str, tuple[dict[str, str | None], dict[str, Any]]]:
    """By root: the digests of files, and the names in folders. That a project's folder is there counts as well."""
    out: dict[str, tuple[dict[str, str | None], dict[str, Any]]] = {}
    for done in result.targets:
        if done.seen is None:
            continue
        files, folders = out.setdefault(str(done.target.root), ({}, {"": [_NO_SUFFIX, []]} if done.target.project else {}))
        files |= {str(p): d for p, d in done.seen.digests().items()}
        for spec in done.target.adapter.specs:
            if isinstance(spec, FolderSpec):
                names = done.seen.folders.get(spec.path)
                folders[spec.path] = [spec.suffix, None if names is None else sorted(names)]
    return out

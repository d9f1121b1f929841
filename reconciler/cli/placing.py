"""What `share` and `keep-local` do, as the values that they print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from reconciler.cli import quick
from reconciler.cli.syncing import finished, telling, with_remote
from reconciler.reconcile import sharing
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import exit_code, pass_json
from reconciler.reconcile.sharing_report import shared_json
from reconciler.settings import Settings
from reconciler.wiring import opened_to_look

Answer = tuple[dict[str, Any], int]


def share(
    settings: Settings, names: Sequence[str], client: str | None, machine: str | None, is_dry: bool, is_approved: bool, project: str | None = None, local: str | None = None
) -> Answer:
    if local is not None:
        return _done(settings, lambda engine: sharing.share_local(engine, names, local, client, is_approved), is_dry)
    if project is not None:
        return _done(settings, lambda engine: sharing.share_project(engine, names, project, is_approved), is_dry)
    return _done(settings, lambda engine: sharing.share(engine, names, client, machine, is_approved), is_dry)


def keep_local(
    settings: Settings, names: Sequence[str], client: str | None, machine: str | None, is_dry: bool, is_approved: bool, project: str | None = None
) -> Answer:
    if project is not None:
        return _done(settings, lambda engine: sharing.keep_in_project(engine, names, project, is_approved), is_dry)
    return _done(settings, lambda engine: sharing.keep_local(engine, names, client, machine, is_approved), is_dry)


def _done(settings: Settings, work: Callable[[Reconciler], sharing.Shared], is_dry: bool) -> Answer:
    """Move, then bring every client there; on doors that write nothing this is the plan."""
    if is_dry:
        engine = opened_to_look(settings)
        done, result = work(engine), engine.run(engine.targets())
        report, code = with_remote(settings, engine, pass_json(result), exit_code(result, engine.centre.accepted_gaps()))
        return {**shared_json(done), **report}, code
    with telling(settings) as engine:
        quick.forget(settings)
        done = work(engine)
        report, code = finished(settings, engine, engine.run(engine.targets()), is_whole=True)
        return {**shared_json(done), **report}, code

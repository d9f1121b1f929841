"""What `clients` and `clients add` do, as the values that they print."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import Any

from reconciler.cli import quick
from reconciler.cli.patience import patience
from reconciler.cli.starting import plan_lines, shown
from reconciler.cli.syncing import finished, telling, watched
from reconciler.cli.text import styled, table
from reconciler.reconcile import projects
from reconciler.reconcile.next_start import takes_effect_json
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import exit_code
from reconciler.reconcile.targets import Target
from reconciler.settings import Settings
from reconciler.wiring import has_repository, opened_dry, opened_to_look


def listed(settings: Settings) -> dict[str, Any]:
    """Registered targets; clients that are installed without being registered; folders' own servers, as found."""
    engine = opened_dry(settings)
    targets = engine.targets()
    known = {t.client for t in targets if not t.folder}
    return {
        "targets": [_target(t) for t in targets],
        "unregistered": [{"client": a.client, "title": a.title} for a in engine.installed() if a.client not in known],
        "as_found": engine.as_found() if has_repository(settings) else [],
    }


def _target(target: Target) -> dict[str, Any]:
    head = {"id": target.id, "client": target.client, "scope": target.scope, "mode": target.mode, "root": str(target.root)}
    return {**head, "problem": target.problem.reason if target.problem else None, "takes_effect": takes_effect_json(target)}


def listed_lines(data: dict[str, Any]) -> Iterator[str]:
    rows = [(t["id"], t["mode"], t["root"]) for t in data["targets"]]
    yield from table(rows, ("target", "mode", "folder")) if rows else ["no targets"]
    yield from (styled(f"{t['root']}: {t['problem']}", "bad") for t in data["targets"] if t["problem"])
    for one in data["unregistered"]:
        yield f"not registered: {one['title']}; `reconciler init` shows what adopting it would do"
    for one in data["as_found"]:
        yield f"as found, not synced: {one['entity']} of {one['client']} for {one['folder']}"
    where = dict.fromkeys((one["client"], one["folder"]) for one in data["as_found"] if one["entity"].startswith("mcp/"))
    yield from (styled(f"to have them in the repository: reconciler clients add {client} --project {quote(folder)}", "dim") for client, folder in where)


def add(settings: Settings, client: str, folder: str, name: str | None, is_accepted: bool) -> tuple[dict[str, Any], int]:
    """Register a project's client and adopt its files; without ``is_accepted`` on doors that write nothing."""
    place = folder
    with patience("reading the project's files") as now:
        if not is_accepted:
            engine = watched(opened_to_look(settings), now)
            done = projects.add(engine, client, place, name)
            return _shown(settings, engine, done, False), exit_code(done.result, engine.centre.accepted_gaps())
        with telling(settings) as engine:
            quick.forget(settings)
            watched(engine, now)
            done = projects.add(engine, client, place, name)
            _, code = finished(settings, engine, done.result, is_whole=False)
            return _shown(settings, engine, done, True), code


def _shown(settings: Settings, engine: Reconciler, done: projects.Added, is_accepted: bool) -> dict[str, Any]:
    target = done.target
    head = {"project": target.project, "client": target.client, "folder": str(target.root)}
    others = [{"client": a.client, "title": a.title} for a in done.others]
    return {**head, **shown(settings, engine, done.result, is_accepted), "others": others}


def added_lines(data: dict[str, Any], is_accepted: bool) -> Iterator[str]:
    yield f"project  {data['project']}  {data['folder']}"
    yield from plan_lines(data, is_accepted)
    where = f"--project {quote(data['folder'])}"
    for one in data["others"]:
        yield f"also here: {one['title']}: reconciler clients add {one['client']} {where}"
    if not is_accepted:
        yield f"Nothing was written. To accept this plan: reconciler clients add {data['client']} {where} --name {data['project']} --yes"

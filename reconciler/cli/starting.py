"""What `init` does and shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconciler.all_adapters import CATALOGUE
from reconciler.cli.patience import patience
from reconciler.cli.syncing import finished
from reconciler.cli.text import dropped_lines, short, styled
from reconciler.deploy.template import template_files
from reconciler.errors import Stalled
from reconciler.reconcile import conflicts
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import dropped_json, entity_counts, exit_code, item_json, problem_json
from reconciler.reconcile.starting import Started, start
from reconciler.settings import Settings
from reconciler.wiring import locked, opened, opened_dry


def run(settings: Settings, is_accepted: bool, prefer: str | None) -> tuple[dict[str, Any], int]:
    """Adopt every client that is found; without ``is_accepted`` on doors that write nothing."""
    with patience("reading the clients' files"):
        return _run(settings, is_accepted, prefer)


def _run(settings: Settings, is_accepted: bool, prefer: str | None) -> tuple[dict[str, Any], int]:
    dry = opened_dry(settings)
    if not dry.installed() and not dry.targets():
        known = ", ".join(f"~/{a.roots[0]} ({a.title})" for a in CATALOGUE)
        raise Stalled(f"{settings.home}: no client was found here; looked for {known}")
    if not is_accepted:
        engine = dry
        started = start(engine, template_files(), prefer)
        return _shown(settings, engine, started, is_accepted), exit_code(started.result, engine.centre.accepted_gaps())
    with locked(settings.lock):
        engine = opened(settings, create=True)
        started = start(engine, template_files(), prefer)
        _, code = finished(settings, engine, started.result, is_whole=True)
        return _shown(settings, engine, started, is_accepted), code


def _shown(settings: Settings, engine: Reconciler, started: Started, is_accepted: bool) -> dict[str, Any]:
    root = settings.home
    targets = [
        {
            "id": done.target.id,
            "client": done.target.client,
            "scope": done.target.scope,
            "mode": done.target.mode if is_accepted else "observe",
            "files": [f"{root}/{p}" for p, f in done.seen.files.items() if f.data is not None] if done.seen else [],
            "entities": entity_counts(done.entities),
            "outcome": done.outcome,
            "dropped": [dropped_json(d) for d in done.dropped],
            "problems": [problem_json(p, str(root)) for p in done.problems],
        }
        for done in started.result.targets
    ]
    return {
        "repository": str(settings.repository),
        "targets": targets,
        "conflicts": [item_json(i) for i in conflicts.waiting(engine, "conflict")],
        "written": [f"{root}/{p}" for done in started.result.targets for p in done.written],
        "as_found": engine.as_found(),
    }


def lines(data: dict[str, Any], is_accepted: bool) -> Iterator[str]:
    yield f"repository  {data['repository']}"
    for target in data["targets"]:
        counts = ", ".join(f"{n} {kind}" for kind, n in target["entities"].items())
        yield f"{styled(target['id'], 'bold'):<32} {target['mode']:<8} {counts}"
        yield from dropped_lines(target["dropped"])
        yield from (styled(f"    {p['file']}:{p['line']}: {p['reason']}", "bad") for p in target["problems"])
    for one in data["as_found"]:
        yield f"as found, not synced: {one['entity']} of {one['client']} for {one['folder']}"
    for item in data["conflicts"]:
        yield styled(f"conflict {item['id']}", "warn") + f"  {item['entity']} {item['field'] or ''}  {item['target']}: {short(item['local'])}"
    verb = "wrote" if is_accepted else "would write"
    yield from (f"{verb} {path}" for path in data["written"])
    if not is_accepted:
        yield "Nothing was written. To accept this plan: reconciler init --yes"
    elif data["conflicts"]:
        yield "To settle conflicts: reconciler conflicts; reconciler resolve ID --take local|central"

"""What `init` does and shows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import Any

from reconciler.all_adapters import CATALOGUE
from reconciler.cli.patience import Doing, patience
from reconciler.cli.syncing import finished, telling, watched
from reconciler.cli.text import dropped_lines, short, styled
from reconciler.deploy.template import template_files
from reconciler.errors import Stalled
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import exit_code
from reconciler.reconcile.starting import start, started_json
from reconciler.settings import Settings
from reconciler.store.address import shown_address
from reconciler.wiring import has_repository, locked, opened, opened_dry
from reconciler.wiring.joining import brought, join, keep_name


def run(settings: Settings, is_accepted: bool, prefer: str | None, source: str | None = None) -> tuple[dict[str, Any], int]:
    """Adopt every client that is found; without ``is_accepted`` on doors that write nothing. ``source`` is a repository to join."""
    with patience("reading the clients' files") as now:
        if source is None:
            return _run(settings, is_accepted, prefer, now)
        if has_repository(settings):
            raise Stalled(f"{settings.repository}: there is a repository already, so none can be joined; RECONCILER_HOME names another folder")
        return _joined(settings, is_accepted, prefer, source, now)


def _joined(settings: Settings, is_accepted: bool, prefer: str | None, source: str, now: Doing) -> tuple[dict[str, Any], int]:
    insist_on_clients(opened_dry(settings))
    if is_accepted:
        with locked(settings.lock):
            join(settings, source)
        return _run(settings, is_accepted, prefer, now)
    with tempfile.TemporaryDirectory() as folder:
        dry = watched(opened_dry(settings, brought(settings, source, Path(folder) / "repository.git")), now)
        started = start(dry, template_files(), prefer)
        return shown(settings, dry, started.result, is_accepted), exit_code(started.result, dry.centre.accepted_gaps())


def insist_on_clients(dry: Reconciler) -> None:
    """Raise ``Stalled`` where there is nothing to adopt, before anything is made."""
    if not dry.installed() and not dry.targets():
        known = ", ".join(f"~/{a.roots[0]} ({a.title})" for a in CATALOGUE)
        raise Stalled(f"{dry.ports.home}: no client was found here; looked for {known}")


def _run(settings: Settings, is_accepted: bool, prefer: str | None, now: Doing) -> tuple[dict[str, Any], int]:
    dry = watched(opened_dry(settings), now)
    insist_on_clients(dry)
    if not is_accepted:
        engine = dry
        started = start(engine, template_files(), prefer)
        return shown(settings, engine, started.result, is_accepted), exit_code(started.result, engine.centre.accepted_gaps())
    with telling(settings, _begun) as engine:
        watched(engine, now)
        started = start(engine, template_files(), prefer)
        _, code = finished(settings, engine, started.result, is_whole=True)
        return shown(settings, engine, started.result, is_accepted), code


@contextmanager
def _begun(settings: Settings) -> Iterator[Reconciler]:
    with locked(settings.lock):
        if has_repository(settings):
            keep_name(settings)
        yield opened(settings, create=True)


def shown(settings: Settings, engine: Reconciler, result: Pass, is_accepted: bool) -> dict[str, Any]:
    """What adopting targets did, or would do."""
    return {"repository": str(settings.repository), **started_json(engine, result, is_accepted)}


def counts(data: dict[str, Any]) -> dict[str, int]:
    """How much there is of each, for the log."""
    return {name: len(data[name]) for name in ("targets", "conflicts", "written")}


def lines(data: dict[str, Any], is_accepted: bool, asked: Mapping[str, str | None] | None = None) -> Iterator[str]:
    """``asked`` are the options that the plan was made with: accepted without them, it would be another one."""
    yield f"repository  {data['repository']}"
    yield from plan_lines(data, is_accepted)
    if not is_accepted:
        options = "".join(f"{name} {quote(shown_address(value))} " for name, value in (asked or {}).items() if value is not None)
        yield f"Nothing was written. To accept this plan: reconciler init {options}--yes"


def plan_lines(data: dict[str, Any], is_accepted: bool) -> Iterator[str]:
    """Targets with what they hold, conflicts, and files."""
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
    if is_accepted and data["conflicts"]:
        yield "To settle conflicts: reconciler conflicts; reconciler resolve ID --take local|central"

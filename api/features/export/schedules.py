"""The use-cases of export schedules: they are kept in `reconciler.yaml`, and are changed by commits."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from api.audited import changing
from api.errors import Missing
from api.features.artifacts.kept import shown as artifact_shown
from api.features.export.shapes import Times
from api.services import Services
from reconciler.errors import Stalled
from reconciler.model.settings_file import Export
from reconciler.ports import LOOK, Hint
from reconciler.reconcile.settings_edits import put_in, take_from
from reconciler.reconcile.targets import named
from reconciler.schedule.timing import Timing, trigger

_LIST = "exports"


def schedules(services: Services) -> list[dict[str, Any]]:
    return [_shown(services, Export.model_validate(item)) for item in _listed(services)]


def one(services: Services, name: str) -> dict[str, Any]:
    return _shown(services, Export.model_validate(_named(services, name)))


def put(services: Services, person: str, name: str, asked: Times, is_new: bool) -> dict[str, Any]:
    """Commit a schedule: a new one, or another in its place."""
    before = next((item for item in _listed(services) if item["name"] == name), None)
    if is_new and before is not None:
        raise Stalled(f"{name}: there is such an export already; PUT changes it")
    if not is_new and before is None:
        raise _missing(name)
    item = {"name": name, **{k: v for k, v in asked.model_dump(exclude={"reason", "name"}).items() if v is not None}}
    _check(services, item)
    with changing(services, person, "export.schedule", name, before, item, asked.reason) as engine:
        put_in(engine, _LIST, item, f"{'Add' if is_new else 'Change'} the export {name}")
    return one(services, name)


def remove(services: Services, person: str, name: str, reason: str) -> str:
    """What it has made stays until it is removed by hand."""
    before = _named(services, name)
    with changing(services, person, "export.unschedule", name, before, None, reason) as engine:
        return take_from(engine, _LIST, [before], f"Remove the export {name}")


def make(services: Services, person: str, name: str) -> dict[str, Any]:
    """Make one now. It is audited where it is made."""
    _named(services, name)
    made = services.exporting.make(services.exporting.named(name), person)
    services.live.publish("export.make", {"target": name, "person": person})
    found = services.sessions.artifact(made.id)
    if found is None:
        raise Missing(f"{name}: the export was made, and is gone already")
    return artifact_shown(found)


def _check(services: Services, item: dict[str, Any]) -> None:
    try:
        export = Export.model_validate(item)
    except ValidationError as error:
        raise Stalled("; ".join(str(e["msg"]) for e in error.errors())) from None
    trigger(Timing(Hint(None, "", LOOK), export.every_s, export.cron), services.exporting.zone())
    if export.client:
        named(services.engines.looking().targets(), [export.client])


def _shown(services: Services, export: Export) -> dict[str, Any]:
    rows, kept = services.sessions.artifacts({"type": "export", "schedule": export.name}, 1, 0)
    ours = export.machine in (None, services.engines.looking().ports.machine)
    form = export.format or ("zip" if export.what in ("configs", "client") else "jsonl")
    times = {key: getattr(export, key) for key in ("name", "what", "client", "every_s", "cron", "keep", "machine")}
    next_run = services.exporting.next_run(export) if ours else None
    return {**times, "format": form, "next_run": next_run, "kept": kept, "last": artifact_shown(rows[0]) if rows else None}


def _listed(services: Services) -> list[dict[str, Any]]:
    engine = services.engines.looking()
    main = engine.centre.in_force()[0]
    return [dict(item) for item in engine.centre.settings(main).list(_LIST)] if main else []


def _named(services: Services, name: str) -> dict[str, Any]:
    found = next((item for item in _listed(services) if item["name"] == name), None)
    if found is None:
        raise _missing(name)
    return found


def _missing(name: str) -> Missing:
    return Missing(f"{name}: there is no such export; see /api/v1/export/schedules")

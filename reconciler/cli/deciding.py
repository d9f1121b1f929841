"""What the commands that decide or change something do, as the values that they print."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from reconciler.cli import quick
from reconciler.cli.syncing import finished
from reconciler.errors import Stalled
from reconciler.formats import yaml_text
from reconciler.formats.edit import FormatError
from reconciler.model.names import Revision
from reconciler.reconcile import conflicts, history, restoring, settings_edits
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.report import dropped_json, is_accepted
from reconciler.reconcile.starting import set_modes
from reconciler.reconcile.targets import Target, adapter_named, named, target_of
from reconciler.settings import Settings
from reconciler.wiring import locked, opened, opened_to_look

T = TypeVar("T")


def _changed(settings: Settings, work: Callable[[Reconciler], T]) -> T:
    """Do something under the lock; what was remembered of the last pass no longer counts."""
    with locked(settings.lock):
        engine = opened(settings)
        quick.forget(settings)
        return work(engine)


def resolve(settings: Settings, id_: str, take: str, every: bool) -> tuple[dict[str, Any], int]:
    choice = _choice(take)

    def work(engine: Reconciler) -> tuple[dict[str, Any], int]:
        items, result = conflicts.resolve(engine, id_, choice, every)
        report, code = finished(settings, engine, result, is_whole=True)
        return {"decided": [i.id for i in items], **report}, code

    return _changed(settings, work)


def _choice(take: str) -> conflicts.Choice:
    if take in ("local", "central", "base"):
        return conflicts.Choice(take)  # type: ignore[arg-type]  # one of the three words
    path = Path(take)
    if not path.is_file():
        raise Stalled(f"{take}: take local, central or base, or name a file that holds the value")
    data = path.read_bytes()
    try:
        value = yaml_text.read(b"value:\n" + b"".join(b"  " + line for line in data.splitlines(keepends=True)))["value"]
    except FormatError:
        try:
            value = json.loads(data)
        except ValueError as error:
            raise Stalled(f"{take}: neither YAML nor JSON: {type(error).__name__}") from None
    return conflicts.Choice("edited", value)


def revert(settings: Settings, revision: str) -> tuple[dict[str, Any], int]:
    def work(engine: Reconciler) -> tuple[dict[str, Any], int]:
        new = history.revert(engine, revision)
        report, code = finished(settings, engine, engine.run(engine.targets()), is_whole=True)
        return {"revision": new, **report}, code

    return _changed(settings, work)


def restore(settings: Settings, name: str, at: str | None, whole_file: bool, is_sure: bool) -> dict[str, Any]:
    when = _time(at) if at else None

    def work(engine: Reconciler) -> dict[str, Any]:
        target = _one(engine, name)
        if whole_file and not is_sure:
            return {"id": target.id, "written": [], "kept": [], "would_change": _would_change(engine, target, when)}
        done = restoring.restore(engine, target, when, whole_file)
        return {"id": target.id, "written": [f"{target.root}/{p}" for p in done.written], "kept": list(done.kept), "would_change": {}}

    return _changed(settings, work)


def _would_change(engine: Reconciler, target: Target, at: float | None) -> dict[str, int]:
    """How many lines of each file a whole-file restore would change, ours and others'."""
    out = {}
    for path, old in restoring.earlier(engine, target, at).items():
        now = engine.ports.disk.look(target.root, path).data or b""
        here, there = (data.decode("utf-8", "replace").splitlines() for data in (now, old or b""))
        out[f"{target.root}/{path}"] = sum(line[:1] in "+-" for line in list(difflib.ndiff(here, there)))
    return out


def _time(text: str) -> float:
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Stalled(f"{text}: write a time as 2026-01-31T18:00Z") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def enable(settings: Settings, name: str) -> tuple[dict[str, Any], int]:
    def work(engine: Reconciler) -> tuple[dict[str, Any], int]:
        target = _one(engine, name)
        set_modes(engine, {f"{target.client}/{target.scope}": {"mode": "sync"}}, "Enable")
        return finished(settings, engine, engine.run(engine.targets(), approved_by=""), is_whole=True)

    return _changed(settings, work)


def suspend(settings: Settings, name: str, reason: str, until: str | None) -> dict[str, Any]:
    if until:
        _time(until)

    def work(engine: Reconciler) -> dict[str, Any]:
        target = _one(engine, name)
        detail = {"mode": "suspended", "by": engine.ports.person, "reason": reason} | ({"until": until} if until else {})
        set_modes(engine, {f"{target.client}/{target.scope}": detail}, "Suspend")
        return {"id": target.id, **detail}

    return _changed(settings, work)


def _one(engine: Reconciler, name: str) -> Target:
    """The target that is meant: a registered one, or an installed client that is not registered yet."""
    if name in (a := {t.client for t in engine.targets()}) or "/" in name or not name:
        return named(engine.targets(), [name])[0]
    adapter = adapter_named(name)
    if adapter not in engine.installed() and name not in a:
        raise Stalled(f"{name}: {adapter.title} was not found in {engine.ports.home}")
    return target_of(engine.ports.machine, adapter, engine.ports.home, {"mode": "observe"})


def gaps(settings: Settings) -> list[dict[str, Any]]:
    engine = opened_to_look(settings)
    accepted = engine.centre.accepted_gaps()
    result = engine.run(engine.targets())
    return [
        {"client": t.target.client, **dropped_json(d), "accepted": is_accepted(d, t.target.client, accepted)}
        for t in result.targets
        for d in t.dropped
        if d.why == "gap"
    ]


def accept_gap(settings: Settings, entity: str, client: str, reason: str) -> dict[str, Any]:
    known = [g for g in gaps(settings) if g["client"] == client and entity in (g["entity"], f"{g['entity']}.{g['field']}")]
    if not known:
        raise Stalled(f"{entity}: {client} has no such gap; see `reconciler gap list`")
    name, _, field = entity.partition(".") if not any(g["entity"] == entity for g in known) else (entity, "", "")

    def work(engine: Reconciler) -> dict[str, Any]:
        now = datetime.fromtimestamp(engine.ports.clock.now(), UTC).strftime("%Y-%m-%d")
        item = {"entity": name, **({"field": field} if field else {}), "client": client, "reason": reason, "by": engine.ports.person, "at": now}
        head: Revision = settings_edits.add_to(engine, "accepted_gaps", item, f"Accept the gap {entity} in {client}")
        return {"entity": entity, "client": client, "reason": reason, "head": head}

    return _changed(settings, work)

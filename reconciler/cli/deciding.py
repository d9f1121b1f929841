"""What the commands that decide or change something do, as the values that they print."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from reconciler.cli import quick
from reconciler.cli.syncing import finished, telling
from reconciler.cli.times import time_of
from reconciler.errors import Stalled
from reconciler.formats import yaml_text
from reconciler.formats.edit import FormatError
from reconciler.reconcile import conflicts, history, removing, restoring
from reconciler.reconcile.gaps import accept
from reconciler.reconcile.gaps import gaps as every_gap
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.starting import set_modes
from reconciler.reconcile.targets import Target, adapter_named, named, target_of
from reconciler.settings import Settings
from reconciler.wiring import is_shared, opened_to_look

T = TypeVar("T")
MODES = ("sync", "enforce", "follow-only", "capture-only", "observe")


def changed(settings: Settings, work: Callable[[Reconciler], T]) -> T:
    """Do something under the lock; what was remembered of the last pass no longer counts. A remote is told at once."""
    with telling(settings) as engine:
        quick.forget(settings)
        return work(engine)


def resolve(settings: Settings, id_: str, take: str, every: bool) -> tuple[dict[str, Any], int]:
    choice = _choice(take)

    def work(engine: Reconciler) -> tuple[dict[str, Any], int]:
        if is_shared(settings) and choice.take == "local" and conflicts.item_named(engine, id_).kind == "held":
            raise Stalled(f"{id_}: a held change: `reconciler approve {id_}` lets it land, as somebody")
        items, result = conflicts.resolve(engine, id_, choice, every)
        report, code = finished(settings, engine, result, is_whole=True)
        return {"decided": [i.id for i in items], **report}, code

    return changed(settings, work)


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

    return changed(settings, work)


def restore(settings: Settings, name: str, at: str | None, whole_file: bool, is_sure: bool) -> dict[str, Any]:
    when = time_of(at) if at else None

    def work(engine: Reconciler) -> dict[str, Any]:
        target = _one(engine, name)
        if whole_file and not is_sure:
            return {"id": target.id, "written": [], "kept": [], "would_change": _would_change(engine, target, when)}
        done = restoring.restore(engine, target, when, whole_file)
        return {"id": target.id, "written": [f"{target.root}/{p}" for p in done.written], "kept": list(done.kept), "would_change": {}}

    return changed(settings, work)


def _would_change(engine: Reconciler, target: Target, at: float | None) -> dict[str, int]:
    """How many lines of each file a whole-file restore would change, ours and others'."""
    out = {}
    for path, old in restoring.earlier(engine, target, at).items():
        now = engine.ports.disk.look(target.root, path).data or b""
        here, there = (data.decode("utf-8", "replace").splitlines() for data in (now, old or b""))
        out[f"{target.root}/{path}"] = sum(line[:1] in "+-" for line in list(difflib.ndiff(here, there)))
    return out


def enable(settings: Settings, name: str, mode: str | None) -> tuple[dict[str, Any], int]:
    if mode is not None and mode not in MODES:
        raise Stalled(f"{mode}: there is no such mode; there are: {', '.join(MODES)}; to leave it alone: `reconciler suspend`")

    def work(engine: Reconciler) -> tuple[dict[str, Any], int]:
        target = _one(engine, name)
        chosen = mode or target.detail.get("back_to") or "sync"
        set_modes(engine, {f"{target.client}/{target.scope}": {"mode": chosen}}, "Enable" if chosen == "sync" else f"Set to {chosen}:")
        return finished(settings, engine, engine.run(engine.targets(), approved_by=""), is_whole=True)

    return changed(settings, work)


def suspend(settings: Settings, name: str, reason: str, until: str | None) -> dict[str, Any]:
    at = time_of(until) if until else None

    def work(engine: Reconciler) -> dict[str, Any]:
        target = _one(engine, name)
        if at is not None and at <= engine.ports.clock.now():
            raise Stalled(f"{until}: this time has passed; name one that is to come")
        detail = {"mode": "suspended", "by": engine.ports.person, "reason": reason}
        if at is not None:
            detail["until"] = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        back_to = target.detail.get("back_to", "sync") if target.mode == "suspended" else target.mode
        detail |= {"back_to": back_to} if back_to != "sync" else {}
        set_modes(engine, {f"{target.client}/{target.scope}": detail}, "Suspend")
        return {"id": target.id, **detail}

    return changed(settings, work)


def remove(settings: Settings, name: str, is_restored: bool) -> dict[str, Any]:
    def work(engine: Reconciler) -> dict[str, Any]:
        target = _one(engine, name)
        done = removing.remove(engine, target, is_restored)
        return {"id": target.id, "written": [f"{target.root}/{p}" for p in done.written], "kept": list(done.kept)}

    return changed(settings, work)


def _one(engine: Reconciler, name: str) -> Target:
    """The target that is meant: a registered one, or an installed client that is not registered yet."""
    if name in (a := {t.client for t in engine.targets() if not t.folder}) or "/" in name or not name:
        return named(engine.targets(), [name])[0]
    adapter = adapter_named(name)
    if adapter not in engine.installed() and name not in a:
        raise Stalled(f"{name}: {adapter.title} was not found in {engine.ports.home}")
    return target_of(engine.ports.machine, adapter, engine.ports.home, {"mode": "observe"})


def gaps(settings: Settings) -> list[dict[str, Any]]:
    return every_gap(opened_to_look(settings))


def accept_gap(settings: Settings, entity: str, client: str, reason: str) -> dict[str, Any]:
    known = gaps(settings)

    def work(engine: Reconciler) -> dict[str, Any]:
        return {"entity": entity, "client": client, "reason": reason, "head": accept(engine, known, entity, client, reason)}

    return changed(settings, work)

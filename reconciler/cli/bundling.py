"""The archive of `doctor --bundle`: what somebody who helps must know, without secrets and without foreign content.

Of clients' files it has digests, sizes and modes, and of what we own in them the masked form; of rules not their text.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import Any

from reconciler import __version__
from reconciler.cli.examining import doctor_data
from reconciler.cli.reading import status_data
from reconciler.errors import ReconcilerError, Stalled
from reconciler.mapping.printable import printable
from reconciler.mapping.secret_guard import leaks, spelled
from reconciler.model.fields import Fields, nested
from reconciler.model.names import RULES, EntityId, kind_of
from reconciler.model.trailers import trailers
from reconciler.ports.known_values import known_values
from reconciler.reconcile.history import log
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.planned import held_here
from reconciler.reconcile.targets import Target
from reconciler.settings import Settings
from reconciler.wiring import has_repository, opened_dry

_PACKAGES = ("pygit2", "pydantic", "typer", "watchdog", "keyring", "pyrage", "sqlalchemy", "redis")
_COMMITS = 50
_SHORTEST = 4
"""A value of the vault that is shorter stands in any text by chance."""
_SAID_OF_COMMITS = ("Target", "Session", "Policy")
"""Trailers that hold names alone; the others hold values."""


def bundle(settings: Settings, place: Path) -> dict[str, Any]:
    """Write the archive, for this user alone. Raises ``Stalled`` when something is there already."""
    entries = {name: _redacted(settings, json.dumps(value, indent=2, ensure_ascii=False, default=str)) for name, value in _entries(settings)}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    try:
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data.getvalue())
    except FileExistsError:
        raise Stalled(f"{place}: it is there already; name a new file") from None
    return {"file": str(place.absolute()), "entries": sorted(entries)}


def _entries(settings: Settings) -> Iterator[tuple[str, Any]]:
    yield "versions.json", {"reconciler": __version__, "python": platform.python_version(), "system": platform.platform(), **dict(_versions())}
    yield "doctor.json", _tried(lambda: doctor_data(settings))
    if has_repository(settings):
        engine = opened_dry(settings)
        yield "status.json", _tried(lambda: status_data(settings)[0])
        yield "repository.json", _tried(lambda: _repository(engine))
        for target in engine.targets():
            yield f"targets/{target.id.replace('/', '_').replace(':', '_')}.json", _tried(lambda t=target: _target(engine, t))
    yield "last-error.json", _last_error(settings.state / "last-error.txt")


def _tried(work: Any) -> Any:
    """A part that fails says so: the others are wanted all the more."""
    try:
        return work()
    except (ReconcilerError, OSError) as error:
        return {"failed": str(error)}


def _versions() -> Iterator[tuple[str, str]]:
    for name in _PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "not installed"


def _repository(engine: Reconciler) -> dict[str, Any]:
    store = engine.ports.store
    commits = [
        {"revision": c.revision, "parents": len(c.parents), "at": c.author.when, "trailers": [r for r in trailers(c.message) if r[0] in _SAID_OF_COMMITS]}
        for c in islice(log(engine), _COMMITS)
    ]
    main = engine.centre.in_force()[0]
    settings = engine.centre.settings(main) if main else None
    policies = {"policies": settings.list("policies"), "threshold": settings.threshold(), "is_fleet": settings.is_fleet} if settings else {}
    return {"head": engine.centre.main(), "in_force": main, "refs": dict(store.refs("refs/")), "settings": policies, "commits": commits}


def _target(engine: Reconciler, target: Target) -> dict[str, Any]:
    observed = held_here(engine, target)
    files = {str(path): _file(Path(target.root) / path, found.digest) for path, found in observed.seen.files.items()}
    config = {str(e): _without_text(e, printable(e, f)) for e, f in sorted(observed.masked.config.items())}
    problems = [{"file": p.file, "line": p.line, "column": p.column, "reason": p.reason} for p in observed.problems]
    return {"id": target.id, "mode": target.mode, "files": files, "problems": problems, "config": config}


def _file(path: Path, digest: str | None) -> dict[str, Any]:
    if digest is None:
        return {"digest": None}
    found = path.stat()
    return {"digest": digest, "bytes": found.st_size, "mode": oct(stat.S_IMODE(found.st_mode)), "is_link": path.is_symlink()}


def _without_text(entity: EntityId, fields: Fields) -> Any:
    """A rule's text is its writer's own: its length and digest tell whether two are the same."""
    if kind_of(entity) != RULES:
        return nested(fields)
    body = str(fields.get(("body",), ""))
    said = {"lines": body.count("\n"), "digest": hashlib.sha256(body.encode()).hexdigest()}
    return {**nested({path: leaf for path, leaf in fields.items() if path != ("body",)}), "body": said}


def _last_error(path: Path) -> Sequence[str]:
    return path.read_text().splitlines() if path.is_file() else []


def _redacted(settings: Settings, text: str) -> str:
    """The last look: no token, no value of the vault, no home folder, whatever went wrong above."""
    text = re.sub(rf"{re.escape(str(settings.home))}(?=[/\"\s:'\\]|\Z)", "~", text)
    values = [v for v in known_values(opened_dry(settings).ports.vault) if len(v) >= _SHORTEST]
    for hit in sorted(leaks(text, spelled(values)), key=len, reverse=True):
        text = text.replace(hit, "(redacted)")
    return text

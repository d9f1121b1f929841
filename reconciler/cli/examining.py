"""What `doctor` looks at."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from typing import Any

from reconciler.errors import ReconcilerError
from reconciler.reconcile.observe import files_with_secrets
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import installed, target_of
from reconciler.settings import Settings
from reconciler.wiring import has_repository, opened, opened_dry


def doctor_data(settings: Settings) -> dict[str, Any]:
    """One check a part; ``ok`` False comes with what to do."""
    return {"checks": [{"name": name, "ok": ok, "detail": detail} for name, ok, detail in _checks(settings)]}


def _checks(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    yield "home", True, str(settings.home)
    yield "state", True, str(settings.state)
    if not has_repository(settings):
        yield "repository", False, f"{settings.repository} is not there; run `reconciler init`"
        engine = opened_dry(settings)
    else:
        engine = opened(settings)
        yield from _repository(engine)
    yield from _clients(settings, engine)
    yield from _files(settings, engine)


def _repository(engine: Reconciler) -> Iterator[tuple[str, bool, str]]:
    try:
        head, problems = engine.centre.in_force()
    except ReconcilerError as error:
        yield "repository", False, str(error)
        return
    if problems:
        first = problems[0]
        yield "repository", False, f"main does not validate: {first.file}:{first.line}: {first.reason}; {first.advice}"
    else:
        yield "repository", True, f"main is at {str(head)[:10]}"


def _clients(settings: Settings, engine: Reconciler) -> Iterator[tuple[str, bool, str]]:
    for adapter in installed(engine.ports.disk, engine.ports.home):
        program = shutil.which(adapter.client, path=settings.search_path)
        asked = f"its program is {program}" if program else "its program is not on PATH: files are not checked by it"
        yield adapter.title, True, f"found; {asked}"


def _files(settings: Settings, engine: Reconciler) -> Iterator[tuple[str, bool, str]]:
    """Client files with secrets that other users of the machine can read."""
    for adapter in installed(engine.ports.disk, engine.ports.home):
        target = target_of(engine.ports.machine, adapter, engine.ports.home, {})
        for name in files_with_secrets(engine.ports.disk, target, engine.local(target)):
            path = settings.home / name
            if path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
                yield str(path), False, f"it holds secrets, and other users can read it: chmod 600 '{path}'"

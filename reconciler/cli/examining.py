"""What `doctor` looks at."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reconciler.deploy.privacy import is_open, make_private
from reconciler.errors import ReconcilerError
from reconciler.model.names import Revision
from reconciler.model.results import Problem
from reconciler.reconcile.observe import files_with_secrets
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.targets import installed, target_of
from reconciler.settings import Settings
from reconciler.wiring import following, has_repository, journal, opened, opened_dry


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
        yield from _remote(settings, engine)
    yield from _servers(settings)
    yield from _clients(settings, engine)
    yield from _files(settings, engine)
    yield from _projects(engine)


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
        yield from (("main", False, f"{p.file}:{p.line}: {p.reason}; {p.advice}") for p in _overlooked(engine, head))


def _overlooked(engine: Reconciler, head: Revision | None) -> list[Problem]:
    """What keeps no main from being in force, and is a mistake all the same: files that nobody reads, overlays of no client."""
    from reconciler.reconcile.strictness import strict_problems

    return strict_problems(engine.ports.store.files(head)) if head else []


def _remote(settings: Settings, engine: Reconciler) -> Iterator[tuple[str, bool, str]]:
    """Asks the remote now, and takes nothing in."""
    try:
        remote = following(settings, engine)
    except ReconcilerError as error:
        yield "remote", False, str(error)
        return
    if remote:
        is_there = remote.fetch() and not remote.is_stopped()
        yield "remote", is_there, f"{remote.remote.shown} answers" if is_there else remote.problem()


def _servers(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """The servers of `up`. That one does not run is no fault while `up` does not."""
    from reconciler.wiring.reaching import health  # SQLAlchemy costs 0.2 s
    from reconciler.wiring.running import known_about_up

    up = known_about_up(settings)
    where = f"{up['address']}/healthz" if up.get("address") else "its output"
    for part in health(settings):
        cure = f"`reconciler up` cannot start it: {where} says why" if part.is_idle and up else part.cure
        yield part.name, part.is_ok or (part.is_idle and not up), "; ".join(x for x in (part.detail, cure) if x)
    waiting = journal(settings).waiting()
    yield "journal", True, f"{waiting} bytes wait for PostgreSQL; `reconciler up` takes them in" if waiting else "all of it is in PostgreSQL"


def _clients(settings: Settings, engine: Reconciler) -> Iterator[tuple[str, bool, str]]:
    for adapter in installed(engine.ports.disk, engine.ports.home):
        program = shutil.which(adapter.client, path=settings.search_path)
        asked = f"its program is {program}" if program else "its program is not on PATH: files are not checked by it"
        yield adapter.title, True, f"found; {asked}"


def _files(settings: Settings, engine: Reconciler) -> Iterator[tuple[str, bool, str]]:
    for path in _open_files(settings, engine):
        yield str(path), False, f"it holds secrets, and other users can read it: `reconciler doctor --fix`, or chmod 600 '{path}'"
    if settings.state.is_dir() and is_open(settings.state):
        yield "state", False, f"other users can read {settings.state}: `reconciler doctor --fix`, or chmod 700 '{settings.state}'"


def _open_files(settings: Settings, engine: Reconciler) -> Iterator[Path]:
    """Client files with secrets that other users of the machine can read."""
    targets = [target_of(engine.ports.machine, adapter, engine.ports.home, {}) for adapter in installed(engine.ports.disk, engine.ports.home)]
    targets += [t for t in engine.targets() if t.local_to]
    holding = dict.fromkeys(name for target in targets for name in files_with_secrets(engine.ports.disk, target, engine.local(target)))
    yield from (path for name in holding if is_open(path := settings.home / name))


def mended(settings: Settings) -> list[str]:
    """Make private what `doctor` found open, and say what that was."""
    engine = opened_dry(settings)
    paths = [*_open_files(settings, engine), *([settings.state] if settings.state.is_dir() and is_open(settings.state) else [])]
    for path in paths:
        make_private(path)
    return [str(path) for path in paths]


def _projects(engine: Reconciler) -> Iterator[tuple[str, bool, str]]:
    """Folders of projects, and secrets that stand in their files."""
    for target in (t for t in engine.targets() if t.project):
        if target.problem:
            yield target.id, False, f"{target.root}: {target.problem.reason}; {target.problem.advice}"
            continue
        held = files_with_secrets(engine.ports.disk, target, engine.local(target))
        for name in held:
            yield f"{target.root}/{name}", False, "a secret stands in it as it is, for all who have the project: put ${NAME} there"
        if not held:
            yield target.id, True, f"in {target.root}"

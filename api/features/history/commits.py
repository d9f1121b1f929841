"""Looking at commits of main, and taking one back."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import Any

from api.access import Person
from api.approving import approves
from api.audited import changing
from api.diffs import files_of
from api.errors import Missing, Stale
from api.paging import Paging
from api.reviews import client_preview
from api.services import Services
from reconciler.errors import Stalled
from reconciler.model.names import Revision
from reconciler.ports import Commit
from reconciler.reconcile import history
from reconciler.reconcile.file_texts import commit_diff
from reconciler.reconcile.pass_result import Pass
from reconciler.reconcile.passes import Reconciler
from reconciler.reconcile.previews import previewed
from reconciler.reconcile.report import pass_json
from reconciler.reconcile.searching import Filter, found

_MOST = 10_000


def search(services: Services, wanted: Filter, text: str, paging: Paging) -> dict[str, Any]:
    """Newest first. Only commits of the part that is shown are looked into, unless a search asks for content."""
    engine = services.engines.looking()
    if wanted == Filter(path=wanted.path):
        commits = (c for c in history.log(engine, limit=_MOST, path=wanted.path))
    else:
        commits = (commit for commit, _ in found(engine, wanted, _MOST))
    rows = [c for c in commits if text.lower() in c.message.lower()]
    part = islice(rows, paging.offset, paging.offset + paging.limit)
    return paging.page([history.commit_json(c) for c in part], len(rows))


def detail(services: Services, name: str) -> dict[str, Any]:
    engine = services.engines.looking()
    commit = _commit(engine, name)
    changes = [asdict(c) for c in history.field_changes(engine, commit.revision)]
    return {**history.commit_json(commit), "message": commit.message, "changes": changes, "files": files_of(commit_diff(engine, commit.revision))}


def _commit(engine: Reconciler, name: str) -> Commit:
    """A commit of main. Others of the repository (reviews, change branches) are not shown."""
    main = engine.centre.main()
    try:
        commit = engine.ports.store.read(Revision(name))
    except Stalled as error:
        raise Missing(str(error)) from None
    if main is None or not engine.ports.store.is_ancestor(commit.revision, main):
        raise Missing(f"{name}: this revision is not in main; see /api/v1/history")
    return commit


def revert(services: Services, person: Person, name: str, base: str | None, reason: str) -> dict[str, Any]:
    engine = services.engines.looking()
    commit = _commit(engine, name)
    before, after = {"head": engine.centre.main()}, {"takes_back": commit.subject}
    with changing(services, person.name, "history.revert", commit.revision, before, after, reason, approves(services, person)) as changed:
        if base is not None and not str(changed.centre.main()).startswith(base):
            raise Stale(f"main has moved since {base}; look again")
        new = history.revert(changed, commit.revision)
        result = changed.run(changed.targets())
    return {"revision": new, "dry_run": False, **pass_json(result)}


def rehearse(services: Services, name: str) -> dict[str, Any]:
    """What taking it back would write to each client."""
    engine = services.engines.looking()
    commit, head = _commit(engine, name), engine.centre.main()
    done: list[Pass] = []

    def act(engine: Reconciler) -> Pass:
        history.revert(engine, commit.revision)
        done.append(engine.run(engine.targets()))
        return done[0]

    previews = [client_preview(one) for one in previewed(engine, act)]
    return {"revision": None, **pass_json(done[0]), "head": head, "dry_run": True, "previews": previews}

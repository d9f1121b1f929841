"""Who last changed a file of the repository, as the side of a conflict."""

from __future__ import annotations

from reconciler.model.names import Revision
from reconciler.model.results import Side
from reconciler.model.trailers import TARGET, trailers
from reconciler.ports import Store


def last_change(store: Store, revision: Revision, path: str) -> Side:
    """From the newest commit up to ``revision`` that touched the path; just the revision where none did."""
    for commit in store.history(revision, path=path):
        by = dict(trailers(commit.message)).get(TARGET, "")
        return Side(by, commit.author.name, by.split("/")[0], commit.author.when, commit.revision)
    return Side(revision=revision)

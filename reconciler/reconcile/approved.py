"""What persons, and our own merges, have said of content by its digest: one reference, readable by plain git."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.errors import Raced
from reconciler.formats import yaml_text
from reconciler.mapping.layers import Layer
from reconciler.model.fields import Fields
from reconciler.model.names import Digest, EntityId, Revision
from reconciler.model.refnames import APPROVALS
from reconciler.policy.risk import digest_of
from reconciler.ports import Author, Store

REFUSED = "refused"
_FILE = "approvals.yaml"
_TRIES = 10


@dataclass(frozen=True)
class Approvals:
    """``rows``: entity, digest, and what was said of it: ``landed``, ``approved by …`` or ``refused by …``.

    A project's entities have rows of their own, below its folder: what was said of one scope says nothing of another.
    """

    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ref: Revision | None = None

    def allows(self, base: Layer, entity: EntityId, fields: Fields | None) -> bool:
        return self.allows_digest(row_of(base, entity), digest_of(entity, fields))

    def refuses(self, base: Layer, entity: EntityId, fields: Fields | None) -> bool:
        return self.refuses_digest(row_of(base, entity), digest_of(entity, fields))

    def allows_digest(self, row: str, digest: Digest) -> bool:
        word = self._word(row, digest)
        return bool(word) and not word.startswith(REFUSED)

    def refuses_digest(self, row: str, digest: Digest) -> bool:
        return self._word(row, digest).startswith(REFUSED)

    def _word(self, row: str, digest: Digest) -> str:
        return self.rows.get(row, {}).get(digest, "")


def row_of(base: Layer, entity: EntityId) -> str:
    return f"{base}/{entity}" if base else str(entity)


def approvals(store: Store) -> Approvals:
    ref = store.ref(APPROVALS)
    return approvals_at(store, ref) if ref else Approvals()


def approvals_at(store: Store, ref: Revision) -> Approvals:
    """The same as one version of the reference says it."""
    rows = yaml_text.read(store.files(ref)[_FILE])
    return Approvals({str(e): dict(words) for e, words in rows.items()}, ref)


def save(store: Store, rows: Mapping[str, Mapping[str, str]], author: Author, is_addition: bool) -> None:
    """Put the rows in the place of the entity's old ones, or beside them. Nothing is written when they say so already."""
    if not rows:
        return  # what lands without a risk: nothing needs to be read
    for _ in range(_TRIES):
        old = approvals(store)
        new = {e: {**(old.rows.get(e, {}) if is_addition else {}), **words} for e, words in rows.items()}
        if all(old.rows.get(e) == words for e, words in new.items()):
            return
        data = yaml_text.dump({str(e): dict(words) for e, words in sorted({**old.rows, **new}.items())})
        message = f"Approvals: {', '.join(sorted(new))[:80]}\n"
        try:
            store.move_ref(APPROVALS, store.commit(None, {_FILE: data}, [old.ref] if old.ref else [], message, author), old.ref)
        except Raced:
            continue
        return
    raise Raced("approvals are being written by others all the time; try again")

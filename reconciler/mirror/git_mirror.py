"""The mirror of the central repository: rows that follow from Git alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, column, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from reconciler.errors import Raced
from reconciler.mirror import audit
from reconciler.mirror.database import Database
from reconciler.mirror.fitting import fit, fit_text
from reconciler.mirror.ids import at
from reconciler.mirror.tables import (
    DERIVED,
    applied_state,
    commits,
    entity_versions,
    field_changes,
    mirror_state,
    mirrored_refs,
    reviews,
)
from reconciler.model.names import Revision
from reconciler.model.trailers import RESOLVED_BY, TARGET
from reconciler.ports.accounts import AuditRecord
from reconciler.ports.mirror import (
    AppliedEntity,
    Batch,
    EntityVersion,
    Mirror,
    MirroredChange,
    MirroredCommit,
    MirroredRef,
    MirroredReview,
    MirrorState,
)

_LOCK = 0x6D697272
"""One writes the mirror, the others wait: any number, but always this one."""
_ROWS = 2_000


class SqlMirror:
    """``reconciler.ports.mirror.Mirror``. ``within`` is the transaction that all of it is part of."""

    def __init__(self, database: Database, within: Connection | None = None) -> None:
        self._database, self._within = database, within

    def state(self) -> MirrorState:
        with self._reading() as connection:
            known = {row.name: row.value for row in connection.execute(select(mirror_state))}
            refs = {
                str(name): Revision(revision)
                for name, revision in connection.execute(select(mirrored_refs.c.name, mirrored_refs.c.revision))
            }
        root, head = (Revision(known[name]) if name in known else None for name in ("root", "head"))
        return MirrorState(root, head, int(known.get("count", 0)), refs)

    def holds(self, revision: Revision) -> bool:
        with self._reading() as connection:
            return connection.execute(select(commits.c.number).where(commits.c.revision == revision)).first() is not None

    def add(self, batch: Batch, after: Revision | None, root: Revision) -> None:
        with self._changing() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            found = connection.execute(select(mirror_state.c.value).where(mirror_state.c.name == "head")).scalar()
            if found != after:
                raise Raced("another process mirrored meanwhile", after_s=0.0)
            _put(connection, commits, map(_commit, batch.commits))
            _put(connection, entity_versions, map(_version, batch.versions))
            _put(connection, field_changes, map(_change, batch.changes))
            for made in batch.commits:
                if made.is_main:
                    audit.add(connection, _audited(made))
            for name, value in (("root", root), ("head", batch.head), ("count", str(batch.count))):
                row = upsert(mirror_state).values(name=name, value=value)
                connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value}))

    def set_refs(self, changed: Mapping[str, MirroredRef], gone: Collection[str]) -> None:
        names = [*changed, *gone]
        with self._changing() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            for table, name in ((reviews, reviews.c.ref), (applied_state, applied_state.c.ref), (mirrored_refs, mirrored_refs.c.name)):
                connection.execute(delete(table).where(name.in_(names)))
            _put(connection, mirrored_refs, ({"name": name, "revision": ref.revision} for name, ref in changed.items()))
            _put(connection, reviews, (_review(name, item) for name, ref in changed.items() for item in ref.reviews))
            _put(connection, applied_state, (_applied(name, item) for name, ref in changed.items() for item in ref.applied))

    def forget(self) -> None:
        with self._changing() as connection:
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            for table in DERIVED:
                connection.execute(delete(table))

    def digest(self) -> str:
        with self._reading() as connection:
            parts = [_digest(connection, table) for table in DERIVED]
            return str(connection.execute(select(func.encode(func.sha256(func.convert_to("\n".join(parts), "UTF8")), "hex"))).scalar_one())

    @contextmanager
    def together(self, is_kept: bool) -> Iterator[Mirror]:
        with self._database.changing() as connection:
            yield SqlMirror(self._database, connection)
            if not is_kept:
                connection.rollback()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._within is not None:
            yield self._within
        else:
            with self._database.reading() as connection:
                yield connection

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        if self._within is not None:
            yield self._within
        else:
            with self._database.changing() as connection:
                yield connection


def _put(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == _ROWS:
            connection.execute(insert(table), waiting)
            waiting = []
    if waiting:
        connection.execute(insert(table), waiting)


def _digest(connection: Connection, table: Table) -> str:
    """Every row as text, in the order of its key as bytes: no setting of the server changes it."""
    row = func.md5(text(f"{table.name}::text"))
    order: Sequence[Any] = [
        column(key.name).collate("C") if str(key.type).startswith(("TEXT", "VARCHAR")) else key for key in table.primary_key
    ]
    whole = select(func.md5(func.coalesce(func.string_agg(row, text(f"'' order by {', '.join(map(str, order))}")), ""))).select_from(table)
    return f"{table.name} {connection.execute(whole).scalar_one()}"


def _commit(made: MirroredCommit) -> dict[str, Any]:
    commit = made.commit
    return {
        "revision": commit.revision,
        "number": made.number,
        "is_main": made.is_main,
        "parents": list(commit.parents),
        "author_name": fit_text(commit.author.name),
        "author_email": fit_text(commit.author.email),
        "authored_at": at(commit.author.when),
        "subject": fit_text(commit.subject),
        "message": fit_text(commit.message),
        "trailers": fit(made.trailers),
    }


def _audited(made: MirroredCommit) -> AuditRecord:
    """What moved main is in the audit trail too; once, however often the mirror is rebuilt."""
    people = [value for key, value in made.trailers if key == RESOLVED_BY]
    action = "main.decide" if people else "main.merge" if len(made.commit.parents) > 1 else "main.commit"
    target = next((value for key, value in made.trailers if key == TARGET), "main")
    commit = made.commit
    details = {"revision": commit.revision, "subject": commit.subject, "trailers": made.trailers, "decided_by": people}
    return AuditRecord(commit.revision, fit_text(commit.author.name), action, fit_text(target), fit(details), commit.author.when)


def _version(version: EntityVersion) -> dict[str, Any]:
    texts = {name: fit_text(getattr(version, name)) for name in ("path", "entity")}
    return {"revision": version.revision, "number": version.number, **texts, "value": fit(version.value)}


def _change(change: MirroredChange) -> dict[str, Any]:
    values = {name: fit(value) for name, value in vars(change).items() if name != "at"}
    return {**values, "changed_at": at(change.at)}


def _review(ref: str, review: MirroredReview) -> dict[str, Any]:
    return {"ref": ref, **{name: fit(value) for name, value in vars(review).items()}}


def _applied(ref: str, applied: AppliedEntity) -> dict[str, Any]:
    return {"ref": ref, **{name: fit(value) for name, value in vars(applied).items()}}

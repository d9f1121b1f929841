"""PostgreSQL, put together. Imported by what has a database: SQLAlchemy costs 0.2 s, and no other command must pay that."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reconciler.deploy.clock import SystemClock
from reconciler.errors import Retryable
from reconciler.mirror import schema
from reconciler.mirror.audit import SqlAudit
from reconciler.mirror.database import Database
from reconciler.mirror.exports import SqlExports
from reconciler.mirror.git_mirror import SqlMirror
from reconciler.mirror.log_records import SqlLogs
from reconciler.mirror.sessions import SqlSessions
from reconciler.mirror.taking import take
from reconciler.mirror.users import SqlCredentials, SqlUsers
from reconciler.model.names import Revision
from reconciler.ports.accounts import Audit, Credentials, Users
from reconciler.ports.exports import ExportList
from reconciler.ports.live import Sessions
from reconciler.ports.logs import Logs
from reconciler.reconcile.mirroring import mirror_repository, without_rest
from reconciler.reconcile.passes import Reconciler
from reconciler.settings import Settings
from reconciler.wiring import artifacts, has_repository, journal, opened


def database(url: str) -> Database:
    """The database at an address, with the tables that this version needs. Raises ``Stalled`` when it cannot be used."""
    made = Database(url)
    try:
        schema.prepare(made)
    except BaseException:
        made.close()
        raise
    return made


def reach(url: str) -> None:
    """Raises why there is no database for us at an address. Nothing is changed there."""
    made = Database(url)
    try:
        schema.reach(made)
    finally:
        made.close()


def accounts(database: Database) -> tuple[Users, Credentials, Audit, Logs]:
    """Who may use the program, what they sign in with, and the trail of what they do; the log."""
    return SqlUsers(database, SystemClock()), SqlCredentials(database), SqlAudit(database), SqlLogs(database)


def sessions(database: Database) -> Sessions:
    """What was recorded of passes."""
    return SqlSessions(database)


def exports(database: Database) -> ExportList:
    """The list of exports that were made on a schedule."""
    return SqlExports(database)


def forget_artifacts(settings: Settings, url: str | None, before: float) -> None:
    """Let go of what passes left before then, here and in the database, and of the log of that time. Raises ``Retryable`` while that is away."""
    made = database(_there(url))
    try:
        SqlSessions(made).forget_artifacts(before)
        SqlLogs(made).forget_old(before)
    finally:
        made.close()
    artifacts(settings).forget_old(before)


def _there(url: str | None) -> str:
    if url is None:
        raise Retryable("PostgreSQL is not there yet; what happens meanwhile is kept and told later", after_s=5.0)
    return url


class Mirroring:
    """The database of one machine, brought up to date: the journal first, then what Git holds. For one thread.

    ``rest`` is called between the steps, for who goes first.
    """

    def __init__(self, settings: Settings, url: Callable[[], str | None], rest: Callable[[], None] = without_rest) -> None:
        self._settings, self._url, self._rest = settings, url, rest
        self._database: tuple[str, Database] | None = None
        self._engine: Reconciler | None = None
        self._journal = journal(settings)
        self._head: Revision | None = None

    def keep(self) -> None:
        """Raises ``Retryable`` while the database is away, ``Stalled`` when a person must mend it."""
        self._rest()
        database = self._opened()
        self._journal.replay(partial(take, database))
        engine = self._known_engine()
        if engine is not None:
            mirror_repository(engine.centre, SqlMirror(database), self._rest)
            self._head = engine.centre.main()

    def is_due(self) -> bool:
        engine = self._known_engine()
        return bool(self._journal.waiting()) or (engine is not None and engine.centre.main() != self._head)

    def close(self) -> None:
        if self._database is not None:
            self._database[1].close()
            self._database = None

    def _opened(self) -> Database:
        url = _there(self._url())
        if self._database is None or self._database[0] != url:
            self.close()
            self._database = url, database(url)
        return self._database[1]

    def _known_engine(self) -> Reconciler | None:
        """An engine of this thread's own, once there is a repository."""
        if self._engine is None and has_repository(self._settings):
            self._engine = opened(self._settings)
        return self._engine

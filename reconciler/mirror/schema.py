"""The schema of the database: made, brought up to date, or refused when it is not ours or newer than this program."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from reconciler.errors import Stalled
from reconciler.mirror.database import Database
from reconciler.mirror.tables import SCHEMA_VERSION, VERSION_TABLE

_LOCK = 0x7265636F
"""One migrates, the others wait: any number, but always this one."""
_FOLDER = Path(__file__).parent / "migrations"


def prepare(database: Database) -> None:
    """Make the tables what this program needs. Nothing is done when they are. Raises ``Stalled`` when they cannot be."""
    with database.reading() as connection:
        if version(connection, database.place) == SCHEMA_VERSION:
            return
    with database.changing() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if version(connection, database.place) != SCHEMA_VERSION:
            _migrate(connection)


def reach(database: Database) -> None:
    """Raises ``Stalled`` or ``Retryable``, with the cure, unless the database answers and is ours or empty. Changes nothing."""
    with database.reading() as connection:
        version(connection, database.place)


def version(connection: Connection, place: str) -> str:
    """The schema's version; empty for an empty database. Raises ``Stalled`` for one that is not ours, or newer."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        if tables:
            some = ", ".join(sorted(tables)[:3])
            raise Stalled(
                f"PostgreSQL at {place}: it holds tables of something else ({some}); name an empty database in RECONCILER_DATABASE_URL"
            )
        return ""
    rows = connection.execute(text(f"select version_num from {VERSION_TABLE}")).scalars().all()  # noqa: S608  # our own name
    found = str(rows[0]) if rows else ""
    if found > SCHEMA_VERSION:
        raise Stalled(
            f"PostgreSQL at {place}: its schema {found} is of a newer version of this program ({SCHEMA_VERSION} here); upgrade this program"
        )
    return found


def _migrate(connection: Connection) -> None:
    from alembic import command  # 0.2 s, and only needed once for each version
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

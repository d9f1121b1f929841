from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from reconciler.errors import Retryable, Stalled
from reconciler.mirror import schema
from reconciler.mirror.database import Database
from reconciler.mirror.log_records import SqlLogs
from reconciler.mirror.tables import SCHEMA_VERSION, TEXT_INDEX, VERSION_TABLE, metadata
from reconciler.ports.logs import LogRecord

DESIGN = {
    "clients": "id integer, name character varying(100), type character varying(50), config_path text, settings jsonb, "
    "created_at timestamp without time zone, updated_at timestamp without time zone",
    "adapters": "id integer, client_type character varying(50), version character varying(50), schema_version character varying(50), metadata jsonb",
    "sync_sessions": "id uuid, client_id integer, started_at timestamp without time zone, finished_at timestamp without time zone, "
    "status character varying(20), summary jsonb",
    "sync_events": "id uuid, session_id uuid, event_type character varying(50), payload jsonb, created_at timestamp without time zone",
    "artifacts": "id uuid, session_id uuid, artifact_type character varying(30), storage_path text, checksum character varying(128)",
    "users": "id integer, username character varying(50), password_hash text, role character varying(20), created_at timestamp without time zone",
    "audit_logs": "id uuid, user_id integer, action character varying(50), target text, details jsonb, created_at timestamp without time zone",
}
"""The product's own data model: columns may be added, none renamed, none of another type."""

COLUMNS = """
    select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
    from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped
"""


@pytest.mark.parametrize("table", DESIGN)
def test_the_tables_have_the_columns_of_the_data_model(database_url: str, table: str) -> None:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(COLUMNS, (table,)).fetchone()
    assert row is not None
    assert set(DESIGN[table].split(", ")) <= set(row[0].split(", "))


KEYS = """
    select pg_get_constraintdef(oid) from pg_constraint where conrelid = %s::regclass and contype in ('p', 'f', 'u')
"""


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("clients", {"PRIMARY KEY (id)"}),
        ("sync_sessions", {"PRIMARY KEY (id)", "FOREIGN KEY (client_id) REFERENCES clients(id)"}),
        ("sync_events", {"PRIMARY KEY (id)", "FOREIGN KEY (session_id) REFERENCES sync_sessions(id) ON DELETE CASCADE"}),
        ("artifacts", {"PRIMARY KEY (id)", "FOREIGN KEY (session_id) REFERENCES sync_sessions(id) ON DELETE CASCADE"}),
        ("users", {"PRIMARY KEY (id)", "UNIQUE (username)"}),
        ("audit_logs", {"PRIMARY KEY (id)", "FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL"}),
    ],
)
def test_the_tables_have_the_keys_of_the_data_model(database_url: str, table: str, keys: set[str]) -> None:
    with psycopg.connect(database_url) as connection:
        found = {row[0] for row in connection.execute(KEYS, (table,))}
    assert keys <= found


CHECKS = "select conrelid::regclass::text from pg_constraint where contype = 'c' and connamespace = 'public'::regnamespace"


def test_words_from_a_list_are_checked_by_the_database(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        assert {row[0] for row in connection.execute(CHECKS)} == {"sync_sessions", "users", "artifacts"}


def test_the_migrations_make_what_the_code_expects(database: Database) -> None:
    with database.reading() as connection:
        opts = {"version_table": VERSION_TABLE, "include_name": lambda name, *_: name != TEXT_INDEX}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), metadata) == []


INDEXES = "select indexname from pg_indexes where tablename = 'log_records'"


def test_the_servers_that_come_along_have_what_searches_of_the_log_need(database: Database) -> None:
    with database.reading() as connection:
        assert TEXT_INDEX in connection.exec_driver_sql(INDEXES).scalars().all()


def test_a_server_that_gives_no_trigrams_is_good_enough(empty_database_url: str) -> None:
    url, name = make_url(empty_database_url), f"few_rights_{uuid4().hex[:8]}"
    with psycopg.connect(empty_database_url, autocommit=True) as admin:
        admin.execute(f"create role {name} login password 'throw-away'")
        admin.execute(f"grant usage, create on schema public to {name}")
        database = Database(url.set(username=name, password="throw-away").render_as_string(False))
        schema.prepare(database)
        with database.reading() as connection:
            assert TEXT_INDEX not in connection.exec_driver_sql(INDEXES).scalars().all()
        logs = SqlLogs(database)
        logs.add([LogRecord(1.0, "info", "begun", "", "", {"why": "Because"})])
        assert logs.search({"text": "because"}, 10, 0)[1] == 1
        database.close()
        admin.execute(f"drop owned by {name}")
        admin.execute(f"drop role {name}")


def test_the_newest_migration_is_the_one_that_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema._FOLDER))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_VERSION


def test_preparing_again_changes_nothing(database: Database) -> None:
    schema.prepare(database)
    schema.prepare(database)


def test_a_database_of_something_else_is_refused_and_left_alone(empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute("create table invoices (id int)")
    database = Database(empty_database_url)
    with pytest.raises(Stalled, match=r"tables of something else \(invoices\); name an empty database"):
        schema.prepare(database)
    database.close()
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (1,)


def test_a_schema_of_a_newer_program_is_refused(empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute(f"create table {VERSION_TABLE} as select '9999' as version_num")
    database = Database(empty_database_url)
    with pytest.raises(Stalled, match=r"its schema 9999 is of a newer version of this program"):
        schema.prepare(database)
    database.close()


OLDER = [script.revision for script in ScriptDirectory(str(schema._FOLDER)).walk_revisions() if script.revision != SCHEMA_VERSION]


@pytest.mark.parametrize("version", OLDER)
def test_an_older_schema_is_brought_up_to_date_with_what_it_holds(empty_database_url: str, version: str) -> None:
    database = Database(empty_database_url)
    config = Config()
    config.set_main_option("script_location", str(schema._FOLDER))
    with database.changing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
        connection.exec_driver_sql("insert into users (username, password_hash, role, created_at) values ('ann', 'x', 'admin', now())")
    schema.prepare(database)
    with database.reading() as connection:
        assert connection.exec_driver_sql("select username from users").scalar_one() == "ann"
        assert schema.version(connection, database.place) == SCHEMA_VERSION
    database.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("reconciler:", "nobody-here:"), "password is wrong|no such user"),
        (("password", "password"), "the user or the password is wrong"),
        (("/test_", "/lost_"), "there is no such database; make it, or mend RECONCILER_DATABASE_URL"),
    ],
)
def test_a_wrong_address_is_told_with_its_cure_and_without_its_password(database_url: str, change: tuple[str, str], told: str) -> None:
    password = database_url.split(":")[2].split("@")[0]
    wrong = database_url.replace(*change) if change[0] != "password" else database_url.replace(password, "0" + password)
    database = Database(wrong)
    with pytest.raises(Stalled, match=told) as caught:
        schema.prepare(database)
    assert password not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://ann@db/x", "no address", "postgresql+asyncpg://db/x"])
def test_what_is_no_address_of_postgresql_is_refused(url: str) -> None:
    with pytest.raises(Stalled, match="expected postgresql://user:password@host:port/database"):
        Database(url)


def test_a_server_that_does_not_answer_is_tried_again() -> None:
    with pytest.raises(Retryable, match=r"PostgreSQL at 127.0.0.1:9/x is away"):
        schema.prepare(Database("postgresql://ann@127.0.0.1:9/x"))

"""The tables. Times are UTC without a zone; a machine's clock is no better than that."""

from __future__ import annotations

from sqlalchemy import (
    TIMESTAMP,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    cast,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

SCHEMA_VERSION = "0005"
"""The newest migration."""
VERSION_TABLE = "reconciler_schema"
metadata = MetaData()


def _at(name: str, *, is_needed: bool = True) -> Column[object]:
    return Column(name, TIMESTAMP, nullable=not is_needed)


# ---------------------------------------------------------------- the product's data

clients = Table(
    "clients",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("type", String(50), nullable=False),
    Column("config_path", Text, nullable=False),
    Column("settings", JSONB, nullable=False),
    _at("created_at"),
    _at("updated_at"),
    Column("target", Text, nullable=False, unique=True),
)
"""A row is a target; ``config_path`` is its root, ``target`` its id, ``name`` the id as far as it fits."""

adapters = Table(
    "adapters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_type", String(50), nullable=False, unique=True),
    Column("version", String(50), nullable=False),
    Column("schema_version", String(50), nullable=False),
    Column("metadata", JSONB, nullable=False),
)

sync_sessions = Table(
    "sync_sessions",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("client_id", Integer, ForeignKey("clients.id"), nullable=False),
    _at("started_at"),
    _at("finished_at", is_needed=False),
    Column("status", String(20), CheckConstraint("status in ('pending', 'running', 'success', 'failed')"), nullable=False),
    Column("summary", JSONB, nullable=False),
    Column("run", UUID, nullable=False),
    Index("sync_sessions_newest", "started_at", "id"),
    Index("sync_sessions_of_client", "client_id", "started_at"),
)
"""``run`` is the pass, which commits name as their ``Session``: one for all its targets."""

sync_events = Table(
    "sync_events",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("session_id", UUID, ForeignKey("sync_sessions.id", ondelete="CASCADE"), nullable=False),
    Column("event_type", String(50), nullable=False),
    Column("payload", JSONB, nullable=False),
    _at("created_at"),
    Column("position", Integer, nullable=False),
    Index("sync_events_of_session", "session_id", "position"),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("session_id", UUID, ForeignKey("sync_sessions.id", ondelete="CASCADE")),
    Column("artifact_type", String(30), CheckConstraint("artifact_type in ('config_snapshot', 'diff', 'log', 'export')"), nullable=False),
    Column("storage_path", Text, nullable=False),
    Column("checksum", String(128), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    _at("created_at"),
    Column("schedule", Text, nullable=False, server_default=""),
    Column("machine", Text, nullable=False, server_default=""),
    Index("artifacts_of_session", "session_id"),
    Index("artifacts_by_age", "created_at"),
    Index("artifacts_of_schedule", "schedule", "created_at"),
)
"""``storage_path`` is below the machine's folder of artifacts, or of exports; ``checksum`` is ``sha256:`` and hex digits.

An export has a schedule and a machine, and no session.
"""
EXPORT = "export"

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(50), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("role", String(20), CheckConstraint("role in ('viewer', 'operator', 'approver', 'admin')"), nullable=False),
    _at("created_at"),
)

credentials = Table(
    "credentials",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("username", String(50), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    _at("created_at"),
    _at("expires_at"),
)
"""Without a reference to ``users``: the link for the first admin is there before any user."""

audit_logs = Table(
    "audit_logs",
    metadata,
    Column("id", UUID, primary_key=True),
    Column("user_id", Integer, ForeignKey("users.id", ondelete="SET NULL")),
    Column("action", String(50), nullable=False),
    Column("target", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    _at("created_at"),
    Column("actor", Text, nullable=False),
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Index("audit_logs_newest", "created_at", "position"),
)
"""``actor`` stays when the user goes; ``position`` is the order in which rows came."""

log_records = Table(
    "log_records",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _at("created_at"),
    Column("level", String(20), nullable=False),
    Column("event", Text, nullable=False),
    Column("target", Text, nullable=False, server_default=""),
    Column("session", Text, nullable=False, server_default=""),
    Column("fields", JSONB, nullable=False),
    Column("revision", Text, nullable=False, server_default=""),
    Index("log_records_newest", "created_at", "id"),
    Index("log_records_of_target", "target", "created_at"),
    Index("log_records_of_level", "level", "created_at", "id"),
)
log_client = func.split_part(log_records.c.target, literal_column("'/'"), literal_column("2"))
"""Written as its index is, ``log_records_of_client``: a parameter in it would keep a prepared statement from the index."""
_LINE_END = literal_column("chr(10)", Text())
log_text = log_records.c.event + _LINE_END + log_records.c.target + _LINE_END + cast(log_records.c.fields, Text)
"""All that a search for a text looks through, of which an index keeps the trigrams where the server has them."""
Index("log_records_of_client", log_client, log_records.c.created_at, log_records.c.id)
log_shown = log_records.c.level != literal_column("'debug'")
"""What a search without a level shows. Each read of the API is logged at debug, so there may be far more of those."""
Index("log_records_shown", log_records.c.created_at, log_records.c.id, postgresql_where=log_shown)
Index("log_records_shown_of_client", log_client, log_records.c.created_at, log_records.c.id, postgresql_where=log_shown)
TEXT_INDEX = "log_records_text"
"""Not in the metadata: a server may lack what it needs."""

conditions = Table(
    "conditions",
    metadata,
    Column("target", Text, primary_key=True),
    Column("type", String(50), primary_key=True),
    Column("reason", String(50), primary_key=True),
    Column("status", String(20), nullable=False),
    Column("message", Text, nullable=False),
    Column("revision", Text, nullable=False),
    _at("since"),
)

# ---------------------------------------------------------------- the Git mirror: all of it can be made again

mirror_state = Table(
    "mirror_state",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""How far the mirror is: ``head`` of main, and ``root``, by which a repository is known."""

mirrored_refs = Table(
    "mirrored_refs",
    metadata,
    Column("name", Text, primary_key=True),
    Column("revision", String(64), nullable=False),
)

commits = Table(
    "commits",
    metadata,
    Column("revision", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("is_main", Boolean, nullable=False),
    Column("parents", ARRAY(String(64)), nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_email", Text, nullable=False),
    _at("authored_at"),
    Column("subject", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("trailers", JSONB, nullable=False),
    Index("commits_by_number", "number"),
)
"""``number`` counts main's own commits (``is_main``); what was merged has the number of the commit that merged it."""

entity_versions = Table(
    "entity_versions",
    metadata,
    Column("path", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("revision", String(64), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("value", JSONB(none_as_null=True)),
    Index("entity_versions_of_entity", "entity", "number"),
)
"""What a file said of an entity from this commit of main on; null: nothing any more."""

field_changes = Table(
    "field_changes",
    metadata,
    Column("revision", String(64), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("field", Text),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Column("author", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("machine", Text, nullable=False),
    _at("changed_at"),
    Index("field_changes_of_entity", "entity", "number"),
    Index("field_changes_by_number", "number"),
)
"""Who changed which field when, and from which client; ``client`` is empty for a change made in the repository."""

reviews = Table(
    "reviews",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("id", String(20), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("target", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("field", Text),
    Column("kind", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("base", JSONB(none_as_null=True)),
    Column("local", JSONB(none_as_null=True)),
    Column("central", JSONB(none_as_null=True)),
    Column("sides", JSONB, nullable=False),
    Column("decision", JSONB(none_as_null=True)),
)

applied_state = Table(
    "applied_state",
    metadata,
    Column("ref", Text, primary_key=True),
    Column("entity", Text, primary_key=True),
    Column("target", Text, nullable=False, index=True),
    Column("revision", String(64), nullable=False),
    Column("value", JSONB, nullable=False),
)
"""What each target and main last agreed on, entity by entity, and at which revision of main."""

DERIVED = (commits, entity_versions, field_changes, reviews, applied_state, mirrored_refs, mirror_state)

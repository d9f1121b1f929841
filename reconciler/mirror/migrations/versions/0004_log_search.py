"""The log is searched by level, client and text without reading all of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT = "(event || chr(10) || target || chr(10) || fields::text)"


def upgrade() -> None:
    op.create_index("log_records_of_level", "log_records", ["level", "created_at", "id"])
    op.create_index("log_records_of_client", "log_records", [sa.text("split_part(target, '/', 2)"), "created_at", "id"])
    if _has_trigrams():
        op.execute(f"create index log_records_text on log_records using gin ({_TEXT} gin_trgm_ops)")


def _has_trigrams() -> bool:
    """They come with PostgreSQL, but a server may lack them or not give them to this user: a search is slower there."""
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(sa.text("create extension if not exists pg_trgm"))
    except sa.exc.DBAPIError:
        return False
    return True

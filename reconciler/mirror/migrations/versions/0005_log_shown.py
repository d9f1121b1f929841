"""The log is searched without a level past any number of records that are only for debugging."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SHOWN = sa.text("level <> 'debug'")


def upgrade() -> None:
    op.create_index("log_records_shown", "log_records", ["created_at", "id"], postgresql_where=_SHOWN)
    op.create_index(
        "log_records_shown_of_client", "log_records", [sa.text("split_part(target, '/', 2)"), "created_at", "id"], postgresql_where=_SHOWN
    )

"""Which revision of main a record of the log is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("log_records", sa.Column("revision", sa.Text(), server_default="", nullable=False))

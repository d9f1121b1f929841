"""Exports are artifacts of no session: they have a schedule and a machine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CHECK = "artifacts_artifact_type_check"


def upgrade() -> None:
    op.alter_column("artifacts", "session_id", existing_type=sa.UUID(), nullable=True)
    op.add_column("artifacts", sa.Column("schedule", sa.Text(), server_default="", nullable=False))
    op.add_column("artifacts", sa.Column("machine", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(_CHECK, "artifacts")
    op.create_check_constraint(_CHECK, "artifacts", "artifact_type in ('config_snapshot', 'diff', 'log', 'export')")
    op.create_index("artifacts_of_schedule", "artifacts", ["schedule", "created_at"])

"""Called by Alembic with the connection that ``reconciler.mirror.schema`` holds."""

from __future__ import annotations

from alembic import context

from reconciler.mirror.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

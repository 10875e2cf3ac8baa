"""Alembic's entry: runs the migrations on the connection that the caller opened."""

from __future__ import annotations

from alembic import context

import service.tables  # noqa: F401 (puts all tables into the metadata)
from backend.kernel.database import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # SQLite cannot alter most things in place; batch mode rebuilds the table.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

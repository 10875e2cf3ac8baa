"""imported procedures"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply this step; steps only go forward."""
    op.create_table(
        "imported_procedures",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("listing", sa.JSON(), nullable=False),
        sa.Column("has_record", sa.Boolean(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=True),
        sa.Column("facts_hash", sa.String(length=64), nullable=False),
        sa.Column("checked_in", sa.String(length=7), nullable=True),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_imported_procedures")),
    )

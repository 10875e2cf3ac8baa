"""Brings a database to the newest shape. Steps only go forward."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from backend.kernel.database import Database

_FOLDER = Path(__file__).parent


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's settings, bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Apply every step up to ``revision`` that is missing."""
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), revision))


async def is_current(database: Database) -> bool:
    """Tell whether the database has the shape that this code expects."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision()) == head

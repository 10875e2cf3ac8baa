"""The migrations lead to exactly the tables that the code expects."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import service.tables
from backend.kernel.database import Base, Database
from service.migrations import alembic_config, is_current, upgrade

assert service.tables


async def test_that_a_migrated_database_has_the_tables_of_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    assert await is_current(database)


async def test_that_migrating_twice_changes_nothing(database: Database) -> None:
    await upgrade(database)
    assert await is_current(database)


def test_that_the_steps_form_one_line_that_only_goes_forward() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert len(scripts.get_heads()) == 1
    for script in scripts.walk_revisions():
        assert not hasattr(script.module, "downgrade")

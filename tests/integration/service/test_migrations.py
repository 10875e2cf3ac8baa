"""The migrations lead to exactly the tables that the code expects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import service.tables
from backend.catalogue.loading import load_catalogue
from backend.catalogue.service import get_procedure
from backend.kernel.clock import ManualClock
from backend.kernel.database import Base, Database
from backend.learning.model import Reason
from backend.learning.service import LearningQueue, Misunderstanding
from service.migrations import alembic_config, is_current, upgrade
from tests.databases import PostgresServer, SqliteServer
from tests.integration.backend.conftest import NOW, sample_files

assert service.tables


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


# What a service of the first release has written.
FIRST_RELEASE = "0001"
ROWS_OF_THE_FIRST_RELEASE = (
    "INSERT INTO fields (id, name, aliases, source_hash) VALUES ('ho-tich', 'Hộ tịch', '[]', 'h')",
    """INSERT INTO conversations (id, channel, channel_account, channel_user, owner, turn, last_seq,
        rasa_conversation_id, slots, offered, created_at, last_activity_at)
    VALUES ('c1', 'webchat', '', 'u1', 'bot', 0, 1, 'r1', '{"procedure_code": "1.001193"}', '[]',
        '2026-11-01 00:00:00+00:00', '2026-11-01 00:00:00+00:00')""",
    """INSERT INTO turns (conversation_id, seq, author, content, created_at)
    VALUES ('c1', 1, 'citizen', '{"text": "làm khai sinh"}', '2026-11-01 00:00:00+00:00')""",
)


@pytest.fixture(params=["sqlite", "postgres"])
async def empty_database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    server: SqliteServer | PostgresServer = request.getfixturevalue(f"{request.param}_server")
    async with server.empty_database() as url:
        opened = Database(url)
        yield opened
        await opened.close()


async def test_that_what_the_first_release_wrote_is_still_there_and_the_new_tables_work(
    empty_database: Database,
) -> None:
    await upgrade(empty_database, FIRST_RELEASE)
    async with empty_database.transaction() as transaction:
        for statement in ROWS_OF_THE_FIRST_RELEASE:
            # The colons of JSON and of clock times are no parameters.
            await transaction.execute(text(statement.replace(":", r"\:")))
    assert not await is_current(empty_database)
    await upgrade(empty_database)
    assert await is_current(empty_database)
    async with empty_database.connection() as connection:
        said = (await connection.execute(text("SELECT content FROM turns WHERE conversation_id = 'c1'"))).scalar_one()
    assert "làm khai sinh" in str(said)
    queue = LearningQueue(empty_database, ManualClock(datetime(2026, 11, 24, tzinfo=UTC)), days=90)
    assert await queue.add(Misunderstanding("mần răng chừ", Reason.ASKED, "webchat"))
    assert (await queue.page(status=None, reason=None, offset=0, limit=10)).total == 1


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


async def test_that_the_catalogue_of_the_first_release_need_not_be_written_anew(
    database: Database, clock: ManualClock
) -> None:
    await load_catalogue(database, sample_files(), clock)
    async with database.engine.begin() as connection:
        for table in ("imported_procedures", "lessons"):
            await connection.execute(text(f"DROP TABLE {table}"))
        await connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert not await is_current(database)
    await upgrade(database)
    assert await is_current(database)
    assert not (await load_catalogue(database, sample_files(), clock)).any
    async with database.read() as session:
        assert (await get_procedure(session, "1.001193")).record is not None


def test_that_the_steps_form_one_line_that_only_goes_forward() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert len(scripts.get_heads()) == 1
    for script in scripts.walk_revisions():
        assert not hasattr(script.module, "downgrade")

"""PostgreSQL restarts, or a firewall cuts a connection: what listens and locks carries on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.kernel import announcements
from backend.kernel.announcements import Announcements
from backend.kernel.database import Database
from connectors.locks import ConversationLocks
from tests.databases import PostgresServer

_CUT_ALL_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'other'"
)


@pytest.fixture
async def databases(postgres_server: PostgresServer) -> AsyncIterator[tuple[Database, Database]]:
    """One database as two service processes see it; only the first one's connections are cut."""
    async with postgres_server.fresh_database() as url:
        ours, other = Database(url), Database(url)
        yield ours, other
        await ours.close()
        await other.close()


async def cut_connections(other: Database) -> None:
    async with other.engine.begin() as connection:
        await connection.execute(text("SET application_name = 'other'"))
        await connection.execute(_CUT_ALL_OTHERS)


async def tell(database: Database, key: str) -> None:
    async with database.transaction() as transaction:
        await Announcements(database).announce(transaction, "turns", key)


async def test_that_who_was_cut_off_looks_at_everything_and_hears_again(
    databases: tuple[Database, Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcements, "_RECONNECT_SECONDS", 0.05)
    ours, other = databases
    heard: asyncio.Queue[str] = asyncio.Queue()
    hearing = Announcements(ours)
    hearing.listen("turns", lambda key, _news: heard.put_nowait(key))
    hearing.listen_for_gaps(lambda: heard.put_nowait("gap"))
    async with asyncio.timeout(20), hearing.running():
        assert await heard.get() == "gap", "what was said before we listened may have been missed"
        await tell(other, "first")
        assert await heard.get() == "first"
        await cut_connections(other)
        assert await heard.get() == "gap"
        await tell(other, "second")
        assert await heard.get() == "second"


async def test_that_locks_work_again_after_their_connection_was_cut(databases: tuple[Database, Database]) -> None:
    ours, other = databases
    locks, foreign_locks = ConversationLocks(ours), ConversationLocks(other)
    async with locks.hold("a") as held:
        assert held
    await cut_connections(other)
    with pytest.raises(DBAPIError):
        async with locks.hold("a"):
            pass
    async with locks.hold("a") as held, foreign_locks.hold("a") as held_elsewhere:
        assert (held, held_elsewhere) == (True, False)
    await locks.close()
    await foreign_locks.close()

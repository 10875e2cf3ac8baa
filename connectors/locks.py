"""One worker at a time per conversation.

SQLite belongs to one service process, so a set in memory is enough. On PostgreSQL the locks are session-level advisory
locks on one connection of each process: they end with the process, whatever way that ends. Should the connection break
under a worker, the inbox still closes each message only once (:meth:`connectors.inbox.Inbox.finish`).
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kernel.database import Database

_NAMESPACE = 7_409_001
"""First key of our advisory locks, so that they meet nobody else's."""


class ConversationLocks:
    """Locks by conversation id; :meth:`hold` yields whether the lock was got, and never waits for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: set[str] = set()
        self._connection: AsyncConnection | None = None
        self._connection_in_use = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def hold(self, conversation_id: str) -> AsyncIterator[bool]:
        """Hold the lock of a conversation, if it is free."""
        if conversation_id in self._held:
            yield False
            return
        self._held.add(conversation_id)
        try:
            if self._database.is_sqlite:
                yield True
                return
            got = await self._call("pg_try_advisory_lock", conversation_id)
            try:
                yield got
            finally:
                if got:
                    await self._call("pg_advisory_unlock", conversation_id)
        finally:
            self._held.discard(conversation_id)

    async def close(self) -> None:
        """Give back the connection, and with it all locks."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _call(self, function: str, conversation_id: str) -> bool:
        statement = text(f"SELECT {function}(:namespace, :key)")
        async with self._connection_in_use:
            try:
                if self._connection is None:
                    # AUTOCOMMIT: holding a lock must not hold a transaction open, which keeps vacuum from its work.
                    connection = await self._database.engine.connect()
                    self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
                parameters = {"namespace": _NAMESPACE, "key": _key(conversation_id)}
                return bool((await self._connection.execute(statement, parameters)).scalar_one())
            except (DBAPIError, OSError):
                await self._drop()
                raise

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # Closing what is broken may fail as well; the next call must open a new one all the same.
            with contextlib.suppress(DBAPIError, OSError):
                await connection.invalidate()
                await connection.close()


def _key(conversation_id: str) -> int:
    return int.from_bytes(hashlib.blake2s(conversation_id.encode(), digest_size=4).digest(), signed=True)

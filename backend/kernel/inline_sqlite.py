"""SQLite on the event loop, for SQLAlchemy's ``aiosqlite`` dialect.

``aiosqlite`` sends every cursor, statement, fetch and close to a thread and back: about 0.1 ms each and four to a
statement, where SQLite itself needs a few microseconds. A turn of the chat would spend most of its time on hops. So the
statements run right here; what can really take long, another process holding the write lock, is waited for with
``asyncio.sleep`` and blocks nobody. Big reads and writes (imports) belong to a command of their own.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Sequence
from typing import Any, Self

_LOCK_PATIENCE_SECONDS = 10.0


class InlineCursor:
    """The part of ``aiosqlite.Cursor`` that SQLAlchemy uses."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> Self:
        give_up_at = 0.0
        while True:
            try:
                self._cursor.execute(operation, parameters)
                return self
            except sqlite3.OperationalError as error:
                # Only the begin of a transaction can safely be repeated; later statements hold the lock already.
                busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
                if not busy or self._cursor.connection.in_transaction:
                    raise
                give_up_at = give_up_at or time.monotonic() + _LOCK_PATIENCE_SECONDS
                if time.monotonic() > give_up_at:
                    raise
            await asyncio.sleep(random.uniform(0.002, 0.02))  # noqa: S311 (spreads retries, guards nothing)

    async def executemany(self, operation: str, parameters: Sequence[Sequence[Any]]) -> Self:
        self._cursor.executemany(operation, parameters)
        return self

    async def fetchone(self) -> Any:
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany(size or self.arraysize)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class InlineConnection:
    """The part of ``aiosqlite.Connection`` that SQLAlchemy uses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection: sqlite3.Connection | None = connection

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("no active connection")
        return self._connection

    def cursor(self) -> InlineCursor:
        return InlineCursor(self._open.cursor())

    async def execute(self, operation: str, parameters: Sequence[Any] = ()) -> InlineCursor:
        return await self.cursor().execute(operation, parameters)

    async def commit(self) -> None:
        self._open.commit()

    async def rollback(self) -> None:
        self._open.rollback()

    async def close(self) -> None:
        self.stop()

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        self._open.create_function(*arguments, **options)

    def stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


async def connect_inline(database: str, **options: Any) -> InlineConnection:
    """Open a database file: write-ahead log, foreign keys on, transactions left to SQLAlchemy's events."""
    options.pop("check_same_thread", None)
    connection = sqlite3.connect(database, isolation_level=None, timeout=0, check_same_thread=False, **options)
    # NORMAL: a commit survives the death of any process; only a power cut can take the last moments with it.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-32000"):
        for attempt in range(50):
            try:
                connection.execute(f"PRAGMA {pragma}")
                break
            except sqlite3.OperationalError:
                if attempt == 49:
                    raise
                await asyncio.sleep(0.1)
    return InlineConnection(connection)

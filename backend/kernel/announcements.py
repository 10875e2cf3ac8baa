"""Wake-ups between the parts of the service, told when a transaction has been committed.

On PostgreSQL they travel by ``NOTIFY``, so that any number of service processes hear one another; on SQLite there is
one process and they stay inside it. They may be missed (a broken connection): whoever listens also looks by itself
from time to time.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any

from sqlalchemy import text

from backend.kernel.background import running_in_background
from backend.kernel.database import Database, Transaction

logger = logging.getLogger(__name__)

Listener = Callable[[str, Any], None]
_POSTGRES_CHANNEL = "hcc"
_RECONNECT_SECONDS = 2.0
_NOTIFY = text("SELECT pg_notify(:channel, :payload)")


class Announcements:
    """Tells listeners of a topic that something about ``key`` has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[str, list[Listener]] = defaultdict(list)
        self._after_a_gap: list[Callable[[], None]] = []

    def listen(self, topic: str, listener: Listener) -> None:
        """Call ``listener(key, news)`` on the event loop for each announcement of ``topic``.

        ``news`` is what the announcer had at hand, if it was in this process; else None, and the listener must look.
        """
        self._listeners[topic].append(listener)

    def listen_for_gaps(self, listener: Callable[[], None]) -> None:
        """Call ``listener()`` whenever announcements may have been missed and everything must be looked at."""
        self._after_a_gap.append(listener)

    async def announce(self, transaction: Transaction, topic: str, key: str, news: Any = None) -> None:
        """Announce ``topic`` and ``key`` once the transaction has been committed."""
        transaction.after_commit(lambda: self._tell(topic, key, news))
        if not self._database.is_sqlite:
            # Our own connection hears it too; listeners do not mind hearing things twice.
            await transaction.execute(_NOTIFY, {"channel": _POSTGRES_CHANNEL, "payload": f"{topic} {key}"})

    def _tell(self, topic: str, key: str, news: Any) -> None:
        for listener in self._listeners[topic]:
            listener(key, news)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hear the announcements of other processes while this context is open."""
        if self._database.is_sqlite:
            yield
            return
        async with running_in_background(self._hear_postgres()):
            yield

    async def _hear_postgres(self) -> None:
        while True:
            try:
                await self._hear_until_lost()
                logger.warning("connection for announcements lost")
            except Exception as error:
                # Whatever it was (a server that is starting, a name that does not resolve): it may pass.
                logger.warning("cannot listen for announcements", extra={"problem": type(error).__name__})
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _hear_until_lost(self) -> None:
        # From the engine, so that all options of the database's address hold for this connection, too.
        async with self._database.engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            lost = asyncio.Event()
            driver.add_termination_listener(lambda _connection: lost.set())
            try:
                await driver.add_listener(_POSTGRES_CHANNEL, self._on_notification)
                for listener in self._after_a_gap:
                    listener()
                await lost.wait()
            finally:
                # It listens: nobody else may get it from the pool.
                await connection.invalidate()

    def _on_notification(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        topic, _, key = str(payload).partition(" ")
        self._tell(topic, key, None)

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
from sqlalchemy.engine import URL

from backend.kernel.database import Database, Transaction

logger = logging.getLogger(__name__)

Listener = Callable[[str, Any], None]
_POSTGRES_CHANNEL = "hcc"
_NOTIFY = text("SELECT pg_notify(:channel, :payload)")


class Announcements:
    """Tells listeners of a topic that something about ``key`` has changed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[str, list[Listener]] = defaultdict(list)

    def listen(self, topic: str, listener: Listener) -> None:
        """Call ``listener(key, news)`` on the event loop for each announcement of ``topic``.

        ``news`` is what the announcer had at hand, if it was in this process; else None, and the listener must look.
        """
        self._listeners[topic].append(listener)

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
        task = asyncio.create_task(self._hear_postgres(self._database.engine.url))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _hear_postgres(self, url: URL) -> None:
        import asyncpg

        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            try:
                connection = await asyncpg.connect(dsn)
            except (OSError, asyncpg.PostgresError) as error:
                logger.warning("cannot listen for announcements", extra={"problem": type(error).__name__})
                await asyncio.sleep(2)
                continue
            lost = asyncio.Event()
            connection.add_termination_listener(lambda _connection, lost=lost: lost.set())
            try:
                await connection.add_listener(_POSTGRES_CHANNEL, self._on_notification)
                await lost.wait()
            finally:
                await connection.close(timeout=2)

    def _on_notification(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        topic, _, key = str(payload).partition(" ")
        self._tell(topic, key, None)

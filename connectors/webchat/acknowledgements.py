"""Collects what browsers have shown and writes it down now and then: one transaction for many acknowledgements.

A lost one costs nothing: the message stays `awaiting_recipient` and is acknowledged again at the next visit.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from backend.kernel.background import running_in_background
from backend.kernel.database import Database
from connectors.outbox import Outbox

logger = logging.getLogger(__name__)

_FLUSH_SECONDS = 1.0


class Acknowledgements:
    """The highest ``seq`` shown, by conversation, until it is written."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        self._shown: dict[str, int] = {}

    def note(self, conversation_id: str, seq: int) -> None:
        """Note that everything up to ``seq`` has been shown."""
        self._shown[conversation_id] = max(seq, self._shown.get(conversation_id, 0))

    async def flush(self) -> None:
        """Write down what was noted."""
        shown, self._shown = self._shown, {}
        if not shown:
            return
        async with self._database.transaction() as transaction:
            for conversation_id, seq in shown.items():
                await self._outbox.acknowledge(transaction, conversation_id, seq)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Flush regularly while this context is open, and once more at its end."""
        try:
            async with running_in_background(self._flush_forever()):
                yield
        finally:
            await self.flush()

    async def _flush_forever(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            try:
                await self.flush()
            except Exception:
                logger.exception("acknowledgements could not be written")

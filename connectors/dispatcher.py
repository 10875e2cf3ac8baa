"""Takes messages from the inbox, one at a time per conversation, and sees that each is answered once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from backend.conversations.service import ConversationState
from backend.kernel.announcements import Announcements
from backend.kernel.clock import Clock
from backend.kernel.database import Database
from connectors.answering import Answerer, Postponed
from connectors.channel import Channels
from connectors.inbox import INBOX_TOPIC, AlreadyFinished, Inbox, WaitingMessage
from connectors.locks import ConversationLocks
from connectors.rasa_client import RasaClient

logger = logging.getLogger(__name__)

SCAN_SECONDS = 1.0
RASA_PROBE_SECONDS = 0.5
CONVERSATIONS_AT_ONCE = 64
SCAN_LIMIT = 500


class Dispatcher:
    """Runs one worker per conversation that has something waiting."""

    def __init__(
        self,
        *,
        database: Database,
        announcements: Announcements,
        clock: Clock,
        inbox: Inbox,
        answerer: Answerer,
        channels: Channels,
        rasa: RasaClient,
    ) -> None:
        self._database = database
        self._clock = clock
        self._inbox = inbox
        self._answerer = answerer
        self._channels = channels
        self._rasa = rasa
        self._locks = ConversationLocks(database)
        self._slots = asyncio.Semaphore(CONVERSATIONS_AT_ONCE)
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._woken_again: set[str] = set()
        self._running = False
        announcements.listen(INBOX_TOPIC, lambda conversation_id, _news: self.wake(conversation_id))

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer messages while this context is open; whatever is under way at its end is answered later, once."""
        self._running = True
        background = [asyncio.create_task(self._scan_forever()), asyncio.create_task(self._probe_rasa_forever())]
        try:
            yield
        finally:
            self._running = False
            tasks = [*background, *self._workers.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._locks.close()

    def wake(self, conversation_id: str) -> None:
        """Look at a conversation now."""
        if not self._running:
            return
        if conversation_id in self._workers:
            self._woken_again.add(conversation_id)
            return
        self._workers[conversation_id] = asyncio.create_task(self._work(conversation_id))

    async def _work(self, conversation_id: str) -> None:
        try:
            async with self._slots:
                again = True
                while again:
                    self._woken_again.discard(conversation_id)
                    async with self._locks.hold(conversation_id) as held:
                        if held:
                            await self._answer_all(conversation_id)
                    again = conversation_id in self._woken_again
        except AlreadyFinished:
            logger.info("another process has answered", extra={"conversation": conversation_id})
        except Exception:
            logger.exception("conversation worker failed", extra={"conversation": conversation_id})
        finally:
            self._workers.pop(conversation_id, None)

    async def _answer_all(self, conversation_id: str) -> None:
        while True:
            async with self._database.connection() as connection:
                waiting = await self._inbox.next_of(connection, conversation_id)
            if waiting is None or waiting[0].next_attempt_at > self._clock.now():
                return
            if not await self._answer(*waiting):
                return

    async def _answer(self, message: WaitingMessage, conversation: ConversationState) -> bool:
        channel = self._channels[conversation.channel]
        channel.show_typing(conversation.id, True)
        try:
            await self._answerer.answer(conversation, message)
        except Postponed:
            return False
        finally:
            channel.show_typing(conversation.id, False)
        return True

    async def _scan_forever(self) -> None:
        while True:
            try:
                for conversation_id in await self._inbox.conversations_due(SCAN_LIMIT):
                    if conversation_id not in self._workers:
                        self.wake(conversation_id)
            except Exception:
                logger.exception("inbox scan failed")
            await asyncio.sleep(SCAN_SECONDS)

    async def _probe_rasa_forever(self) -> None:
        while True:
            await self._answerer.rasa_is_missing.wait()
            logger.warning("rasa is unavailable; messages are kept")
            while not await self._rasa.is_ready():  # noqa: ASYNC110 (another process: nothing sets an event)
                await asyncio.sleep(RASA_PROBE_SECONDS)
            logger.warning("rasa is back")
            self._answerer.rasa_is_missing.clear()
            try:
                await self._inbox.wake_postponed()
                for conversation_id in await self._inbox.conversations_due(SCAN_LIMIT):
                    self.wake(conversation_id)
            except Exception:
                # The scan finds them all the same, only later.
                logger.exception("could not wake postponed messages")

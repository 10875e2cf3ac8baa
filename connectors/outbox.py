"""The durable outbox: replies are stored with their turn, then sent in order, each ending in a known state."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, exists, insert, select, update

from backend.conversations.model import Turn
from backend.conversations.service import Conversations, ConversationState, TurnView
from backend.kernel.announcements import Announcements
from backend.kernel.background import running_in_background
from backend.kernel.clock import Clock
from backend.kernel.database import Database, Transaction, table_of
from connectors.channel import Channel, Channels, Delivery, SendResult
from connectors.model import OUTBOX_TERMINAL, OutboxMessage, OutboxStatus

logger = logging.getLogger(__name__)

OUTBOX_TOPIC = "outbox"
MAX_ATTEMPTS = 48
"""With the delays below about four hours, as GOV.UK Notify does."""
_FIRST_DELAY_SECONDS = 5.0
_LONGEST_DELAY_SECONDS = 300.0
_IDLE_SCAN_SECONDS = 2.0
_LONGEST_ATTEMPT = timedelta(minutes=5)

_outbox = table_of(OutboxMessage)
_turns = table_of(Turn)
_o = _outbox.c
_INSERT = insert(_outbox)
_ACKNOWLEDGE = (
    update(_outbox)
    .where(
        _o.conversation_id == bindparam("b_conversation_id"),
        _o.seq <= bindparam("b_seq"),
        _o.status == OutboxStatus.AWAITING_RECIPIENT,
    )
    .values(status=OutboxStatus.DELIVERED)
)
# A process that died while sending leaves `sending`; whether the platform got it, nobody can tell.
_SETTLE_INTERRUPTED = (
    update(_outbox)
    .where(_o.status == OutboxStatus.SENDING, _o.next_attempt_at < bindparam("b_before"))
    .values(status=OutboxStatus.UNKNOWN, problem="interrupted")
)
_CLAIM = (
    update(_outbox)
    .where(_o.id == bindparam("b_id"), _o.status == OutboxStatus.PENDING)
    .values(status=OutboxStatus.SENDING, attempts=_o.attempts + 1, next_attempt_at=bindparam("b_now"))
    .returning(_o.id)
)
_earlier = _outbox.alias()
_UNSENT_BEFORE = exists().where(
    _earlier.c.conversation_id == _o.conversation_id,
    _earlier.c.seq < _o.seq,
    _earlier.c.status.not_in(OUTBOX_TERMINAL),
)
_DUE = (
    select(_o.id, _o.conversation_id, _o.channel, _o.idempotency_key, _o.attempts, _turns.c.content)
    .join(_turns, (_turns.c.conversation_id == _o.conversation_id) & (_turns.c.seq == _o.seq))
    .where(_o.status == OutboxStatus.PENDING, _o.next_attempt_at <= bindparam("b_now"), ~_UNSENT_BEFORE)
    .order_by(_o.id)
    .limit(bindparam("b_limit"))
)


def retry_delay(attempts: int) -> timedelta:
    """Return how long to wait after the ``attempts``-th failed attempt: 5 s, 10 s, … at most 5 minutes."""
    return timedelta(seconds=min(_LONGEST_DELAY_SECONDS, _FIRST_DELAY_SECONDS * 2 ** min(attempts - 1, 10)))


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message that may be sent now."""

    id: int
    conversation_id: str
    channel: str
    idempotency_key: str
    attempts: int
    content: dict[str, Any]


class Outbox:
    """Stores outgoing messages and sends those of push channels."""

    def __init__(
        self,
        database: Database,
        conversations: Conversations,
        announcements: Announcements,
        clock: Clock,
        channels: Channels,
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._announcements = announcements
        self._clock = clock
        self._channels = channels
        self._wake = asyncio.Event()
        announcements.listen(OUTBOX_TOPIC, lambda _key, _news: self._wake.set())

    async def add(
        self, transaction: Transaction, conversation: ConversationState, turns: Sequence[TurnView], *, key: str
    ) -> None:
        """Add messages in the transaction that stored their turns; ``key`` makes them unique."""
        channel = self._channels[conversation.channel]
        pulled = channel.delivery is Delivery.PULL
        now = self._clock.now()
        await transaction.execute(
            _INSERT,
            [
                {
                    "conversation_id": conversation.id,
                    "seq": turn.seq,
                    "channel": conversation.channel,
                    "idempotency_key": f"{key}:{place}",
                    "status": OutboxStatus.AWAITING_RECIPIENT if pulled else OutboxStatus.PENDING,
                    "attempts": 0,
                    "created_at": now,
                    "next_attempt_at": now,
                }
                for place, turn in enumerate(turns)
            ],
        )
        if not pulled:
            await self._announcements.announce(transaction, OUTBOX_TOPIC, conversation.id)

    async def acknowledge(self, transaction: Transaction, conversation_id: str, seq: int) -> None:
        """Note that the recipient's device has shown everything up to ``seq``."""
        await transaction.execute(_ACKNOWLEDGE, {"b_conversation_id": conversation_id, "b_seq": seq})

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send due messages of push channels while this context is open."""
        if all(channel.delivery is Delivery.PULL for channel in self._channels.values()):
            yield
            return
        await self._settle_interrupted()
        async with running_in_background(self._run()):
            yield

    async def _settle_interrupted(self) -> None:
        async with self._database.transaction() as transaction:
            await transaction.execute(_SETTLE_INTERRUPTED, {"b_before": self._clock.now() - _LONGEST_ATTEMPT})

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                while await self.send_due():
                    pass
            except Exception:
                logger.exception("outbox scan failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _IDLE_SCAN_SECONDS)

    async def send_due(self, limit: int = 50) -> int:
        """Send what is due, the oldest of each conversation first; return how many attempts were made."""
        async with self._database.connection() as connection:
            rows = await connection.execute(_DUE, {"b_now": self._clock.now(), "b_limit": limit})
            due = [DueMessage(*row) for row in rows]
        outcomes = await asyncio.gather(*(self._attempt(message) for message in due))
        return sum(outcomes)

    async def _attempt(self, message: DueMessage) -> bool:
        async with self._database.transaction() as transaction:
            claim = {"b_id": message.id, "b_now": self._clock.now()}
            if (await transaction.execute(_CLAIM, claim)).first() is None:
                return False
            conversation = await self._conversations.get(transaction.connection, message.conversation_id)
        # The transaction is closed before the platform is called: no connection waits for a slow provider.
        result = await self._send(self._channels[message.channel], conversation, message)
        outcome = update(_outbox).where(_o.id == message.id).values(**self._outcome(message, result))
        async with self._database.transaction() as transaction:
            await transaction.execute(outcome)
        return True

    async def _send(self, channel: Channel, conversation: ConversationState, message: DueMessage) -> SendResult:
        try:
            return await channel.send(conversation, message.content, idempotency_key=message.idempotency_key)
        except Exception:
            logger.exception("channel failed while sending", extra={"channel": channel.name, "outbox": message.id})
            return SendResult(OutboxStatus.UNKNOWN, problem="channel_error")

    def _outcome(self, message: DueMessage, result: SendResult) -> dict[str, Any]:
        attempts = message.attempts + 1
        values: dict[str, Any] = {
            "status": result.status,
            "provider_message_id": result.provider_message_id,
            "problem": result.problem,
        }
        if result.status is OutboxStatus.PENDING:
            if attempts >= MAX_ATTEMPTS:
                logger.error("message given up", extra={"channel": message.channel, "outbox": message.id})
                return values | {"status": OutboxStatus.FAILED, "problem": result.problem or "gave_up"}
            delay = retry_delay(attempts)
            if result.retry_after_seconds is not None:
                delay = max(delay, timedelta(seconds=result.retry_after_seconds))
            values["next_attempt_at"] = self._clock.now() + delay
        return values

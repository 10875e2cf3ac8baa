"""The durable inbox: a message is stored, with its turn, before anything slow happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations.model import Author
from backend.conversations.service import (
    CitizenTurn,
    Conversations,
    ConversationState,
    TurnView,
    conversation_state,
)
from backend.conversations.statements import STATE_COLUMNS, conversations
from backend.kernel.announcements import Announcements
from backend.kernel.clock import Clock, today_in_vietnam
from backend.kernel.database import Database, Transaction, table_of
from connectors.messages import IncomingMessage
from connectors.model import InboxMessage, InboxStatus
from vietnamese.personal_numbers import mask_national_ids

INBOX_TOPIC = "inbox"
TURNS_TOPIC = "turns"

_inbox = table_of(InboxMessage)
_i = _inbox.c
_INSERT = insert(_inbox)
_FIND = select(_i.conversation_id, _i.seq, _i.content, _i.received_at).where(
    _i.channel == bindparam("b_channel"),
    _i.channel_account == bindparam("b_account"),
    _i.provider_message_id == bindparam("b_provider_message_id"),
)
_MESSAGE_COLUMNS = (_i.id, _i.seq, _i.content, _i.attempts, _i.kept_at, _i.next_attempt_at)
_NEXT = (
    select(*_MESSAGE_COLUMNS, *STATE_COLUMNS)
    .join(conversations, conversations.c.id == _i.conversation_id)
    .where(_i.conversation_id == bindparam("b_conversation_id"), _i.status == InboxStatus.RECEIVED)
    .order_by(_i.sent_at, _i.id)
    .limit(1)
)
# A conversation whose oldest message was put aside waits as a whole: answers keep the order of the questions.
_CONVERSATIONS_DUE = (
    select(_i.conversation_id)
    .where(_i.status == InboxStatus.RECEIVED)
    .group_by(_i.conversation_id)
    .having(func.max(_i.next_attempt_at) <= bindparam("b_now"))
    .order_by(func.min(_i.received_at))
    .limit(bindparam("b_limit"))
)
_THIS = _i.id == bindparam("b_id")
_FINISH = (
    update(_inbox)
    .where(_THIS, _i.status == InboxStatus.RECEIVED)
    .values(status=bindparam("b_status"), reference=bindparam("b_reference"))
    .returning(_i.id)
)
_KEEP = update(_inbox).where(_THIS).values(next_attempt_at=bindparam("b_until"), kept_at=bindparam("b_now"))
_COUNT_FAILURE = update(_inbox).where(_THIS).values(next_attempt_at=bindparam("b_until"), attempts=_i.attempts + 1)
_WAKE_POSTPONED = (
    update(_inbox)
    .where(_i.status == InboxStatus.RECEIVED, _i.next_attempt_at > bindparam("b_now"))
    .values(next_attempt_at=bindparam("b_now"))
)


@dataclass(frozen=True, slots=True)
class Received:
    """Where an incoming message stands in its conversation."""

    conversation_id: str
    turn: TurnView
    is_duplicate: bool


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """The next message of a conversation that wants an answer."""

    id: int
    seq: int
    text: str
    payload: str | None
    attempts: int
    is_kept: bool
    """The citizen has been told that the message waits."""
    next_attempt_at: datetime


class AlreadyFinished(Exception):
    """Another worker has closed this message; the transaction that finds out must be rolled back."""


class Inbox:
    """Stores incoming messages exactly once and hands them out in order."""

    def __init__(
        self,
        database: Database,
        conversations: Conversations,
        announcements: Announcements,
        clock: Clock,
        *,
        rasa_session_idle: timedelta,
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._announcements = announcements
        self._clock = clock
        self._rasa_session_idle = rasa_session_idle

    async def receive(self, message: IncomingMessage) -> Received:
        """Store a message. The same provider id again returns where it was stored the first time."""
        try:
            async with self._database.transaction() as transaction:
                return await self._store(transaction, message)
        except IntegrityError:
            async with self._database.connection() as connection:
                duplicate = await _find(connection, message)
            if duplicate is None:
                raise
            return duplicate

    async def _store(self, transaction: Transaction, message: IncomingMessage) -> Received:
        now = self._clock.now()
        # The one place where what people write comes in: transcript, queue and bot see no national id.
        content: dict[str, Any] = {"text": mask_national_ids(message.text, today_in_vietnam(self._clock))}
        said = CitizenTurn(message.channel, message.account, message.user, content, message.client_id)
        conversation_id, turn = await self._conversations.append_citizen_turn(
            transaction, said, now=now, idle_limit=self._rasa_session_idle
        )
        await transaction.execute(
            _INSERT,
            {
                "channel": message.channel,
                "channel_account": message.account,
                "provider_message_id": message.provider_message_id,
                "conversation_id": conversation_id,
                "seq": turn.seq,
                "content": content if message.payload is None else content | {"payload": message.payload},
                "status": InboxStatus.RECEIVED,
                "attempts": 0,
                "sent_at": message.sent_at,
                "received_at": now,
                "next_attempt_at": now,
            },
        )
        await self._announcements.announce(transaction, INBOX_TOPIC, conversation_id)
        await self._announcements.announce(transaction, TURNS_TOPIC, conversation_id, [turn])
        return Received(conversation_id, turn, is_duplicate=False)

    async def next_of(
        self, connection: AsyncConnection, conversation_id: str
    ) -> tuple[WaitingMessage, ConversationState] | None:
        """Return the oldest unanswered message of a conversation, in the platform's order, due or not."""
        row = (await connection.execute(_NEXT, {"b_conversation_id": conversation_id})).first()
        if row is None:
            return None
        inbox_id, seq, content, attempts, kept_at, next_attempt_at = row[: len(_MESSAGE_COLUMNS)]
        message = WaitingMessage(
            id=inbox_id,
            seq=seq,
            text=content["text"],
            payload=content.get("payload"),
            attempts=attempts,
            is_kept=kept_at is not None,
            next_attempt_at=next_attempt_at,
        )
        return message, conversation_state(row[len(_MESSAGE_COLUMNS) :])

    async def conversations_due(self, limit: int) -> list[str]:
        """Return conversations with messages that may be answered now; those that waited longest first."""
        async with self._database.connection() as connection:
            values = {"b_now": self._clock.now(), "b_limit": limit}
            return list((await connection.execute(_CONVERSATIONS_DUE, values)).scalars())

    async def finish(
        self, transaction: Transaction, inbox_id: int, status: InboxStatus, *, reference: str | None = None
    ) -> None:
        """Close a message for good; raises :class:`AlreadyFinished` if somebody else has closed it."""
        values = {"b_id": inbox_id, "b_status": status, "b_reference": reference}
        if (await transaction.execute(_FINISH, values)).first() is None:
            raise AlreadyFinished

    async def keep(self, transaction: Transaction, inbox_id: int, *, now: datetime, until: datetime) -> None:
        """Put a message aside because nobody can answer now; that does not speak against the message."""
        await transaction.execute(_KEEP, {"b_id": inbox_id, "b_now": now, "b_until": until})

    async def count_failure(self, transaction: Transaction, inbox_id: int, *, until: datetime) -> None:
        """Put a message aside after an attempt that speaks against the message itself."""
        await transaction.execute(_COUNT_FAILURE, {"b_id": inbox_id, "b_until": until})

    async def wake_postponed(self) -> None:
        """Make every postponed message due now; called when Rasa is back."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_WAKE_POSTPONED, {"b_now": self._clock.now()})


async def _find(connection: AsyncConnection, message: IncomingMessage) -> Received | None:
    key = {
        "b_channel": message.channel,
        "b_account": message.account,
        "b_provider_message_id": message.provider_message_id,
    }
    row = (await connection.execute(_FIND, key)).first()
    if row is None:
        return None
    turn = TurnView(row.seq, Author.CITIZEN, {"text": row.content["text"]}, message.client_id, row.received_at)
    return Received(row.conversation_id, turn, is_duplicate=True)

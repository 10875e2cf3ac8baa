"""Use cases of conversations. Each works inside the caller's transaction or on its connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.conversations import statements
from backend.conversations.model import Author, Owner
from backend.kernel.database import Database, Transaction, insert_ignoring_conflict
from backend.kernel.ids import new_opaque_id


@dataclass(frozen=True, slots=True)
class ConversationState:
    """What a caller needs to know of a conversation before it acts."""

    id: str
    channel: str
    channel_account: str
    channel_user: str
    owner: Owner
    turn: int
    last_seq: int
    rasa_conversation_id: str
    slots: dict[str, Any]
    offered: list[dict[str, Any]]
    """The choices that the citizen was offered last, with their payloads."""


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn as it is read back."""

    seq: int
    author: Author
    content: dict[str, Any]
    client_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CitizenTurn:
    """What a citizen said, and who that is on which channel."""

    channel: str
    account: str
    user: str
    content: dict[str, Any]
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot, or the system in its place, wants to say in answer to one message."""

    contents: Sequence[dict[str, Any]]
    author: Author = Author.BOT
    intent: str | None = None
    confidence: float | None = None
    slots: dict[str, Any] | None = None
    """The dialogue's memory after this reply; None leaves it, and the choices offered last, as they are."""


def conversation_state(row: Any) -> ConversationState:
    """Return the state from a row of ``statements.STATE_COLUMNS``."""
    values: list[Any] = list(row)
    values[4] = Owner(values[4])
    return ConversationState(*values)


def _view(row: Any) -> TurnView:
    return TurnView(row[0], Author(row[1]), *row[2:])


class Conversations:
    """The use cases."""

    def __init__(self, database: Database) -> None:
        self._insert_conversation = insert_ignoring_conflict(
            database, statements.conversations, conflict_on=("channel", "channel_account", "channel_user")
        )

    async def find(
        self, connection: AsyncConnection, *, channel: str, account: str, user: str
    ) -> ConversationState | None:
        """Return the conversation of one person on one channel, if there is one."""
        key = {"b_channel": channel, "b_account": account, "b_user": user}
        row = (await connection.execute(statements.FIND_CONVERSATION, key)).first()
        return None if row is None else conversation_state(row)

    async def get(self, connection: AsyncConnection, conversation_id: str) -> ConversationState:
        """Return a conversation by its id; it must exist."""
        return conversation_state(
            (await connection.execute(statements.GET_CONVERSATION, {"b_id": conversation_id})).one()
        )

    async def open(self, transaction: Transaction, *, channel: str, account: str, user: str, now: datetime) -> None:
        """Open the conversation of one person on one channel, unless it is open."""
        await transaction.execute(
            self._insert_conversation,
            {
                "id": new_opaque_id(),
                "channel": channel,
                "channel_account": account,
                "channel_user": user,
                "owner": Owner.BOT,
                "turn": 0,
                "last_seq": 0,
                "rasa_conversation_id": new_opaque_id(),
                "slots": {},
                "offered": [],
                "created_at": now,
                "last_activity_at": now,
            },
        )

    async def append_citizen_turn(
        self, transaction: Transaction, said: CitizenTurn, *, now: datetime, idle_limit: timedelta
    ) -> tuple[str, TurnView]:
        """Store what a citizen said; return the conversation's id and the turn.

        The first message of a person opens the conversation. After ``idle_limit`` of silence the dialogue starts
        afresh under a new Rasa conversation id: Rasa hands its whole history to every action call, so long histories
        get slower and slower, and an old topic would confuse.
        """
        person = {"channel": said.channel, "account": said.account, "user": said.user}
        values = {
            "b_channel": said.channel,
            "b_account": said.account,
            "b_user": said.user,
            "b_now": now,
            "b_silent_before": now - idle_limit,
            "b_fresh_id": new_opaque_id(),
            "b_no_slots": {},
            "b_no_choices": [],
        }
        numbered = (await transaction.execute(statements.NUMBER_CITIZEN_TURN, values)).first()
        if numbered is None:
            await self.open(transaction, **person, now=now)
            numbered = (await transaction.execute(statements.NUMBER_CITIZEN_TURN, values)).one()
        reply = Reply([said.content], Author.CITIZEN)
        (turn,) = await _insert_turns(transaction, numbered.id, reply, numbered.last_seq, now, said.client_id)
        return numbered.id, turn

    async def append_reply(
        self, transaction: Transaction, conversation_id: str, reply: Reply, *, seen_turn: int, now: datetime
    ) -> list[TurnView] | None:
        """Store a reply, only if the bot still owns the conversation at ``seen_turn``.

        Returns its turns, or None if somebody else has taken over meanwhile: then nothing is stored.
        """
        values: dict[str, Any] = {
            "b_id": conversation_id,
            "b_turn": seen_turn,
            "b_count": len(reply.contents),
        }
        statement = statements.NUMBER_REPLY
        if reply.slots is not None:
            statement = statements.NUMBER_REPLY_AND_REMEMBER
            offers = [content["choices"] for content in reply.contents if content.get("choices")]
            values |= {"b_slots": reply.slots, "b_offered": offers[-1] if offers else []}
        last_seq = (await transaction.execute(statement, values)).scalar_one_or_none()
        return None if last_seq is None else await _insert_turns(transaction, conversation_id, reply, last_seq, now)

    async def append_staff_turn(
        self, transaction: Transaction, conversation_id: str, content: dict[str, Any], *, now: datetime
    ) -> TurnView | None:
        """Store what a member of staff says; None if staff do not own the conversation."""
        seq = (await transaction.execute(statements.NUMBER_STAFF_TURN, {"b_id": conversation_id})).scalar_one_or_none()
        if seq is None:
            return None
        return (await _insert_turns(transaction, conversation_id, Reply([content], Author.STAFF), seq, now))[0]

    async def change_owner(self, transaction: Transaction, conversation_id: str, owner: Owner) -> int | None:
        """Give the right to answer to ``owner`` and return the new ``turn``; None if ``owner`` has it already."""
        values = {"b_id": conversation_id, "b_owner": owner}
        return (await transaction.execute(statements.CHANGE_OWNER, values)).scalar_one_or_none()

    async def turns_after(
        self, connection: AsyncConnection, conversation_id: str, seq: int, *, latest: int | None = None
    ) -> list[TurnView]:
        """Return the turns above ``seq`` in order; with ``latest`` at most that many, the newest."""
        values: dict[str, Any] = {"b_id": conversation_id, "b_seq": seq}
        if latest is None:
            return [_view(row) for row in await connection.execute(statements.TURNS_AFTER, values)]
        rows = (await connection.execute(statements.LATEST_TURNS_AFTER, values | {"b_limit": latest})).all()
        return [_view(row) for row in reversed(rows)]

    async def find_turn(self, connection: AsyncConnection, conversation_id: str, seq: int) -> TurnView | None:
        """Return one turn of a conversation."""
        values = {"b_id": conversation_id, "b_seq": seq}
        row = (await connection.execute(statements.ONE_TURN, values)).first()
        return None if row is None else _view(row)


async def _insert_turns(
    transaction: Transaction,
    conversation_id: str,
    reply: Reply,
    last_seq: int,
    now: datetime,
    client_id: str | None = None,
) -> list[TurnView]:
    first_seq = last_seq - len(reply.contents) + 1
    turns = [
        TurnView(seq, reply.author, content, client_id, now) for seq, content in enumerate(reply.contents, first_seq)
    ]
    if turns:
        rows = [
            {
                "conversation_id": conversation_id,
                "seq": turn.seq,
                "author": turn.author,
                "content": turn.content,
                "client_id": client_id,
                "intent": reply.intent,
                "confidence": reply.confidence,
                "created_at": now,
            }
            for turn in turns
        ]
        await transaction.execute(statements.INSERT_TURN, rows)
    return turns

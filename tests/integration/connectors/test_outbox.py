"""Sending on push channels: retried, in order, never repeated blindly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from backend.conversations.service import Conversations, ConversationState, Reply
from backend.kernel.announcements import Announcements
from backend.kernel.clock import ManualClock
from backend.kernel.database import Database
from connectors.channel import SendResult
from connectors.model import OutboxMessage, OutboxStatus
from connectors.outbox import MAX_ATTEMPTS, Outbox
from tests.fakes.push_channel import FakePushChannel


class Sending:
    """An outbox with one push channel and one conversation."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock(datetime(2026, 11, 24, 8, tzinfo=UTC))
        self.channel = FakePushChannel()
        self.conversations = Conversations(database)
        channels = {self.channel.name: self.channel}
        self.outbox = Outbox(database, self.conversations, Announcements(database), self.clock, channels)
        self._number = 0

    async def conversation(self, user: str = "u1") -> ConversationState:
        async with self.database.transaction() as transaction:
            await self.conversations.open(
                transaction, channel=self.channel.name, account="", user=user, now=self.clock.now()
            )
            found = await self.conversations.find(
                transaction.connection, channel=self.channel.name, account="", user=user
            )
        assert found is not None
        return found

    async def reply(self, *texts: str, user: str = "u1") -> None:
        conversation = await self.conversation(user)
        self._number += 1
        async with self.database.transaction() as transaction:
            contents = [{"text": text} for text in texts]
            turns = await self.conversations.append_reply(
                transaction, conversation.id, Reply(contents), seen_turn=conversation.turn, now=self.clock.now()
            )
            assert turns is not None
            await self.outbox.add(transaction, conversation, turns, key=f"test:{self._number}")

    async def send_all(self) -> None:
        while await self.outbox.send_due():
            pass

    async def rows(self) -> list[OutboxMessage]:
        async with self.database.read() as session:
            return list((await session.execute(select(OutboxMessage).order_by(OutboxMessage.id))).scalars())


@pytest.fixture
def sending(database: Database) -> Sending:
    return Sending(database)


async def test_that_messages_of_a_conversation_are_sent_in_order(sending: Sending) -> None:
    await sending.reply("một", "hai")
    await sending.reply("ba")
    await sending.reply("x", user="u2")
    await sending.send_all()
    assert [text for user, text, _ in sending.channel.sent if user == "u1"] == ["một", "hai", "ba"]
    assert {row.status for row in await sending.rows()} == {OutboxStatus.SENT}


async def test_that_a_refused_message_is_tried_again_later_and_holds_back_what_follows(sending: Sending) -> None:
    sending.channel.behaviour = lambda text: SendResult(OutboxStatus.PENDING, problem="rate", retry_after_seconds=60)
    await sending.reply("một", "hai")
    await sending.send_all()
    assert [row.attempts for row in await sending.rows()] == [1, 0]
    sending.channel.behaviour = lambda text: SendResult(OutboxStatus.SENT)
    sending.clock.advance(timedelta(seconds=59))
    await sending.send_all()
    assert sending.channel.sent == []
    sending.clock.advance(timedelta(seconds=2))
    await sending.send_all()
    assert [text for _, text, _ in sending.channel.sent] == ["một", "hai"]


async def test_that_a_message_is_given_up_in_the_end_and_the_next_goes_on(sending: Sending) -> None:
    sending.channel.behaviour = lambda text: SendResult(
        OutboxStatus.PENDING if text == "một" else OutboxStatus.SENT, problem="down"
    )
    await sending.reply("một", "hai")
    for _ in range(MAX_ATTEMPTS):
        await sending.send_all()
        sending.clock.advance(timedelta(minutes=6))
    await sending.send_all()
    first, second = await sending.rows()
    assert (first.status, first.attempts, first.problem) == (OutboxStatus.FAILED, MAX_ATTEMPTS, "down")
    assert second.status == OutboxStatus.SENT


async def test_that_a_channel_that_breaks_while_sending_leaves_unknown_and_is_not_repeated(sending: Sending) -> None:
    def break_down(text: str) -> SendResult:
        raise ConnectionResetError

    sending.channel.behaviour = break_down
    await sending.reply("một")
    await sending.send_all()
    sending.clock.advance(timedelta(hours=1))
    sending.channel.behaviour = lambda text: SendResult(OutboxStatus.SENT)
    await sending.send_all()
    assert [row.status for row in await sending.rows()] == [OutboxStatus.UNKNOWN]
    assert sending.channel.sent == []


async def test_that_a_message_left_in_sending_by_a_dead_process_is_settled_as_unknown(sending: Sending) -> None:
    await sending.reply("một")
    async with sending.database.write() as session:
        await session.execute(update(OutboxMessage).values(status=OutboxStatus.SENDING))
    sending.clock.advance(timedelta(minutes=10))
    async with sending.outbox.running():
        pass
    assert [row.status for row in await sending.rows()] == [OutboxStatus.UNKNOWN]

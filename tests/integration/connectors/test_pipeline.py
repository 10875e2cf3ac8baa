"""What the pipeline promises: nothing lost, nothing twice, in order, and silent once somebody else has taken over."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from aiohttp import web
from sqlalchemy import select, update

from backend.conversations.model import Conversation, Owner, Turn
from backend.conversations.service import Conversations, Reply
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from connectors.model import InboxMessage, InboxStatus, OutboxMessage, OutboxStatus
from tests.fakes.rasa import FakeRasa, answer

from .conftest import RunningService, RunService


async def conversation_id_of(database: Database) -> str:
    async with database.read() as session:
        return (await session.execute(select(Conversation.id))).scalars().one()


async def test_that_messages_sent_while_rasa_is_down_are_kept_told_and_answered_once(
    service: RunningService, rasa: FakeRasa
) -> None:
    await rasa.stop()
    browser = service.browser()
    await browser.connect()
    await browser.say("một")
    notice = await browser.until_said("system")
    assert "đã lưu tin nhắn" in notice["content"]["text"]
    await browser.say("hai")
    await asyncio.sleep(0.3)
    await rasa.start()
    await browser.until_said("bot", seconds=15)
    await browser.until_said("bot", seconds=15)
    await asyncio.sleep(0.5)
    said = [entry for entry in browser.transcript if entry[0] == "bot"]
    assert said == [("bot", "Trả lời: một"), ("bot", "Trả lời: hai")]
    assert [entry for entry in browser.transcript if entry[0] == "system"] == [("system", notice["content"]["text"])]


async def test_that_a_service_killed_before_it_answered_answers_after_its_restart(
    run_service: RunService, rasa: FakeRasa
) -> None:
    rasa.hold.clear()
    async with run_service() as first:
        browser = first.browser()
        await browser.connect()
        await browser.say("một")
        await browser.until("accepted")
        await rasa.asked.wait()
    rasa.hold.set()
    async with run_service() as second:
        again = second.browser()
        await again.connect(browser.session)
        while ("bot", "Trả lời: một") not in again.transcript:
            await again.next_frame()
        await asyncio.sleep(0.5)
        last = second.browser()
        await last.connect(browser.session)
        assert last.transcript == [("citizen", "một"), ("bot", "Trả lời: một")]


async def test_that_one_conversation_is_served_one_message_at_a_time_in_order(
    service: RunningService, rasa: FakeRasa
) -> None:
    rasa.delay = 0.05
    browsers = [service.browser() for _ in range(4)]
    for browser in browsers:
        await browser.connect()
    for number in range(8):
        for browser in browsers:
            await browser.say(f"câu {number}")
    for browser in browsers:
        for _ in range(8):
            await browser.until_said("bot", seconds=20)
        said = [text for author, text in browser.transcript if author == "bot"]
        assert said == [f"Trả lời: câu {number}" for number in range(8)]
    assert rasa.most_at_once == 1


async def test_that_a_message_rasa_stumbles_over_ends_in_an_apology_with_a_reference(
    service: RunningService, rasa: FakeRasa, database: Database
) -> None:
    rasa.behaviour = lambda turn: (
        web.json_response({"error": {"code": "internal"}}, status=500) if "hỏng" in turn["text"] else answer("được")
    )
    browser = service.browser()
    await browser.connect()
    await browser.say("câu hỏng")
    await browser.say("câu lành")
    apology = await browser.until_said("system", seconds=20)
    async with database.read() as session:
        failed = (
            await session.execute(select(InboxMessage).where(InboxMessage.status == InboxStatus.FAILED))
        ).scalar_one()
    assert failed.reference and failed.reference in apology["content"]["text"]
    assert (await browser.until_said("bot"))["content"]["text"] == "được"


@pytest.mark.parametrize(
    "nonsense", [{}, {"messages": []}, {"messages": [{"text": ""}]}, {"messages": [{"html": "<b>"}]}]
)
async def test_that_a_nonsense_answer_never_reaches_the_citizen(
    service: RunningService, rasa: FakeRasa, nonsense: dict[str, object]
) -> None:
    rasa.behaviour = lambda turn: nonsense
    browser = service.browser()
    await browser.connect()
    await browser.say("xin chào")
    assert "1900 1023" in (await browser.until_said("system", "bot", seconds=20))["content"]["text"]


async def test_that_a_reply_computed_before_a_take_over_is_dropped(
    service: RunningService, rasa: FakeRasa, database: Database
) -> None:
    rasa.hold.clear()
    browser = service.browser()
    await browser.connect()
    await browser.say("xin chào")
    await rasa.asked.wait()
    conversation_id = await conversation_id_of(database)
    conversations = Conversations(database)
    async with database.transaction() as transaction:
        assert await conversations.change_owner(transaction, conversation_id, Owner.STAFF) == 1
    rasa.hold.set()
    await asyncio.sleep(0.5)
    assert await _authors(database) == ["citizen"]
    await browser.say("còn ai không")
    await asyncio.sleep(0.5)
    assert await _authors(database) == ["citizen", "citizen"]
    assert len(rasa.turns) == 1
    async with database.transaction() as transaction:
        assert await conversations.change_owner(transaction, conversation_id, Owner.BOT) == 2
    assert await browser.ask("xin chào lại") == "Trả lời: xin chào lại"


async def _authors(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.execute(select(Turn.author).order_by(Turn.seq))).scalars())


async def test_that_no_interleaving_lets_the_bot_speak_after_a_take_over(database: Database) -> None:
    conversations, clock = Conversations(database), SystemClock()
    for attempt in range(40):
        async with database.transaction() as transaction:
            await conversations.open(transaction, channel="webchat", account="", user=f"u{attempt}", now=clock.now())
            opened = await conversations.find(transaction.connection, channel="webchat", account="", user=f"u{attempt}")
        assert opened is not None

        async def reply(conversation_id: str = opened.id) -> bool:
            async with database.transaction() as transaction:
                turns = await conversations.append_reply(
                    transaction, conversation_id, Reply([{"text": "bot"}]), seen_turn=0, now=clock.now()
                )
            return turns is not None

        async def take_over(conversation_id: str = opened.id) -> None:
            async with database.transaction() as transaction:
                await conversations.change_owner(transaction, conversation_id, Owner.STAFF)
                await conversations.append_staff_turn(transaction, conversation_id, {"text": "staff"}, now=clock.now())

        await asyncio.gather(*([reply(), take_over(), reply()] if attempt % 2 else [take_over(), reply(), reply()]))
        async with database.connection() as connection:
            authors = [turn.author.value for turn in await conversations.turns_after(connection, opened.id, 0)]
        assert authors[authors.index("staff") + 1 :] == []
        assert not await reply()


async def test_that_the_dialogue_starts_afresh_after_an_hour_of_silence(
    service: RunningService, rasa: FakeRasa, database: Database
) -> None:
    rasa.behaviour = lambda turn: answer("được", slots={"procedure_code": "1.001193"})
    browser = service.browser()
    await browser.connect()
    await browser.ask("khai sinh")
    await browser.ask("lệ phí")
    assert rasa.turns[1]["slots"] == {"procedure_code": "1.001193"}
    assert rasa.turns[1]["conversation_id"] == rasa.turns[0]["conversation_id"]
    async with database.write() as session:
        await session.execute(update(Conversation).values(last_activity_at=SystemClock().now() - timedelta(minutes=61)))
    await browser.ask("lệ phí")
    assert rasa.turns[2]["slots"] == {}
    assert rasa.turns[2]["conversation_id"] != rasa.turns[0]["conversation_id"]


async def test_that_what_the_browser_has_shown_is_noted(service: RunningService, database: Database) -> None:
    browser = service.browser()
    await browser.connect()
    await browser.ask("xin chào")
    assert await _outbox_statuses(database) == [OutboxStatus.AWAITING_RECIPIENT]
    await browser.send({"type": "ack", "seq": browser.last_seq})
    for _ in range(50):
        if await _outbox_statuses(database) == [OutboxStatus.DELIVERED]:
            return
        await asyncio.sleep(0.1)
    pytest.fail("the acknowledgement was not written down")


async def _outbox_statuses(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.execute(select(OutboxMessage.status))).scalars())


async def test_that_two_service_processes_answer_each_message_once(
    run_service: RunService, rasa: FakeRasa, database: Database
) -> None:
    if database.is_sqlite:
        pytest.skip(
            "SQLite belongs to one service process; tests/integration/service/test_one_service.py holds it to that"
        )
    async with run_service() as one, run_service() as two:
        left, right = one.browser(), two.browser()
        await left.connect()
        await left.ask("một")
        await right.connect(left.session)
        for number in range(6):
            await (left if number % 2 else right).say(f"câu {number}")
        for browser in (left, right):
            for _ in range(6):
                await browser.until_said("bot", seconds=20)
        await asyncio.sleep(0.3)
        said = [text for author, text in left.transcript if author == "bot"]
        assert sorted(said) == sorted(["Trả lời: một", *(f"Trả lời: câu {number}" for number in range(6))])
        assert left.transcript[2:] == right.transcript[2:]
        assert len(rasa.turns) == 7


@pytest.mark.parametrize("typed", ["056088001234", "056 088 001 234", "cmnd 225123456", "０５６０８８００１２３４"])
async def test_that_a_national_id_is_masked_before_anything_keeps_it(
    service: RunningService, database: Database, rasa: FakeRasa, typed: str
) -> None:
    browser = service.browser()
    await browser.connect()
    await browser.say(f"căn cước {typed}, gọi 0905123456, mã H32.15-251103-0012")
    await browser.until_said("bot")
    async with database.read() as session:
        kept = [*(await session.execute(select(Turn.content))).scalars()]
        kept += (await session.execute(select(InboxMessage.content))).scalars()
    everything = json.dumps([kept, [turn["text"] for turn in rasa.turns]], ensure_ascii=False)
    assert typed not in everything
    assert everything.count("•••, gọi 0905123456, mã H32.15-251103-0012") >= 3


async def test_that_no_personal_data_is_logged(
    service: RunningService, rasa: FakeRasa, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="connectors")
    caplog.set_level("DEBUG", logger="backend")
    rasa.behaviour = lambda turn: web.json_response({"error": {}}, status=500)
    browser = service.browser()
    await browser.connect()
    await browser.say("CCCD 056090001234, SĐT 0905123456, hồ sơ H32.15-251103-0012")
    await browser.until_said("system", seconds=20)
    assert caplog.records
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    for secret in ("056090001234", "0905123456", "251103"):
        assert secret not in logged

"""What the bot did not understand reaches the learning queue, and never harms the answer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from sqlalchemy import select, text

from backend.kernel.database import Database
from backend.learning.model import Lesson
from tests.fakes.rasa import FakeRasa, answer

from .conftest import RunningService

SENTENCE = "mần răng chừ, gọi 0905123456"


def unsure(**lesson: Any) -> dict[str, Any]:
    ranking = [{"intent": "help", "confidence": 0.21}, {"intent": "stop", "confidence": 0.2}]
    return answer("Ý Anh/Chị là …?", ranking=ranking, understood=False, lesson=lesson)


async def queued(database: Database) -> list[Lesson]:
    async with database.read() as session:
        return list(await session.scalars(select(Lesson)))


async def test_that_a_marked_answer_is_queued_without_who_asked(
    service: RunningService, rasa: FakeRasa, database: Database
) -> None:
    rasa.behaviour = lambda turn: unsure(reason="asked", text=turn["text"], found=["1.001193"])
    browser = service.browser()
    await browser.connect()
    await browser.say(SENTENCE)
    await browser.until_said("bot")
    async with asyncio.timeout(5):
        while not (lessons := await queued(database)):  # noqa: ASYNC110 (nothing tells when it is written)
            await asyncio.sleep(0.02)
    (lesson,) = lessons
    assert lesson.text == "mần răng chừ, gọi [điện thoại]"
    assert (lesson.reason, lesson.channel, lesson.found) == ("asked", "webchat", ["1.001193"])
    assert [guess["intent"] for guess in lesson.guesses] == ["help", "stop"]
    async with database.connection() as connection:
        conversation = (await connection.execute(text("SELECT id, rasa_conversation_id FROM conversations"))).one()
        row = str((await connection.execute(text("SELECT * FROM lessons"))).one())
    assert not any(identity in row for identity in conversation)


async def test_that_an_answer_without_a_mark_is_not_queued(
    service: RunningService, rasa: FakeRasa, database: Database
) -> None:
    browser = service.browser()
    await browser.connect()
    await browser.say(SENTENCE)
    await browser.until_said("bot")
    await asyncio.sleep(0.1)
    assert await queued(database) == []


@pytest.mark.parametrize(
    "lesson",
    [
        {"reason": "no such reason", "text": "x"},
        {"reason": "asked"},
        {"reason": "asked", "text": "x", "found": 3},
        "nonsense",
    ],
)
async def test_that_a_mark_that_does_not_fit_costs_nobody_the_answer(
    service: RunningService,
    rasa: FakeRasa,
    database: Database,
    lesson: Any,
) -> None:
    rasa.behaviour = lambda turn: answer("Dạ.", lesson=lesson, ranking="?")
    browser = service.browser()
    await browser.connect()
    await browser.say(SENTENCE)
    assert (await browser.until_said("bot"))["content"]["text"] == "Dạ."
    await asyncio.sleep(0.1)
    assert await queued(database) == []


async def test_that_a_queue_that_cannot_be_written_costs_nobody_the_answer_and_tells_no_words(
    service: RunningService, rasa: FakeRasa, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with database.transaction() as transaction:
        await transaction.execute(text("DROP TABLE lessons"))
    rasa.behaviour = lambda turn: unsure(reason="asked", text=turn["text"])
    browser = service.browser()
    await browser.connect()
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            await browser.say(SENTENCE)
            await browser.until_said("bot")
        await asyncio.sleep(0.1)
    assert "lesson not queued" in caplog.text
    assert "0905123456" not in caplog.text

"""The queue of what was not understood: masked, counted, bounded, forgotten in time."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from backend.kernel.clock import ManualClock
from backend.kernel.database import Database
from backend.learning.model import Lesson, LessonStatus, Reason
from backend.learning.service import Decision, Guess, LearningQueue, Misunderstanding

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)  # 25 November in Viet Nam


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def queue(database: Database, clock: ManualClock) -> LearningQueue:
    return LearningQueue(database, clock, days=90)


def written(sentence: str, reason: Reason = Reason.ASKED, *guesses: tuple[str, float]) -> Misunderstanding:
    return Misunderstanding(sentence, reason, "webchat", [Guess(*guess) for guess in guesses], ["1.001193"])


async def lessons(queue: LearningQueue, status: LessonStatus | None = None) -> list[Lesson]:
    return list((await queue.page(status=status, reason=None, offset=0, limit=100)).lessons)


async def test_that_a_sentence_is_kept_masked_with_what_the_bot_made_of_it(queue: LearningQueue) -> None:
    sentence = "em tên Lan sđt 0905123456, hồ sơ H32.15-251103-0012 sao hông thấy chi"
    assert await queue.add(written(sentence, Reason.ASKED, ("check_dossier", 0.2912), ("stop", 0.2)))
    (lesson,) = await lessons(queue)
    assert lesson.text == "em tên [tên] sđt [điện thoại], hồ sơ [mã hồ sơ] sao hông thấy chi"
    assert lesson.guesses == [{"intent": "check_dossier", "confidence": 0.291}, {"intent": "stop", "confidence": 0.2}]
    assert (lesson.found, lesson.channel, lesson.reason) == (["1.001193"], "webchat", "asked")
    assert (lesson.count, lesson.first_day, lesson.status) == (1, date(2026, 11, 25), "waiting")


async def test_that_nothing_personal_is_anywhere_in_the_table(queue: LearningQueue, database: Database) -> None:
    await queue.add(written("tôi tên Nguyễn Văn An cccd 056123456789 mail an@x.vn nhà cháu bị chi rứa"))
    async with database.connection() as connection:
        rows = (await connection.execute(text("SELECT * FROM lessons"))).all()
    stored = str(rows).lower()
    assert not any(part in stored for part in ("nguyễn", "nguyen", "056123456789", "an@x.vn"))


async def test_that_the_same_sentence_is_counted_however_it_is_spelled(
    queue: LearningQueue, clock: ManualClock
) -> None:
    await queue.add(written("Mần răng chừ?", Reason.ASKED, ("help", 0.2)))
    clock.advance(timedelta(days=2))
    await queue.add(written("man rang chu", Reason.GAVE_UP, ("ask_steps", 0.25)))
    (lesson,) = await lessons(queue)
    assert (lesson.text, lesson.count, lesson.reason) == ("Mần răng chừ?", 2, "gave_up")
    assert (lesson.first_day, lesson.last_day) == (date(2026, 11, 25), date(2026, 11, 27))
    assert lesson.guesses == [{"intent": "ask_steps", "confidence": 0.25}]


async def test_that_a_rejection_is_no_second_time_and_keeps_the_guesses(queue: LearningQueue) -> None:
    await queue.add(written("mần răng chừ", Reason.ASKED, ("help", 0.2)))
    await queue.add(Misunderstanding("mần răng chừ", Reason.REJECTED, "webchat"))
    (lesson,) = await lessons(queue)
    assert (lesson.count, lesson.reason, lesson.guesses[0]["intent"]) == (1, "rejected", "help")
    await queue.add(Misunderstanding("câu khác", Reason.REJECTED, "webchat"))
    assert [lesson.count for lesson in await lessons(queue)] == [1, 1]


@pytest.mark.parametrize("sentence", ["0905123456", "H32.15-251103-0012", "👍", "   ", "Tôi tên Nguyễn Văn An"[8:]])
async def test_that_what_is_nothing_but_personal_is_not_kept(queue: LearningQueue, sentence: str) -> None:
    assert not await queue.add(written(sentence))
    assert await lessons(queue) == []


async def test_that_a_very_long_sentence_is_cut(queue: LearningQueue) -> None:
    assert await queue.add(written("dạ cho hỏi " * 300))
    (lesson,) = await lessons(queue)
    assert len(lesson.text) <= 300


async def test_that_sentences_are_forgotten_after_their_time(queue: LearningQueue, clock: ManualClock) -> None:
    await queue.add(written("câu cũ"))
    clock.advance(timedelta(days=60))
    await queue.add(written("câu mới"))
    clock.advance(timedelta(days=31))
    assert await queue.forget_old() == 1
    assert [lesson.text for lesson in await lessons(queue)] == ["câu mới"]


async def test_that_nothing_is_queued_where_that_is_switched_off(database: Database, clock: ManualClock) -> None:
    queue = LearningQueue(database, clock, days=0)
    assert not await queue.add(written("mần răng chừ"))
    assert await lessons(queue) == []


async def test_that_a_flood_neither_grows_the_table_nor_drives_out_what_many_ask(
    database: Database, clock: ManualClock
) -> None:
    queue = LearningQueue(database, clock, days=90, most=60)
    for _ in range(3):
        await queue.add(written("mần răng chừ"))
    for number in range(150):
        await queue.add(written(f"câu vớ vẩn chữ {chr(97 + number % 26)}{chr(97 + number // 26)}"))
    kept = await lessons(queue)
    assert len(kept) <= 60
    assert kept[0].text == "mần răng chừ"


async def test_that_two_at_once_are_both_counted(queue: LearningQueue) -> None:
    await asyncio.gather(*(queue.add(written("mần răng chừ")) for _ in range(8)))
    (lesson,) = await lessons(queue)
    assert lesson.count == 8


async def test_that_a_decision_takes_a_sentence_from_the_waiting_ones(queue: LearningQueue, clock: ManualClock) -> None:
    await queue.add(written("mần răng chừ"))
    await queue.add(written("câu khác"))
    lesson = next(lesson for lesson in await lessons(queue) if lesson.text == "mần răng chừ")
    decision = Decision(LessonStatus.DONE, "intent ask_steps", "chị Hoa", clock.now())
    assert await queue.decide(lesson.id, decision)
    assert [waiting.text for waiting in await lessons(queue, LessonStatus.WAITING)] == ["câu khác"]
    decided = await queue.get(lesson.id)
    assert decided is not None
    assert (decided.status, decided.decision, decided.decided_by) == ("done", "intent ask_steps", "chị Hoa")
    assert decided.decided_at == NOW
    assert not await queue.decide(10_000, decision)

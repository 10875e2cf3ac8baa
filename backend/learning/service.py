"""Use cases of the learning queue: what the service puts in, and what a trainer makes of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from backend.kernel.background import running_in_background
from backend.kernel.clock import Clock, today_in_vietnam
from backend.kernel.database import Database, insert_ignoring_conflict
from backend.learning import statements
from backend.learning.model import LONGEST_TEXT, Lesson, LessonStatus, Reason
from vietnamese.folding import fold, tokens
from vietnamese.masking import MASKS, masked

logger = logging.getLogger(__name__)

MOST_LESSONS = 5000
_ROOM_MADE_AT_ONCE = 50
_GUESSES_KEPT = 3
_CODES_KEPT = 5
_LONGEST_NAME = 40
_SWEEP_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class Guess:
    """An intent that the classifier took a sentence for."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Misunderstanding:
    """A sentence as it was written, and what the bot made of it."""

    text: str
    reason: Reason
    channel: str
    guesses: Sequence[Guess] = ()
    found: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a trainer has made of a sentence."""

    status: LessonStatus
    what: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LessonPage:
    """Some of the lessons that were asked for, and how many there are."""

    lessons: Sequence[Lesson]
    total: int


class LearningQueue:
    """The queue. ``days`` is how long a sentence is kept after it was last written; with 0 none is queued."""

    def __init__(self, database: Database, clock: Clock, *, days: int, most: int = MOST_LESSONS) -> None:
        self._database = database
        self._clock = clock
        self._days = days
        self._most = most
        self._insert = insert_ignoring_conflict(database, statements.lessons, conflict_on=("folded",))

    async def add(self, misunderstood: Misunderstanding) -> bool:
        """Queue a sentence, masked; False where nothing is left of it or nothing is queued."""
        today = today_in_vietnam(self._clock)
        text = masked(misunderstood.text, today)[:LONGEST_TEXT].strip()
        folded = folded_key(text)
        if not self._days or not folded:
            return False
        values = _values_of(misunderstood, folded, today)
        statement = statements.SEE_AGAIN_WITH_GUESSES if values["b_guesses"] else statements.SEE_AGAIN
        async with self._database.transaction() as transaction:
            if (await transaction.execute(statement, values)).first() is not None:
                return True
            stored: int = (await transaction.execute(statements.COUNT_ALL)).scalar_one()
            if stored >= self._most:
                surplus = stored - self._most + _ROOM_MADE_AT_ONCE
                await transaction.execute(statements.MAKE_ROOM, {"b_surplus": surplus})
            inserted = await transaction.execute(
                self._insert,
                {
                    "folded": folded,
                    "text": text,
                    "reason": misunderstood.reason,
                    "guesses": values["b_guesses"],
                    "found": values["b_found"],
                    "channel": values["b_channel"],
                    "count": 1,
                    "first_day": today,
                    "last_day": today,
                    "status": LessonStatus.WAITING,
                },
            )
            if inserted.first() is None:
                # Another process has queued the same sentence meanwhile.
                await transaction.execute(statement, values)
        return True

    async def forget_old(self) -> int:
        """Delete what was last written longer ago than it may be kept; return how many."""
        oldest = today_in_vietnam(self._clock) - timedelta(days=self._days)
        async with self._database.transaction() as transaction:
            return (await transaction.execute(statements.FORGET_OLD, {"b_day": oldest})).rowcount

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep to the time limit while this context is open."""
        async with running_in_background(self._forget_forever()):
            yield

    async def _forget_forever(self) -> None:
        while True:
            try:
                if forgotten := await self.forget_old():
                    logger.info("old lessons forgotten", extra={"count": forgotten})
            except Exception:
                logger.exception("old lessons could not be forgotten")
            await asyncio.sleep(_SWEEP_SECONDS)

    async def page(self, *, status: LessonStatus | None, reason: Reason | None, offset: int, limit: int) -> LessonPage:
        """Return lessons, the most often written first."""
        wanted = [Lesson.status == status] if status else []
        wanted += [Lesson.reason == reason] if reason else []
        order = (Lesson.count.desc(), Lesson.last_day.desc(), Lesson.id)
        async with self._database.read() as session:
            total = await session.scalar(select(func.count()).select_from(Lesson).where(*wanted)) or 0
            rows = await session.scalars(select(Lesson).where(*wanted).order_by(*order).offset(offset).limit(limit))
            return LessonPage(rows.all(), total)

    async def get(self, lesson_id: int) -> Lesson | None:
        """Return one lesson."""
        async with self._database.read() as session:
            return await session.get(Lesson, lesson_id)

    async def decide(self, lesson_id: int, decision: Decision) -> bool:
        """Note what was made of a lesson; False if it is gone."""
        values = {
            "b_id": lesson_id,
            "b_status": decision.status,
            "b_decision": decision.what,
            "b_by": decision.by,
            "b_at": decision.at,
        }
        async with self._database.transaction() as transaction:
            return (await transaction.execute(statements.DECIDE, values)).first() is not None


def folded_key(text: str) -> str:
    """Return what two writings of one sentence share; empty where only masks and signs are left."""
    for mask in MASKS:
        text = text.replace(mask, " ")
    return " ".join(tokens(fold(text)))[:LONGEST_TEXT]


def _values_of(misunderstood: Misunderstanding, folded: str, today: date) -> dict[str, object]:
    # Whoever turns a suggestion down was counted when it was made.
    is_new = misunderstood.reason is not Reason.REJECTED
    return {
        "b_folded": folded,
        "b_reason": misunderstood.reason,
        "b_channel": misunderstood.channel[:20],
        "b_day": today,
        "b_more": 1 if is_new else 0,
        "b_guesses": [
            {"intent": guess.intent[:_LONGEST_NAME], "confidence": round(guess.confidence, 3)}
            for guess in misunderstood.guesses[:_GUESSES_KEPT]
        ],
        "b_found": [code[:_LONGEST_NAME] for code in misunderstood.found[:_CODES_KEPT]],
    }

"""Hands what the bot could learn from an answer to the learning queue; whatever fails here, the answer is given."""

from __future__ import annotations

import asyncio
import logging
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from backend.learning.model import Reason
from backend.learning.service import Guess, LearningQueue, Misunderstanding
from connectors.rasa_client import RasaAnswer

logger = logging.getLogger(__name__)

_PATIENCE_SECONDS = 3.0


class _Lesson(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    reason: Reason
    text: Annotated[str, Field(min_length=1, max_length=8000)]
    found: list[str] = []


_GUESSES = TypeAdapter(list[Guess])


async def learn_from(answer: RasaAnswer, channel: str, queue: LearningQueue) -> None:
    """Queue the sentence that an answer of Rasa's marks, if it marks one."""
    if answer.lesson is None:
        return
    try:
        lesson = _Lesson.model_validate(answer.lesson)
        # On a rejection the guesses are about the "no", not about the sentence.
        guesses = [] if lesson.reason is Reason.REJECTED else _GUESSES.validate_python(answer.ranking)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await queue.add(Misunderstanding(lesson.text, lesson.reason, channel, guesses, lesson.found))
    except Exception:
        logger.exception("lesson not queued")

"""The queue of sentences that the bot may not have understood."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.database import Base, BigId, UtcDateTime

LONGEST_TEXT = 300


class Reason(StrEnum):
    """Why a sentence is queued."""

    UNSURE = "unsure"
    """The intent was below the threshold; the search found an answer all the same."""
    ASKED = "asked"
    """The bot asked back with suggestions."""
    GAVE_UP = "gave_up"
    """The bot offered a person, after the second misunderstanding."""
    NOT_FOUND = "not_found"
    """The search turned the sentence away."""
    REFUSED = "refused"
    """The bot took it for no authority's business, without being sure."""
    REJECTED = "rejected"
    """The citizen turned down what was suggested."""


class LessonStatus(StrEnum):
    """What the trainer has made of it."""

    WAITING = "waiting"
    DONE = "done"
    DISMISSED = "dismissed"


class Lesson(Base):
    """One sentence, masked, however often it was written; who wrote it, and in which conversation, is not kept."""

    __tablename__ = "lessons"
    __table_args__ = (
        CheckConstraint(
            "reason IN ('unsure', 'asked', 'gave_up', 'not_found', 'refused', 'rejected')",
            name="reason",
        ),
        CheckConstraint("status IN ('waiting', 'done', 'dismissed')", name="status"),
        Index("ix_lessons_status_count", "status", "count"),
        Index("ix_lessons_last_day", "last_day"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    folded: Mapped[str] = mapped_column(String(LONGEST_TEXT), unique=True)
    """What makes two sentences the same: without diacritics and punctuation."""
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    """As it was written first, masked."""
    reason: Mapped[str] = mapped_column(String(10))
    guesses: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The classifier's best intents with their confidences, the last time."""
    found: Mapped[list[str]] = mapped_column(JSON)
    """Codes of the procedures that the search brought, the last time."""
    channel: Mapped[str] = mapped_column(String(20))
    count: Mapped[int] = mapped_column(Integer)
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(10), default=LessonStatus.WAITING)
    decision: Mapped[str | None] = mapped_column(String(120))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

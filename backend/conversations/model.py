"""Tables of conversations: who may answer, and every turn that was said."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.database import Base, BigId, UtcDateTime


class Owner(StrEnum):
    """Who answers the citizen now."""

    BOT = "bot"
    STAFF = "staff"
    NOBODY = "nobody"


class Author(StrEnum):
    """Who said a turn."""

    CITIZEN = "citizen"
    BOT = "bot"
    STAFF = "staff"
    SYSTEM = "system"


class Conversation(Base):
    """One citizen on one channel. ``turn`` rises whenever the right to answer changes hands."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("channel", "channel_account", "channel_user"),
        CheckConstraint("owner IN ('bot', 'staff', 'nobody')", name="owner"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    channel_account: Mapped[str] = mapped_column(String(64), default="")
    channel_user: Mapped[str] = mapped_column(String(128))
    owner: Mapped[str] = mapped_column(String(8), default=Owner.BOT)
    turn: Mapped[int] = mapped_column(Integer, default=0)
    last_seq: Mapped[int] = mapped_column(Integer, default=0)
    rasa_conversation_id: Mapped[str] = mapped_column(String(22))
    slots: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    offered: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """The choices of the newest reply, so that a typed "2" can be understood."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_activity_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Turn(Base):
    """One thing said. ``seq`` counts from 1 in each conversation without a gap."""

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        CheckConstraint("author IN ('citizen', 'bot', 'staff', 'system')", name="author"),
        Index("ix_turns_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(Integer)
    author: Mapped[str] = mapped_column(String(8))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    client_id: Mapped[str | None] = mapped_column(String(64))
    """The id that the citizen's device gave to its own message."""
    intent: Mapped[str | None] = mapped_column(String(40))
    """On a bot's turn: what the bot had understood when it said this."""
    confidence: Mapped[float | None] = mapped_column(Float)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

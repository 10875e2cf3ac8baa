"""Tables of the durable inbox and outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.database import Base, BigId, UtcDateTime


class InboxStatus(StrEnum):
    """What has become of an incoming message."""

    RECEIVED = "received"
    PROCESSED = "processed"
    FAILED = "failed"


class OutboxStatus(StrEnum):
    """What has become of an outgoing message."""

    PENDING = "pending"
    AWAITING_RECIPIENT = "awaiting_recipient"
    """On a channel that the recipient's device pulls from: shown as soon as the device asks."""
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The platform may or may not have it (a time-out, a crash while sending); never repeated blindly."""


OUTBOX_TERMINAL = frozenset({OutboxStatus.SENT, OutboxStatus.DELIVERED, OutboxStatus.FAILED, OutboxStatus.UNKNOWN})


class InboxMessage(Base):
    """An incoming message, stored before anything slow happens."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "channel_account", "provider_message_id"),
        Index("ix_inbox_due", "status", "next_attempt_at"),
        Index("ix_inbox_conversation", "conversation_id", "status", "sent_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    channel_account: Mapped[str] = mapped_column(String(64))
    provider_message_id: Mapped[str] = mapped_column(String(128))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(10), default=InboxStatus.RECEIVED)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the message waits for Rasa to come back; the citizen has been told."""
    reference: Mapped[str | None] = mapped_column(String(16))
    """Named to the citizen when the message could not be answered."""


class OutboxMessage(Base):
    """An outgoing message; its words are the turn ``(conversation_id, seq)``."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("idempotency_key"),
        Index("ix_outbox_due", "status", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int] = mapped_column(Integer)
    channel: Mapped[str] = mapped_column(String(20))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    provider_message_id: Mapped[str | None] = mapped_column(String(128))
    problem: Mapped[str | None] = mapped_column(String(60))
    """A class of failure, never the platform's own text: that may quote the person."""

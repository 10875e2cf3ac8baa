"""What a channel is to the pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from backend.conversations.service import ConversationState
from connectors.model import OutboxStatus


class Delivery(StrEnum):
    """How messages reach the recipient."""

    PUSH = "push"
    """We call the platform for each message."""
    PULL = "pull"
    """The recipient's device fetches what it has not seen (web chat)."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one attempt to send."""

    status: OutboxStatus
    """``SENT``, ``FAILED`` (for good), ``UNKNOWN``, or ``PENDING`` to be tried again."""
    provider_message_id: str | None = None
    problem: str | None = None
    retry_after_seconds: float | None = None


class Channel(Protocol):
    """One way to talk with citizens."""

    name: str
    delivery: Delivery

    async def send(
        self, conversation: ConversationState, content: dict[str, Any], *, idempotency_key: str
    ) -> SendResult:
        """Hand one message to the platform. Only called when ``delivery`` is ``PUSH``."""
        ...

    def show_typing(self, conversation_id: str, on: bool) -> None:
        """Show the citizen that an answer is being worked on, where the channel can; never fails."""
        ...


Channels = Mapping[str, Channel]

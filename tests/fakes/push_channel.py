"""A platform that we push to, as Zalo or Messenger are: it can refuse, be slow, or stay silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.conversations.service import ConversationState
from connectors.channel import Delivery, SendResult
from connectors.model import OutboxStatus


class FakePushChannel:
    """Records what it was sent; ``behaviour`` decides each outcome."""

    name = "fakepush"
    delivery = Delivery.PUSH

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.behaviour: Callable[[str], SendResult] = lambda text: SendResult(OutboxStatus.SENT, f"platform-{text}")

    async def send(
        self, conversation: ConversationState, content: dict[str, Any], *, idempotency_key: str
    ) -> SendResult:
        result = self.behaviour(content["text"])
        if result.status is OutboxStatus.SENT:
            self.sent.append((conversation.channel_user, content["text"], idempotency_key))
        return result

    def show_typing(self, conversation_id: str, on: bool) -> None:
        return None

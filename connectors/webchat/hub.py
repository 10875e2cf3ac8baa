"""The open browser connections of this process, by conversation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Protocol

from backend.conversations.service import ConversationState, TurnView
from backend.kernel.announcements import Announcements
from connectors.channel import Delivery, SendResult
from connectors.inbox import TURNS_TOPIC
from connectors.model import OutboxStatus

CHANNEL_NAME = "webchat"


class BrowserConnection(Protocol):
    """One open WebSocket."""

    def turns_changed(self, turns: Sequence[TurnView] | None) -> None:
        """There is something new to show: ``turns``, or, if None, whatever the database holds."""
        ...

    def show_typing(self, on: bool) -> None:
        """Switch the typing indicator."""
        ...


class WebChatHub:
    """The web chat as a channel of the pipeline: browsers pull, the hub tells them when."""

    name = CHANNEL_NAME
    delivery = Delivery.PULL

    def __init__(self, announcements: Announcements) -> None:
        self._connections: dict[str, set[BrowserConnection]] = defaultdict(set)
        announcements.listen(TURNS_TOPIC, self._on_turns)
        announcements.listen_for_gaps(self._look_everywhere)

    def add(self, conversation_id: str, connection: BrowserConnection) -> None:
        """Tell ``connection`` about news of a conversation from now on."""
        self._connections[conversation_id].add(connection)

    def remove(self, conversation_id: str, connection: BrowserConnection) -> None:
        """Forget a connection."""
        connections = self._connections.get(conversation_id)
        if connections is not None:
            connections.discard(connection)
            if not connections:
                del self._connections[conversation_id]

    @property
    def connection_count(self) -> int:
        """How many browsers are connected to this process."""
        return sum(map(len, self._connections.values()))

    def _on_turns(self, conversation_id: str, turns: Sequence[TurnView] | None) -> None:
        for connection in self._connections.get(conversation_id, ()):
            connection.turns_changed(turns)

    def _look_everywhere(self) -> None:
        for conversation_id in self._connections:
            self._on_turns(conversation_id, None)

    async def send(
        self, conversation: ConversationState, content: dict[str, Any], *, idempotency_key: str
    ) -> SendResult:
        """Never called: browsers pull."""
        return SendResult(OutboxStatus.FAILED, problem="pull_channel")

    def show_typing(self, conversation_id: str, on: bool) -> None:
        for connection in self._connections.get(conversation_id, ()):
            connection.show_typing(on)

"""A bounded tracker store that keeps trackers as they are.

Rasa's own memory store writes the whole conversation as JSON after every turn, reads it back before the next, and
never forgets one. Here trackers stay objects, the least recently used conversation makes room for a new one, and a
long conversation is cut down to its state. Nothing is missed: the service sends a snapshot with every turn.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.snapshot import snapshot_of, tracker_from


class BoundedTrackerStore(TrackerStore):
    """Holds at most ``max_conversations`` trackers of at most about ``max_events`` events."""

    def __init__(
        self,
        domain: Domain,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        max_conversations: int = 5000,
        max_events: int = 60,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._max_conversations = max_conversations
        self._max_events = max_events
        self._trackers: OrderedDict[str, DialogueStateTracker] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep ``tracker`` itself, as the most recently used one."""
        await self.stream_events(tracker)
        if len(tracker.events) > self._max_events:
            tracker = tracker_from(tracker.sender_id, snapshot_of(tracker), self.domain)
        self._trackers[tracker.sender_id] = tracker
        self._trackers.move_to_end(tracker.sender_id)
        while len(self._trackers) > self._max_conversations:
            self._trackers.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the tracker of a conversation, if it is still held."""
        tracker = self._trackers.get(sender_id)
        if tracker is not None:
            self._trackers.move_to_end(sender_id)
        return tracker

    async def keys(self) -> Iterable[str]:
        """Return the ids of the conversations held."""
        return list(self._trackers)

    def forget(self, sender_id: str) -> None:
        """Drop a conversation whose turn failed half way."""
        self._trackers.pop(sender_id, None)

"""What one browser has not been shown yet."""

from __future__ import annotations

from collections.abc import Sequence

from backend.conversations.service import Conversations, TurnView
from backend.kernel.database import Database

TOLD_AT_MOST = 50
"""A browser that does not read must not make us remember: what it missed stands in the database."""


class UnshownTurns:
    """The turns of a conversation above ``shown_seq``, from what was announced where that is all, else looked up."""

    def __init__(self, database: Database, conversations: Conversations) -> None:
        self._database = database
        self._conversations = conversations
        self._told: list[TurnView] = []
        self._must_look = False
        self.shown_seq = 0

    def tell(self, turns: Sequence[TurnView] | None) -> None:
        """Take an announcement; None says that there is something new, and not what."""
        if turns is None or len(self._told) >= TOLD_AT_MOST:
            self._told.clear()
            self._must_look = True
        elif not self._must_look:
            self._told.extend(turns)

    async def take(self, conversation_id: str) -> list[TurnView]:
        """Return what has not been shown, in order; the caller moves ``shown_seq`` on as it shows them."""
        told = sorted((turn for turn in self._told if turn.seq > self.shown_seq), key=lambda turn: turn.seq)
        expected = range(self.shown_seq + 1, self.shown_seq + 1 + len(told))
        if not self._must_look and [turn.seq for turn in told] == list(expected):
            self._told.clear()
            return told
        self._told.clear()
        # Before the look: what is announced while it goes on is told, or makes us look again.
        self._must_look = False
        try:
            async with self._database.connection() as connection:
                return await self._conversations.turns_after(connection, conversation_id, self.shown_seq)
        except BaseException:
            self._must_look = True
            raise

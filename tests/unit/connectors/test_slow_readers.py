"""A browser that is connected and reads nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from backend.conversations.model import Author
from backend.conversations.service import TurnView
from connectors.webchat.connection import TOLD_AT_MOST, ChatConnection


def test_that_what_a_browser_does_not_read_is_not_piled_up_for_it() -> None:
    connection = ChatConnection(cast(Any, None), cast(Any, None), "203.0.113.9")
    for seq in range(1, 10 * TOLD_AT_MOST):
        connection.turns_changed([TurnView(seq, Author.BOT, {"text": "x"}, None, datetime.now(UTC))])
    assert len(connection._told) <= TOLD_AT_MOST
    assert connection._must_look, "it is read from the database instead"

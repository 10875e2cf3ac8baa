"""Which turns a browser is shown next, whatever was announced, missed, or came while the database was asked."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from backend.conversations.model import Author
from backend.conversations.service import TurnView
from connectors.webchat.news import TOLD_AT_MOST, UnshownTurns


def turn(seq: int) -> TurnView:
    return TurnView(seq, Author.BOT, {"text": f"{seq}"}, None, datetime(2026, 11, 24, tzinfo=UTC))


class FakeStore:
    """Stands for the database and the conversations in it; counts how often it is asked."""

    def __init__(self) -> None:
        self.last_seq = 0
        self.asked = 0
        self.meanwhile: Callable[[], None] = lambda: None

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[None]:
        yield

    async def turns_after(self, _connection: object, _conversation_id: str, seq: int) -> list[TurnView]:
        self.asked += 1
        found = [turn(number) for number in range(seq + 1, self.last_seq + 1)]
        self.meanwhile()
        return found


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


@pytest.fixture
def unshown(store: FakeStore) -> UnshownTurns:
    return UnshownTurns(cast(Any, store), cast(Any, store))


async def show_all(unshown: UnshownTurns) -> list[int]:
    turns = await unshown.take("c")
    for shown in turns:
        unshown.shown_seq = shown.seq
    return [shown.seq for shown in turns]


async def test_that_what_was_told_in_full_is_shown_without_asking(unshown: UnshownTurns, store: FakeStore) -> None:
    unshown.tell([turn(2), turn(3)])
    unshown.tell([turn(1)])
    assert await show_all(unshown) == [1, 2, 3]
    assert store.asked == 0


async def test_that_a_gap_is_filled_from_the_database(unshown: UnshownTurns, store: FakeStore) -> None:
    store.last_seq = 3
    unshown.tell([turn(3)])
    assert await show_all(unshown) == [1, 2, 3]


async def test_that_what_is_told_twice_is_shown_once(unshown: UnshownTurns, store: FakeStore) -> None:
    store.last_seq = 1
    unshown.tell([turn(1)])
    assert await show_all(unshown) == [1]
    unshown.tell([turn(1)])
    unshown.tell(None)
    assert await show_all(unshown) == []


@pytest.mark.parametrize("how", ["told", "hinted"])
async def test_that_what_comes_while_the_database_is_asked_is_not_missed(
    unshown: UnshownTurns, store: FakeStore, how: str
) -> None:
    def one_more() -> None:
        store.meanwhile = lambda: None
        store.last_seq = 2
        unshown.tell([turn(2)] if how == "told" else None)

    store.last_seq, store.meanwhile = 1, one_more
    unshown.tell(None)
    assert await show_all(unshown) == [1]
    assert await show_all(unshown) == [2]


async def test_that_a_failed_look_is_made_again(unshown: UnshownTurns, store: FakeStore) -> None:
    def fail() -> None:
        store.meanwhile = lambda: None
        raise OSError

    store.last_seq, store.meanwhile = 1, fail
    unshown.tell(None)
    with pytest.raises(OSError):
        await unshown.take("c")
    assert await show_all(unshown) == [1]


async def test_that_what_a_browser_does_not_read_is_not_piled_up_for_it(
    unshown: UnshownTurns, store: FakeStore
) -> None:
    for seq in range(1, 10 * TOLD_AT_MOST):
        store.last_seq = seq
        unshown.tell([turn(seq)])
    assert await show_all(unshown) == list(range(1, 10 * TOLD_AT_MOST))
    assert store.asked == 1

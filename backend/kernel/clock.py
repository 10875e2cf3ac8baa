"""The one clock. Aware UTC inside; Asia/Ho_Chi_Minh only where people read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved; for tests."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, delta: timedelta) -> None:
        self._now += delta


def in_vietnam(moment: datetime) -> datetime:
    """Return an aware moment as wall-clock time in Vietnam."""
    return moment.astimezone(VIETNAM)


def today_in_vietnam(clock: Clock) -> date:
    """Return the calendar day that people in Vietnam live in now."""
    return in_vietnam(clock.now()).date()

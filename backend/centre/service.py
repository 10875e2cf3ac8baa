"""Use cases of the centre: how to reach it, when it is open, which days it works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.centre.calendar import DayOff, WorkingCalendar
from backend.kernel.clock import Clock, in_vietnam, today_in_vietnam
from backend.kernel.words import Words


class OpeningHours(BaseModel):
    """One stretch of a working day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Annotated[time, Field(alias="from")]
    end: Annotated[time, Field(alias="to")]

    @model_validator(mode="after")
    def _in_order(self) -> OpeningHours:
        if self.start >= self.end:
            raise ValueError("hours must end after they begin")
        return self


class CentreFile(BaseModel):
    """The shape of ``data/centre.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    hotline: str
    website: str
    facebook: str
    zalo: str
    email: str | None = None
    address: str | None = None
    working_days: frozenset[Annotated[int, Field(ge=1, le=7)]]
    hours: list[OpeningHours] = []
    make_up_days: frozenset[date] = frozenset()
    extra_closed_days: dict[date, str] = {}


@dataclass(frozen=True, slots=True)
class DayView:
    """A day as people speak of it."""

    date: date
    label: str
    is_working_day: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class CentreToday:
    """The centre as it stands at one moment.

    ``open_now`` is None on a working day whose clock times the operator has not given: nobody here knows.
    """

    contact: CentreFile
    hours_text: str
    today: DayView
    open_now: bool | None
    next_opening_label: str | None
    closed_reason: str | None


class Centre:
    """The centre's contact data, hours and calendar."""

    def __init__(self, contact: CentreFile, words: Words, clock: Clock) -> None:
        self.contact = contact
        self.calendar = WorkingCalendar(contact.working_days, contact.make_up_days, contact.extra_closed_days)
        self._words = words
        self._clock = clock

    @classmethod
    def read(cls, path: Path, words: Words, clock: Clock) -> Centre:
        """Read ``data/centre.yml``."""
        return cls(CentreFile.model_validate(yaml.safe_load(path.read_text("utf-8"))), words, clock)

    def day_label(self, day: date) -> str:
        """Return a day as people read it: ``thứ Ba, 24/11/2026``."""
        weekday = self._words.say(f"centre.weekday_{day.isoweekday()}")
        return self._words.say("centre.day", weekday=weekday, day=day.day, month=day.month, year=day.year)

    def day(self, day: date) -> DayView:
        """Return what kind of day ``day`` is."""
        reason = self.calendar.reason_off(day)
        if reason == DayOff.WEEKEND:
            reason = self._words.say("centre.reason_weekend")
        return DayView(day, self.day_label(day), reason is None, reason)

    def today(self) -> CentreToday:
        """Return the centre as it stands now."""
        now = in_vietnam(self._clock.now())
        day = self.day(today_in_vietnam(self._clock))
        open_now, closed_reason = self._state(now, day)
        return CentreToday(
            contact=self.contact,
            hours_text=self.hours_text(),
            today=day,
            open_now=open_now,
            next_opening_label=self._next_opening(now, day) if open_now is False else None,
            closed_reason=closed_reason,
        )

    def _state(self, now: datetime, day: DayView) -> tuple[bool | None, str | None]:
        if not day.is_working_day:
            return False, day.reason
        if not self.contact.hours:
            return None, None
        if any(part.start <= now.time() < part.end for part in self.contact.hours):
            return True, None
        return False, self._words.say("centre.reason_outside_hours")

    def _next_opening(self, now: datetime, day: DayView) -> str:
        starts = sorted(part.start for part in self.contact.hours)
        later = next((start for start in starts if start > now.time()), None)
        if day.is_working_day and later is not None:
            return self._words.say("centre.opening_today", time=f"{later:%H:%M}")
        label = self.day_label(self.calendar.next_working_day(day.date))
        if not starts:
            return self._words.say("centre.opening_day", day=label)
        return self._words.say("centre.opening_later", time=f"{starts[0]:%H:%M}", day=label)

    def hours_text(self) -> str:
        """Return the hours as people read them; without clock times where nobody has given them."""
        days = self._days_text()
        if not self.contact.hours:
            return self._words.say("centre.hours_without_clock", days=days)
        parts = [
            self._words.say("centre.hours_part", start=f"{part.start:%H:%M}", end=f"{part.end:%H:%M}")
            for part in sorted(self.contact.hours, key=lambda part: part.start)
        ]
        return self._words.say("centre.hours_with_clock", hours=", ".join(parts), days=days)

    def _days_text(self) -> str:
        numbers = sorted(self.contact.working_days)
        labels = [self._words.say(f"centre.weekday_{number}") for number in numbers]
        if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
            return self._words.say("centre.days_range", first=labels[0], last=labels[-1])
        return ", ".join(labels)

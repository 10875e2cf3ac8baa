"""Working days: weekends, public holidays from a library, and the days that the operator adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

import holidays

_ONE_DAY = timedelta(days=1)
# Longer than any run of days off; a calendar that closes every day is refused when it is made.
_LOOK_AHEAD = 60


class DayOff(StrEnum):
    """Why a day is no working day, where nobody gave the reason in words."""

    WEEKEND = "weekend"


@dataclass(frozen=True)
class WorkingCalendar:
    """Tells working days from days off."""

    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    """ISO numbers of the working days of a week."""
    make_up_days: frozenset[date] = frozenset()
    """Days off that are worked to make up for another day."""
    extra_closed_days: Mapping[date, str] = field(default_factory=dict)
    """Further days off, each with its reason."""

    def __post_init__(self) -> None:
        if not self.weekdays:
            raise ValueError("a week needs a working day")
        # One object for all years: the library works a year out when it is first asked for.
        object.__setattr__(self, "_holidays", holidays.country_holidays("VN", language="vi"))

    def reason_off(self, day: date) -> str | None:
        """Return why ``day`` is a day off, in words or as a :class:`DayOff`; None on a working day."""
        if day in self.extra_closed_days:
            return self.extra_closed_days[day]
        if day in self.make_up_days:
            return None
        public: holidays.HolidayBase = self._holidays  # type: ignore[attr-defined]
        name = public.get(day)
        if name is not None:
            return str(name)
        if day in public.weekend_workdays or day.isoweekday() in self.weekdays:
            return None
        return DayOff.WEEKEND

    def is_working_day(self, day: date) -> bool:
        """Tell whether ``day`` is a working day."""
        return self.reason_off(day) is None

    def next_working_day(self, day: date) -> date:
        """Return the first working day after ``day``."""
        for _ in range(_LOOK_AHEAD):
            day += _ONE_DAY
            if self.is_working_day(day):
                return day
        raise ValueError(f"no working day within {_LOOK_AHEAD} days before {day}")

    def add_working_days(self, day: date, count: int) -> date:
        """Return the day that ``count`` working days after ``day`` are over; the day itself does not count."""
        for _ in range(count):
            day = self.next_working_day(day)
        return day

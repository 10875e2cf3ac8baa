"""Working days in Viet Nam."""

from __future__ import annotations

from datetime import date

import pytest

from backend.centre.calendar import WorkingCalendar

CALENDAR = WorkingCalendar()


@pytest.mark.parametrize("day", [date(2027, 2, d) for d in (5, 6, 7, 8, 9)])
def test_that_nobody_works_at_tet_2027(day: date) -> None:
    assert not CALENDAR.is_working_day(day)


def test_that_the_reason_is_named() -> None:
    assert "Quốc khánh" in str(CALENDAR.reason_off(date(2027, 9, 2)))
    assert CALENDAR.reason_off(date(2026, 11, 25)) is None


def test_that_a_saturday_worked_for_another_day_is_a_working_day() -> None:
    # Announced by the government and known to the library: 22 August 2026 makes up for 31 August.
    assert CALENDAR.is_working_day(date(2026, 8, 22))
    assert not CALENDAR.is_working_day(date(2026, 8, 31))
    own = WorkingCalendar(make_up_days=frozenset({date(2027, 3, 6)}), extra_closed_days={date(2027, 3, 8): "bão"})
    assert own.is_working_day(date(2027, 3, 6))
    assert own.reason_off(date(2027, 3, 8)) == "bão"


def test_that_working_days_skip_weekends_and_holidays() -> None:
    assert CALENDAR.add_working_days(date(2026, 11, 27), 1) == date(2026, 11, 30)
    assert CALENDAR.add_working_days(date(2027, 2, 3), 1) == date(2027, 2, 11)
    assert CALENDAR.add_working_days(date(2026, 11, 25), 0) == date(2026, 11, 25)
    assert CALENDAR.next_working_day(date(2027, 9, 1)) == date(2027, 9, 6)


def test_that_a_calendar_without_working_days_is_refused() -> None:
    with pytest.raises(ValueError):
        WorkingCalendar(weekdays=frozenset())

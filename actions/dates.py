"""Finds the days that a question about opening hours names: "thứ bảy", "mai", "mùng 2/9", "ngày 30 tháng 4"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from vietnamese.folding import fold

MOST_DAYS = 3
_WEEKDAYS = {
    "hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5,
}  # fmt: skip
_DAY = re.compile(
    r"(?P<today>\bhom nay\b|\bbua nay\b|\bchieu nay\b|\bsang nay\b|\btoi nay\b)"
    r"|(?P<after>\bngay kia\b|\bngay mot\b|\bbua mot\b)"
    r"|(?P<tomorrow>\b(?:ngay |sang |chieu |bua )?mai\b)"
    r"|(?P<sunday>\bchu nhat\b|\bcn\b)"
    r"|(?P<weekend>\bcuoi tuan\b)"
    r"|(?<!\d)(?P<day>[0-3]?\d)\s*(?:[/.-]|thang)\s*(?P<month>[01]?\d)(?:\s*(?:[/.-]|nam)\s*(?P<year>20\d\d))?\b(?!\s*(?:gio|h\b))"
    r"|\b(?:thu |t)(?P<weekday>hai|ba|tu|nam|sau|bay|[2-7])\b(?![/.-]\d)"
)
# A day of the year that lies further back than this means next year's.
_LOOKS_BACK = timedelta(days=60)


def days_in(text: str, today: date) -> list[date]:
    """Return the days that ``text`` names, in its order, at most three; none if it names more (a whole week)."""
    found: list[date] = []
    for match in _DAY.finditer(fold(text)):
        found += [day for day in _days_of(match, today) if day not in found]
    return found if len(found) <= MOST_DAYS else []


def _days_of(match: re.Match[str], today: date) -> list[date]:
    if match["today"]:
        return [today]
    if match["after"]:
        return [today + timedelta(days=2)]
    if match["tomorrow"]:
        return [today + timedelta(days=1)]
    if match["sunday"]:
        return [_next_weekday(today, 6)]
    if match["weekend"]:
        return [_next_weekday(today, 5), _next_weekday(today, 6)]
    if match["weekday"]:
        return [_next_weekday(today, _WEEKDAYS[match["weekday"]])]
    return _calendar_day(int(match["day"]), int(match["month"]), match["year"], today)


def _next_weekday(today: date, weekday: int) -> date:
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _calendar_day(day: int, month: int, year: str | None, today: date) -> list[date]:
    try:
        if year:
            return [date(int(year), month, day)]
        this_year = date(today.year, month, day)
        return [this_year if this_year >= today - _LOOKS_BACK else date(today.year + 1, month, day)]
    except ValueError:
        return []

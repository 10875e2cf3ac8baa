"""Days that a citizen names: ``15/11``, ``hôm qua``, ``thứ 2 tuần sau``, ``mùng 3 tháng 10``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from vietnamese.folding import fold, fold_word
from vietnamese.rewriting import Word

FoundDate = tuple[int, int, date]

_NUMERIC = re.compile(
    r"(?<![\d/.\-])(?P<day>\d{1,2}) ?(?P<sign>[/.\-]) ?(?P<month>\d{1,2})"
    r"(?: ?(?P=sign) ?(?P<year>\d{4}|\d{2}))?(?![/.\-]?\d)"
)
_BEFORE_A_DAY = re.compile(
    r"(?:ngay|hom|mung|bua|tu|den|toi|sang|trua|chieu|nop|hen|luc|vao|truoc|sau|sinh|han|lay|nhan)\s*\Z"
)
_BEFORE_NO_DAY = re.compile(r"(?:so|hem|ngo|nha|kiet|thua|to|lo|duong|luat|dinh|tu|to trinh|ca|khoang|mau)\s*\Z")
_BEHIND_NO_DAY = re.compile(r"\s*(?:sao|diem|h\b|gio|/)")
_REACH = 12
_OLDEST_SHORT_YEAR = 40
_NEARBY = {
    "hom nay": 0, "bua nay": 0, "ngay hom nay": 0, "sang nay": 0, "chieu nay": 0, "toi nay": 0, "trua nay": 0,
    "hom qua": -1, "bua qua": -1, "chieu qua": -1, "toi qua": -1, "sang qua": -1, "ngay hom qua": -1,
    "hom kia": -2, "bua kia": -2, "ngay mai": 1, "sang mai": 1, "chieu mai": 1, "toi mai": 1, "trua mai": 1,
    "ngay mot": 2, "ngay kia": 2,
}  # fmt: skip
_LONGEST_NEARBY = 3
_WEEKDAYS = {
    "2": 0, "hai": 0, "3": 1, "ba": 1, "4": 2, "tu": 2, "5": 3, "nam": 3, "6": 4, "sau": 4, "7": 5, "bay": 5,
}  # fmt: skip
_SUNDAY = 6
_WEEKS = {
    "tuan sau": 1, "tuan toi": 1, "tuan truoc": -1, "tuan roi": -1, "tuan qua": -1, "tuan vua roi": -1, "tuan nay": 0,
}  # fmt: skip
_LONGEST_WEEK = 3
_MONTHS = {"nay": 0, "sau": 1, "toi": 1, "truoc": -1, "roi": -1}
_NUMBERS = dict(zip("mot hai ba bon nam sau bay tam chin muoi".split(), range(1, 11), strict=True)) | {
    "tu": 4,
    "lam": 5,
}


def find_dates(text: str, words: Sequence[Word], today: date) -> list[FoundDate]:
    """Return the days in ``text``; ``words`` are its treated words."""
    return sorted([*_numeric(text, today), *_in_words(words, today)])


def _numeric(text: str, today: date) -> Iterator[FoundDate]:
    for match in _NUMERIC.finditer(text):
        before = fold(text[max(0, match.start() - _REACH) : match.start()])
        is_introduced = _BEFORE_A_DAY.search(before) is not None
        if match["year"] is None:
            if match["sign"] != "/" or _BEHIND_NO_DAY.match(fold(text[match.end() : match.end() + _REACH])):
                continue
            is_alone = not text[: match.start()].strip() and not text[match.end() :].strip(" .?!")
            is_clear = is_introduced or is_alone or (int(match["day"]) > 12 and not _BEFORE_NO_DAY.search(before))
            if not is_clear or (match["day"], match["month"]) == ("24", "7"):
                continue
        day = _day(int(match["day"]), int(match["month"]), match["year"], today)
        if day is not None:
            yield match.start(), match.end(), day


def _day(day: int, month: int, year: str | int | None, today: date) -> date | None:
    """Return the day; without a year the one nearest to today."""
    try:
        if year is None:
            return min(
                (date(today.year + offset, month, day) for offset in (-1, 0, 1)),
                key=lambda candidate: abs((candidate - today).days),
            )
        number = int(year)
        if number < 100:
            number += 2000 if number < _OLDEST_SHORT_YEAR else 1900
        return date(number, month, day)
    except ValueError:
        return None


def _in_words(words: Sequence[Word], today: date) -> Iterator[FoundDate]:
    # "tháng sau" is next month and "tháng sáu" is June; without diacritics the next month is meant more often.
    bare = ["6" if word.text == "sáu" else fold_word(word.text) for word in words]
    position = 0
    while position < len(bare):
        found = _near(bare, position, today) or _weekday(bare, position, today) or _calendar_day(bare, position, today)
        if found is None:
            position += 1
            continue
        length, day = found
        yield words[position].start, words[position + length - 1].end, day
        position += length


def _near(bare: Sequence[str], position: int, today: date) -> tuple[int, date] | None:
    for length in range(min(_LONGEST_NEARBY, len(bare) - position), 1, -1):
        days = _NEARBY.get(" ".join(bare[position : position + length]))
        if days is not None:
            return length, today + timedelta(days=days)
    return None


def _weekday(bare: Sequence[str], position: int, today: date) -> tuple[int, date] | None:
    first, second = bare[position], bare[position + 1] if position + 1 < len(bare) else ""
    if first == "thu" and second in _WEEKDAYS:
        weekday, length = _WEEKDAYS[second], 2
    elif (first, second) == ("chu", "nhat"):
        weekday, length = _SUNDAY, 2
    elif len(first) == 2 and first[0] == "t" and first[1] in _WEEKDAYS:
        weekday, length = _WEEKDAYS[first[1]], 1
    else:
        return None
    after = position + length
    for more in range(min(_LONGEST_WEEK, len(bare) - after), 1, -1):
        weeks = _WEEKS.get(" ".join(bare[after : after + more]))
        if weeks is not None:
            monday = today - timedelta(days=today.weekday())
            return length + more, monday + timedelta(days=7 * weeks + weekday)
    behind = bare[after] if after < len(bare) else ""
    if behind in ("nay", "toi"):
        return length + 1, today + timedelta(days=(weekday - today.weekday()) % 7)
    if behind in ("truoc", "roi", "qua"):
        return length + 1, today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return None


def _calendar_day(bare: Sequence[str], position: int, today: date) -> tuple[int, date] | None:
    """Read ``[ngày|mùng] 3 tháng 10 [năm 2025]``, figures or words, and ``ngày 3 tháng sau``."""
    start = position + (bare[position] in ("ngay", "mung", "mong", "hom"))
    day_length, day = _number(bare, start)
    month_at = start + day_length + 1
    if not day_length or bare[month_at - 1 : month_at] != ["thang"]:
        return None
    offset = _MONTHS.get("".join(bare[month_at : month_at + 1]))
    if offset is not None and start > position:
        months = today.year * 12 + today.month - 1 + offset
        whole = _day(day, months % 12 + 1, months // 12, today)
        return None if whole is None else (month_at + 1 - position, whole)
    month_length, month = _number(bare, month_at)
    if not month_length:
        return None
    end = month_at + month_length
    year: str | None = None
    if bare[end : end + 1] == ["nam"] and end + 1 < len(bare) and re.fullmatch(r"\d{4}|\d{2}", bare[end + 1]):
        year, end = bare[end + 1], end + 2
    elif end < len(bare) and re.fullmatch(r"(?:19|20)\d\d", bare[end]):
        year, end = bare[end], end + 1
    whole = _day(day, month, year, today)
    return None if whole is None else (end - position, whole)


def _number(bare: Sequence[str], position: int) -> tuple[int, int]:
    """Return how many words from ``position`` on are a number up to 39, and the number."""
    first = bare[position] if position < len(bare) else ""
    if re.fullmatch(r"\d{1,2}", first):
        return 1, int(first)
    if first == "gieng":
        return 1, 1
    if first == "chap":
        return 1, 12
    if first not in _NUMBERS:
        return 0, 0
    number, length = _NUMBERS[first], 1
    following = list(bare[position + 1 : position + 3])
    if number == 10 and following[:1] and following[0] in _NUMBERS and following[0] != "muoi":
        return 2, 10 + _NUMBERS[following[0]]
    if number in (2, 3) and following[:1] == ["muoi"]:
        number, length = number * 10, 2
        if len(following) == 2 and following[1] in _NUMBERS and following[1] != "muoi":
            number, length = number + _NUMBERS[following[1]], 3
    return length, number

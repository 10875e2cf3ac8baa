"""Reading the digits behind the letter of a unit as groups, day and serial of a receipt code.

Where separators are missing, several readings can fit. Only those with a real day not after today are kept, and among
them the preference is, in this order: a serial of four digits, fewest groups that have not two digits, one group
before none, two and three.

Some readings that would fit are refused, because citizens also write other numbers behind a letter and two digits:

* a day that no punctuation sets apart must be of 2018 or later, when such codes came into use (Circular
  01/2018/TT-VPCP); this keeps telephone numbers out;
* digits behind a blank that have the form of a telephone number or a national id are never cut into fields;
* an account number glued to its label (``stk03152511030012``) is not a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import accumulate, product

from vietnamese.receipt_code_shape import BLANK, DIGIT_LIKE, SEPARATORS, TIGHT, as_digits, is_letter

_PROVINCE = 2
_DAY = 6
_FIRST_YEAR = 2018
_MOST_DIGITS = 24
_MOST_CHUNKS = 9
_GROUP_LAYOUTS = [lengths for count in range(4) for lengths in product((1, 2, 3), repeat=count)]
_PREFERENCE_OF_GROUP_COUNT = (1, 0, 2, 3)
_NOT_DIGITS = "OolIi"
# Telephone numbers, nine-digit and twelve-digit national ids; the fourth digit of the latter is century and sex.
_ANOTHER_NUMBER = re.compile(r"0\d{9}|84\d{9}|\d{9}|0\d\d[0-3]\d{8}")


class ReceiptCodeProblem(str, Enum):
    """Why something that is meant as a receipt code cannot be one."""

    FORMAT = "format"
    IMPOSSIBLE_DATE = "impossible_date"
    FUTURE_DATE = "future_date"


@dataclass(frozen=True, slots=True)
class UnitContext:
    """What is known about the unit before its digits are read."""

    may_have_groups: bool
    letter_ends_word: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """Fields of a code behind the letter of its unit; ``length`` counts its digits and separators in the shape."""

    province: str
    groups: tuple[str, ...]
    day: str
    serial: str
    received_on: date | None
    problem: ReceiptCodeProblem | None
    length: int


@dataclass(frozen=True, slots=True)
class _Digits:
    """Digits behind a letter, without separators; ``separators[i]`` is the one before ``written[i]``."""

    written: str
    separators: dict[int, str]
    letter_follows: bool

    def length_in_shape(self, end: int) -> int:
        return end + sum(1 for position in self.separators if position < end)

    def chunk_around(self, start: int) -> tuple[int, int]:
        first = max((position for position in self.separators if position <= start), default=0)
        last = min((position for position in self.separators if position > start), default=len(self.written))
        return first, last


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the fields of a code would lie in the digits; positions are kept as bits too, for speed."""

    groups: tuple[int, ...]
    field_starts: tuple[int, ...]
    day_start: int
    serial_start: int
    end: int
    rank: tuple[bool, int, int]
    field_bits: int
    spaced_day_bits: int


def _layout(groups: tuple[int, ...], serial: int) -> _Layout:
    starts = tuple(accumulate((0, _PROVINCE, *groups, _DAY)))
    day_start, serial_start = starts[-2:]
    unusual_groups = sum(length != 2 for length in groups)
    return _Layout(
        groups=groups,
        field_starts=starts,
        day_start=day_start,
        serial_start=serial_start,
        end=serial_start + serial,
        rank=(serial != 4, unusual_groups, _PREFERENCE_OF_GROUP_COUNT.index(len(groups))),
        field_bits=_bits(starts),
        # What dictation puts into a day: "25 11 03".
        spaced_day_bits=_bits((day_start + 2, day_start + 4)) if groups else 0,
    )


def _bits(positions: Iterable[int]) -> int:
    return sum(1 << position for position in positions)


_LAYOUTS = sorted(
    (_layout(groups, serial) for groups in _GROUP_LAYOUTS for serial in (4, 5, 3)), key=lambda layout: layout.rank
)
_UNFINISHED_LAYOUTS = [_layout(groups, 0) for groups in _GROUP_LAYOUTS]


def best_reading(symbols: str, unit: UnitContext, today: date) -> Reading | None:
    """Return the preferred reading of the start of ``symbols`` as the part of a code behind the letter of its unit."""
    digits = _digits_at_start(symbols)
    if len(digits.written) < _PROVINCE + _DAY or not any(map(str.isdigit, digits.written[:_PROVINCE])):
        return None
    faulty: Reading | None = None
    for layout in _layouts_that_fit(digits, unit):
        reading = _read(digits, layout, unit, today)
        if reading is not None and reading.problem is None:
            return reading
        faulty = faulty or reading
    return faulty or _without_proper_serial(digits, unit, today)


def _digits_at_start(symbols: str) -> _Digits:
    written: list[str] = []
    separators: dict[int, str] = {}
    pending = ""
    letter_follows = False
    for symbol in symbols[: _MOST_DIGITS + _MOST_CHUNKS]:
        if symbol in SEPARATORS and not pending:
            pending = symbol
        elif symbol in DIGIT_LIKE:
            if pending:
                separators[len(written)] = pending
                pending = ""
            written.append(symbol)
        else:
            letter_follows = is_letter(symbol) and not pending
            break
    return _Digits("".join(written), separators, letter_follows)


def _layouts_that_fit(digits: _Digits, unit: UnitContext) -> Iterator[_Layout]:
    """Yield, best first, the layouts that break at every separator and end where the digits of a chunk end."""
    chunk_ends = [position for position in digits.separators if position] + [len(digits.written)]
    ends = set(chunk_ends)
    for end in chunk_ends:
        # A word may be glued to the serial: the "oi" of "0012oi", the "l" of "0012là"; the O of "1001O" is a nought.
        without_word = len(digits.written[:end].rstrip(_NOT_DIGITS))
        if end - without_word > 1 or (end == len(digits.written) and digits.letter_follows):
            ends.add(without_word)
    separator_bits = _bits(digits.separators)
    for layout in _LAYOUTS:
        if layout.end not in ends or (layout.groups and not unit.may_have_groups):
            continue
        surplus = separator_bits & ((1 << layout.end) - 1) & ~layout.field_bits
        if surplus == 0 or (surplus == layout.spaced_day_bits and _has_spaced_day(digits, layout)):
            yield layout


def _has_spaced_day(digits: _Digits, layout: _Layout) -> bool:
    within_day = (layout.day_start + 2, layout.day_start + 4)
    return _stands_alone(digits, layout) and all(digits.separators[position] == BLANK for position in within_day)


def _stands_alone(digits: _Digits, layout: _Layout) -> bool:
    return layout.day_start in digits.separators and layout.serial_start in digits.separators


def _read(digits: _Digits, layout: _Layout, unit: UnitContext, today: date) -> Reading | None:
    serial = digits.written[layout.serial_start : layout.end]
    if not any(map(str.isdigit, serial)) and not (len(serial) == 4 and serial[0] in "Oo"):
        return None
    day = as_digits(digits.written[layout.day_start : layout.serial_start])
    around_day = [digits.separators.get(position, "") for position in (layout.day_start, layout.serial_start)]
    received_on = _date_of(day)
    problem: ReceiptCodeProblem | None = None
    if received_on is None:
        problem = ReceiptCodeProblem.IMPOSSIBLE_DATE
    elif received_on > today:
        problem = ReceiptCodeProblem.FUTURE_DATE
    if problem is not None:
        if not _is_meant_as_code(digits, layout, unit, around_day):
            return None
    else:
        set_apart = _stands_alone(digits, layout) and set(around_day) != {BLANK}
        if received_on is None or (received_on.year < _FIRST_YEAR and not set_apart):
            return None
        if not _stands_alone(digits, layout) and _is_part_of_another_number(digits, layout, unit):
            return None
    return Reading(
        province=as_digits(digits.written[:_PROVINCE]),
        groups=_groups(digits, layout),
        day=day,
        serial=as_digits(serial),
        received_on=received_on,
        problem=problem,
        length=digits.length_in_shape(layout.end),
    )


def _groups(digits: _Digits, layout: _Layout) -> tuple[str, ...]:
    bounds = layout.field_starts[1:-1]
    return tuple(as_digits(digits.written[start:end]) for start, end in zip(bounds, bounds[1:], strict=False))


def _is_meant_as_code(digits: _Digits, layout: _Layout, unit: UnitContext, around_day: Sequence[str]) -> bool:
    """Tell whether digits with a wrong day are punctuated like a code; amounts and block numbers are not."""
    if not _stands_alone(digits, layout):
        return False
    if not unit.may_have_groups:
        return True
    if unit.letter_ends_word:
        return False
    within_unit = [digits.separators.get(position, "") for position in layout.field_starts[1:-2]]
    return BLANK not in around_day or any(separator not in ("", BLANK) for separator in within_unit)


def _is_part_of_another_number(digits: _Digits, layout: _Layout, unit: UnitContext) -> bool:
    first, last = digits.chunk_around(layout.day_start)
    if first == 0 and unit.letter_ends_word and last >= layout.end:
        return True
    introduced_by_blank = digits.separators.get(first, "") == BLANK
    return introduced_by_blank and _ANOTHER_NUMBER.fullmatch(as_digits(digits.written[first:last])) is not None


def _without_proper_serial(digits: _Digits, unit: UnitContext, today: date) -> Reading | None:
    """Return a reading with a FORMAT problem for a well punctuated unit and day whose serial is missing or wrong."""
    if unit.letter_ends_word or (0 in digits.separators and unit.may_have_groups):
        return None
    separator_bits = _bits(digits.separators)
    for layout in _UNFINISHED_LAYOUTS:
        if (layout.groups and not unit.may_have_groups) or digits.separators.get(layout.day_start, BLANK) == BLANK:
            continue
        first, last = digits.chunk_around(layout.day_start)
        if last != layout.serial_start or separator_bits & ((1 << last) - 1) & ~layout.field_bits:
            continue
        received_on = _date_of(as_digits(digits.written[first:last]))
        if received_on is None or not _FIRST_YEAR <= received_on.year <= today.year:
            continue
        has_serial = digits.separators.get(layout.serial_start) == TIGHT
        if not has_serial and not layout.groups and unit.may_have_groups:
            continue  # "T12-250101" may be anything
        end = digits.chunk_around(layout.serial_start)[1] if has_serial else last
        length = digits.length_in_shape(end)
        return Reading("", (), "", "", None, ReceiptCodeProblem.FORMAT, length)
    return None


def _date_of(day: str) -> date | None:
    try:
        return date(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    except ValueError:
        return None

"""Receipt codes (mã biên nhận hồ sơ) in anything that a citizen may type.

Two families are in use, and both are accepted for every province:

* ``000.17.22.H56-210531-0001``: unit of Circular 01/2018/TT-VPCP, day of receipt, serial of that day;
* ``H32.15-251103-0012``: the newer unit with the province first and none to three dotted groups behind it.

The text is first reduced to a shape (one symbol for a letter, a digit or a run of separators). Then each letter that
digits follow is tried as the letter of a unit; a trial reads a bounded number of symbols, so the time is linear in
the length of the text whatever it holds. How digits without separators are split is told in ``receipt_code_readings``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from vietnamese.receipt_code_readings import Reading, ReceiptCodeProblem, UnitContext, best_reading
from vietnamese.receipt_code_shape import (
    DIGIT_LIKE,
    SEPARATORS,
    TIGHT,
    as_digits,
    ends_word,
    is_letter,
    shape_of,
)

__all__ = [
    "FoundReceiptCode",
    "ReceiptCode",
    "ReceiptCodeError",
    "ReceiptCodeProblem",
    "find_receipt_codes",
    "parse_receipt_code",
]

_LONGEST_CODE = 40
_UNIT_LETTER = re.compile(r"[A-Za-z](?=[ _-]?[0-9OolIi])")
_OLDER_UNIT_PREFIX = re.compile(r"(?P<a>[0-9OolIi]{3})[ _-]?(?P<b>[0-9OolIi]{2})[ _-]?(?P<c>[0-9OolIi]{2})[ _-]?\Z")
_LONGEST_PREFIX = 10
# "1.H32.15-…" and "(2)-H32.15-…" in a list of codes.
_LONGEST_NUMBER_IN_LIST = 4
_NUMBER_IN_LIST = re.compile(r"(?:\A|[^0-9-])[0-9]{1,2}-\Z")


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """A receipt code in canonical form and its parts."""

    canonical: str
    unit: str
    received_on: date
    serial: str


@dataclass(frozen=True, slots=True)
class FoundReceiptCode:
    """A stretch ``text[start:end]`` that is a receipt code, or is meant as one and has a ``problem``."""

    start: int
    end: int
    code: ReceiptCode | None
    problem: ReceiptCodeProblem | None


class ReceiptCodeError(ValueError):
    """Raised where a text does not hold exactly one receipt code."""

    def __init__(self, problem: ReceiptCodeProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def find_receipt_codes(text: str, today: date) -> list[FoundReceiptCode]:
    """Return the receipt codes in ``text`` from left to right, and what is meant as one but has a problem."""
    shape = shape_of(text)
    found: list[FoundReceiptCode] = []
    searched_to = 0
    for letter_at in _unit_letters(shape.symbols):
        if letter_at < searched_to:
            continue
        match = _read_code(shape.symbols, letter_at, searched_to, today)
        if match is not None:
            start, searched_to, code, problem = match
            found.append(FoundReceiptCode(shape.starts[start], shape.ends[searched_to - 1], code, problem))
    return found


def parse_receipt_code(text: str, today: date) -> ReceiptCode:
    """Return the only receipt code in ``text``; other words do not matter, a second, different code does."""
    found = find_receipt_codes(text, today)
    codes = {item.code for item in found if item.code is not None}
    if len(codes) == 1:
        return codes.pop()
    problems = [item.problem for item in found if item.problem is not None]
    raise ReceiptCodeError(problems[0] if problems and not codes else ReceiptCodeProblem.FORMAT)


def _unit_letters(symbols: str) -> Iterator[int]:
    for match in _UNIT_LETTER.finditer(symbols):
        if match[0] not in DIGIT_LIKE or not _is_digit_of_number(symbols, match.start()):
            yield match.start()


def _is_digit_of_number(symbols: str, index: int) -> bool:
    """Tell whether the O or l at ``index`` is inside a number or a word, or the first digit of a unit: ``H O1.15``."""
    before = symbols[max(0, index - 3) : index]
    if before[-1:].isdigit() or is_letter(before[-1:]):
        return True
    return before[-1:] in SEPARATORS and before[-2:-1].isalpha() and not is_letter(before[-3:-2])


_Match = tuple[int, int, "ReceiptCode | None", "ReceiptCodeProblem | None"]


def _read_code(symbols: str, letter_at: int, searched_to: int, today: date) -> _Match | None:
    """Return start and end in ``symbols``, code and problem of the code whose unit has its letter at ``letter_at``."""
    behind = symbols[letter_at + 1 : letter_at + _LONGEST_CODE]
    letter = symbols[letter_at].upper()
    before = symbols[max(searched_to, letter_at - _LONGEST_PREFIX - _LONGEST_NUMBER_IN_LIST) : letter_at]
    prefix = _older_unit_prefix(before)
    if prefix is not None:
        reading = best_reading(behind, UnitContext(may_have_groups=False, letter_ends_word=False), today)
        if reading is not None:
            unit = ".".join((*map(as_digits, prefix.group("a", "b", "c")), letter + reading.province))
            start = letter_at - len(prefix[0])
            return start, letter_at + 1 + reading.length, _code(unit, reading), reading.problem
    glued_to_word = before != "" and ends_word(before[-1], symbols[letter_at])
    if glued_to_word and behind[0] in SEPARATORS:
        return None  # "anh 32 tuổi"
    reading = best_reading(behind, UnitContext(may_have_groups=True, letter_ends_word=glued_to_word), today)
    if reading is None:
        return None
    end = letter_at + 1 + reading.length
    if _continues_number(before):
        return letter_at, end, None, ReceiptCodeProblem.FORMAT
    return letter_at, end, _code(".".join((letter + reading.province, *reading.groups)), reading), reading.problem


def _older_unit_prefix(before: str) -> re.Match[str] | None:
    """Return the match of ``000.17.22.`` at the end of ``before``."""
    match = _OLDER_UNIT_PREFIX.search(before)
    if match is None or _continues_number(before[: match.start()]):
        return None
    written = "".join(match.group("a", "b", "c"))
    return match if any(map(str.isdigit, written)) or set(written) <= {"O", "o"} else None


def _continues_number(before: str) -> bool:
    """Tell whether a number is glued to the unit from the left, as by a cut-off unit of the older family."""
    ends_in_number = before[-1:].isdigit() or (before[-1:] == TIGHT and before[-2:-1].isdigit())
    return ends_in_number and _NUMBER_IN_LIST.search(before) is None


def _code(unit: str, reading: Reading) -> ReceiptCode | None:
    if reading.received_on is None or reading.problem is not None:
        return None
    return ReceiptCode(f"{unit}-{reading.day}-{reading.serial}", unit, reading.received_on, reading.serial)

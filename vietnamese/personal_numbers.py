"""Telephone numbers and national ids in anything a citizen may type.

A national id is never kept: ``mask_national_ids`` is applied where a message arrives, before it is stored or logged.
Twelve digits are told by their form (province, century and sex), nine only by standing alone or behind a word for them;
receipt codes, telephone numbers and sums of money stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from vietnamese.folding import fold
from vietnamese.receipt_codes import find_receipt_codes

MASK = "•••"

Span = tuple[int, int]

_GAP = r"[ .\-()]{0,2}"
_PHONE = re.compile(
    r"(?<![\d+])(?<!\d[.\-/])(?:(?:\(\+?84\)|\+ ?84|00 ?84|84)[ .\-]{0,2}(?:\(0\)|0)?|\(?0)"
    rf"(?P<rest>{_GAP}[35789](?:{_GAP}\d){{8}}|{_GAP}2(?:{_GAP}\d){{9}})(?!\d)"
)
_HOTLINE = re.compile(r"(?<![\d.])1[89]00(?:[ .\-]?\d){4,6}(?!\d)")
_RUN = re.compile(r"\d+(?:[ .\-]{1,3}\d+)*")
_GROUP = re.compile(r"\d+")
_NOUGHT = re.compile(r"(?<![^\W_])[oO](?=\d{2})")
_OF_TWELVE = re.compile(r"0\d\d[0-3]\d{8}")
_LENGTHS = (12, 9)
_GROUP_LENGTHS = (3, 4, 5, 6)
_REACH = 32
_NAMED = re.compile(
    r"\b(?:cmnd|cmt|cmtnd|cccd|can cuoc|chung minh|dinh danh|ma so ca nhan|so the|cc)(?![a-z])[^\d]{0,24}\Z"
)
_NAMED_OTHERWISE = re.compile(
    r"\b(?:sdt|dt|dien thoai|so may|goi|alo|zalo|hotline|lien he|stk|tai khoan|tk|mst|ma so thue|so tien|tien|phi|gia)"
    r"(?![a-z])[^\d]{0,12}\Z"
)
_MONEY = re.compile(r"\s?(?:d|dong|vnd|trieu|tr|nghin|ngan|k|ty|m2|met)\b")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A telephone number at ``text[start:end]``; ``number`` has no separators and begins with 0 or is a hotline."""

    start: int
    end: int
    number: str


@dataclass(frozen=True, slots=True)
class _Visible:
    """A text without invisible characters and with plain digits, and where each character stood."""

    text: str
    places: Sequence[int]

    @classmethod
    def of(cls, text: str) -> _Visible:
        if text.isascii():
            return cls(text, range(len(text)))
        kept = [(place, _plain(character)) for place, character in enumerate(text)]
        kept = [(place, character) for place, character in kept if character]
        return cls("".join(character for _, character in kept), [place for place, _ in kept])

    def span(self, start: int, end: int) -> Span:
        return self.places[start], self.places[end - 1] + 1


def find_phone_numbers(text: str, today: date) -> list[PhoneNumber]:
    """Return the telephone numbers in ``text``; a stretch of a receipt code is none."""
    if not _may_hold_number(text):
        return []
    visible = _Visible.of(text)
    codes = [(code.start, code.end) for code in find_receipt_codes(text, today)]
    found = []
    for start, end in _phone_spans(visible.text):
        span = visible.span(start, end)
        if not _overlaps(span, codes):
            found.append(PhoneNumber(*span, _national_form(visible.text[start:end])))
    return found


def find_national_ids(text: str, today: date) -> list[Span]:
    """Return where national ids stand, masked ones among them."""
    found = [(match.start(), match.end()) for match in re.finditer(re.escape(MASK), text)]
    if not _may_hold_number(text):
        return found
    visible = _Visible.of(_NOUGHT.sub("0", text))
    taken = [(code.start, code.end) for code in find_receipt_codes(text, today)]
    taken += [visible.span(start, end) for start, end in _phone_spans(visible.text)]
    for run in _RUN.finditer(visible.text):
        groups = [(run.start() + group.start(), run.start() + group.end()) for group in _GROUP.finditer(run[0])]
        found += [visible.span(*span) for span in _ids_of_run(visible, groups, taken)]
    return sorted(found)


def mask_national_ids(text: str, today: date) -> str:
    """Return ``text`` with ``MASK`` in place of each national id."""
    for start, end in reversed(find_national_ids(text, today)):
        text = f"{text[:start]}{MASK}{text[end:]}"
    return text


def _ids_of_run(visible: _Visible, groups: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    first = 0
    while first < len(groups):
        last = _last_group_of_id(visible, groups, first, taken)
        if last is None:
            first += 1
        else:
            found.append((groups[first][0], groups[last][1]))
            first = last + 1
    return found


def _last_group_of_id(visible: _Visible, groups: Sequence[Span], first: int, taken: Sequence[Span]) -> int | None:
    start = groups[first][0]
    before: str | None = None
    digits = ""
    longest: int | None = None
    for last in range(first, len(groups)):
        digits += visible.text[slice(*groups[last])]
        if len(digits) > _LENGTHS[0]:
            break
        if len(digits) not in _LENGTHS or _overlaps(visible.span(start, groups[last][1]), taken):
            continue
        if before is None:
            before = fold(visible.text[max(0, start - _REACH) : start])
        if _NAMED.search(before) or _is_id_by_itself(visible.text, digits, groups[first : last + 1], before):
            longest = last
    return longest


def _is_id_by_itself(text: str, digits: str, groups: Sequence[Span], before: str) -> bool:
    if len(digits) == _LENGTHS[0]:
        return _OF_TWELVE.fullmatch(digits) is not None and _is_evenly_grouped(text, groups)
    is_one = len(groups) == 1 and digits[0] in "0123"
    behind = fold(text[groups[-1][1] : groups[-1][1] + 8])
    return is_one and _NAMED_OTHERWISE.search(before) is None and _MONEY.match(behind) is None


def _is_evenly_grouped(text: str, groups: Sequence[Span]) -> bool:
    separators = {text[one[1] : other[0]] for one, other in pairwise(groups)}
    lengths = {end - start for start, end in groups}
    return len(groups) == 1 or (len(separators) == 1 and lengths <= set(_GROUP_LENGTHS))


def _phone_spans(text: str) -> list[Span]:
    return [match.span() for pattern in (_PHONE, _HOTLINE) for match in pattern.finditer(text)]


def _national_form(written: str) -> str:
    digits = "".join(filter(str.isdigit, written)).removeprefix("00")
    if digits.startswith("84") and len(digits) > 10:
        digits = "0" + digits[2:].removeprefix("0")
    return digits


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _may_hold_number(text: str) -> bool:
    return any(map(str.isdigit, text))


def _plain(character: str) -> str:
    """Return a plain digit, hyphen or blank for what looks like one, "" for what is invisible."""
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category in ("Cf", "Mn", "Me"):
        return ""
    if category == "Pd":
        return "-"
    return " " if category == "Zs" else character

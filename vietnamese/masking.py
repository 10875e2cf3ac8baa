"""Takes out of a text what points to one person, and leaves a word in its place that says what stood there.

Over-cautious on purpose: a masked sum of money costs a reader little, an unmasked number may cost somebody much. Money
with its unit and codes of procedures stay, since they are what a question is about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from vietnamese.folding import clean
from vietnamese.names import name_spans
from vietnamese.personal_numbers import MASK as MASK_OF_ARRIVAL
from vietnamese.receipt_codes import find_receipt_codes

RECEIPT_CODE = "[mã hồ sơ]"
PHONE = "[điện thoại]"
NATIONAL_ID = "[số định danh]"
EMAIL = "[email]"
LINK = "[liên kết]"
DATE = "[ngày]"
NUMBER = "[số]"
NAME = "[tên]"
MASKS = (RECEIPT_CODE, PHONE, NATIONAL_ID, EMAIL, LINK, DATE, NUMBER, NAME)

Span = tuple[int, int, str]

_DIGITS_APART = r"(?:[ .\-_/]{0,2}\d)"
# Looked for in folded text of the same length, in this order: the first to claim a stretch has it.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:https?://|www\.)\S+|(?<!\w)(?:facebook|fb|zalo|t|m)\.(?:com|me)/\S+"), LINK),
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64} ?@ ?\w[\w-]{0,60}(?: ?\.[\w-]{1,30}){0,4}"), EMAIL),
)
_PATTERNS_OF_DIGITS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!\d)\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?(?:19|20)\d\d(?!\d)"), DATE),
    (re.compile(rf"(?<!\d)0{_DIGITS_APART}{{11}}(?!\d)"), NATIONAL_ID),
    (re.compile(rf"(?<!\d)(?:\+? ?84|\(\+84\)|0){_DIGITS_APART}{{8,10}}(?!\d)"), PHONE),
    (re.compile(rf"(?<!\d)\d{_DIGITS_APART}{{8}}(?!\d)"), NATIONAL_ID),
    (re.compile(r"(?<!\d)\d(?:[ .\-_]{0,2}\d){6,}|(?<!\d)\d{6,}"), NUMBER),
    (re.compile(r"(?<!\w)(?:(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin)(?!\w) ?){7,}"), NUMBER),
)
_KEPT = re.compile(
    # The code of a procedure, and a sum of money with its unit.
    r"(?<![\d.])\d\.\d{6}(?:\.[a-z0-9.]*[a-z0-9])?(?!\d)"
    r"|(?<![\d.])\d{1,3}(?:[.,]\d{3}){1,3} ?(?:d|dong|vnd|vnđ|trieu|k)(?!\w)"
)


def masked(text: str, today: date) -> str:
    """Return ``text`` on one line, without what points to a person."""
    # National ids are taken out where messages arrive; here what stood there is said.
    text = clean(text).replace(MASK_OF_ARRIVAL, NATIONAL_ID)
    spans: list[Span] = []
    for start, end, mask in _candidates(text, today):
        if all(end <= taken[0] or taken[1] <= start for taken in spans):
            spans.append((start, end, mask))
    for start, end, mask in sorted(spans, reverse=True):
        if mask:
            text = f"{text[:start]}{mask}{text[end:]}"
    return clean(text)


def holds_mask(text: str) -> bool:
    """Tell whether something was taken out of ``text``."""
    return any(mask in text for mask in (*MASKS, MASK_OF_ARRIVAL))


def _candidates(text: str, today: date) -> Iterator[Span]:
    bare = fold_in_place(text)
    for pattern, mask in _PATTERNS:
        yield from ((*match.span(), mask) for match in pattern.finditer(bare))
    yield from ((found.start, found.end, RECEIPT_CODE) for found in find_receipt_codes(text, today))
    yield from ((*match.span(), "") for match in _KEPT.finditer(bare))
    for pattern, mask in _PATTERNS_OF_DIGITS:
        for match in pattern.finditer(bare):
            start, end = match.span()
            yield start, end - (match[0].endswith(" ")), mask
    yield from ((start, end, NAME) for start, end in name_spans(text, bare))


def fold_in_place(text: str) -> str:
    """Return ``text`` folded letter by letter, so that each place is the same place in ``text``."""
    return "".join(map(_bare, text))


def _bare(character: str) -> str:
    if character in "đĐðÐ":
        return "d"
    first = unicodedata.normalize("NFD", character)[0].lower()
    return first if len(first) == 1 else character

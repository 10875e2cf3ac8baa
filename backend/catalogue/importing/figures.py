"""Fees and processing times of the national database. What is no plain figure stays the text that it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from backend.catalogue.importing.tidying import squeezed
from backend.catalogue.importing.vocabulary import NationalFormat, bare
from backend.catalogue.record import TimeUnit

# Nothing costs less than the smallest note; the portal has "20 VNĐ" where 20.000 was meant.
_LEAST_FEE = 1_000
_HIGHEST_FEE = 10_000_000_000
_LONGEST_TIME = 1000
_MOST_DIGITS = 15
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3}(?:\1\d{3})*)?|[1-9]\d*|0")


@dataclass(frozen=True, slots=True)
class ParsedFee:
    """A fee: an amount in đồng, a text, or both."""

    amount: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedTime:
    """A processing time: a value with its unit, a text, or both."""

    value: int | None = None
    unit: TimeUnit | None = None
    text: str | None = None


def whole_number(text: str) -> int | None:
    """Return ``2,000,000`` or ``200.000`` or ``5`` as a number; None for anything that is not plainly one."""
    return int(re.sub(r"[.,]", "", text)) if len(text) <= _MOST_DIGITS and _THOUSANDS.fullmatch(text) else None


def fee_pattern(form: NationalFormat) -> re.Pattern[str]:
    """Return what a cell of fees begins with."""
    currencies = "|".join(map(re.escape, (*form.dong, *form.other_currencies)))
    return re.compile(
        rf"(?P<free>{re.escape(form.free)})|(?P<nothing>{re.escape(form.nothing)})"
        rf"|(?P<number>\d[\d.,]{{0,{_MOST_DIGITS}}}) ?(?P<currency>{currencies})"
    )


@lru_cache(maxsize=4)
def _money(currencies: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\d ?(?:{'|'.join(map(re.escape, currencies))}|đ\b)", re.IGNORECASE)


def speaks_of_money(text: str, form: NationalFormat) -> bool:
    """Tell whether a remark names a sum."""
    return _money((*form.dong, *form.other_currencies)).search(text) is not None


def closing_bracket(text: str, start: int) -> int:
    """Return where the bracket that opens at ``start`` is closed; the end of the text if it never is."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place + 1
    return len(text)


def fee_of(match: re.Match[str], remark: str, form: NationalFormat) -> ParsedFee | None:
    """Return the fee of a cell: its figure, and the remark that stood in brackets behind it."""
    remark = squeezed(remark)
    if not remark.strip("()./-: "):
        remark = ""
    if match["free"]:
        if not remark or bare(remark) in form.free_indeed:
            return ParsedFee(amount=0)
        return ParsedFee(text=remark)
    if match["nothing"]:
        return ParsedFee(text=remark) if remark and not form.is_empty(remark) else None
    amount = whole_number(match["number"])
    if match["currency"] not in form.dong:
        written = f"{match['number']} {match['currency']}"
        return ParsedFee(text=f"{written} ({remark})" if remark else written)
    if amount is None or not (_LEAST_FEE <= amount <= _HIGHEST_FEE):
        return ParsedFee(text=remark or form.said["odd_figure"].format(figure=squeezed(match[0])))
    return ParsedFee(amount=amount, text=_beside(amount, remark, form))


def _beside(amount: int, remark: str, form: NationalFormat) -> str | None:
    """Return what a remark adds to its amount: ``70.000 đồng/Giấy chứng nhận`` adds what it is for."""
    repeated = re.fullmatch(r"([\d.,]+) ?(?:[^\W\d_]+ ?)?/ ?(?:0?1 )?([^/\d]{2,60}?)[.;]?", remark)
    if repeated and whole_number(repeated[1].strip(".,")) == amount:
        return form.said["each"].format(unit=repeated[2].strip())
    if whole_number(bare(re.sub(r"[^\W\d_]+", "", remark))) == amount and len(remark) < len(f"{amount}") + 8:
        return None
    return remark or None


def time_of(number: str, unit: str, remark: str, form: NationalFormat) -> ParsedTime | None:
    """Return the processing time of a cell; a number without a unit gets the one that the remark names beside it."""
    remark = squeezed(remark)
    value = whole_number(number)
    found = form.units.get(unit.lower())
    if found is None and value is not None:
        units = {form.units[name] for n, name in _times_in(remark, form) if n == value}
        found = units.pop() if len(units) == 1 else None
    if value is None or found is None or not (0 < value <= _LONGEST_TIME):
        said = form.said["no_unit"].format(number=number) if value else ""
        said = squeezed(f"{number} {unit}") if value and found else said
        text = remark if remark and speaks_of_time(remark, form) else said or remark
        return ParsedTime(text=text) if text else None
    return ParsedTime(value, found, remark or None)


@lru_cache(maxsize=4)
def _time_pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b0*(\d{{1,3}})(?: \([^\d()]{{1,30}}\))? ({'|'.join(map(re.escape, units))})\b")


def _times_in(text: str, form: NationalFormat) -> Iterator[tuple[int, str]]:
    for match in _time_pattern(tuple(form.units)).finditer(text.lower()):
        yield int(match[1]), match[2]


def speaks_of_time(text: str, form: NationalFormat) -> bool:
    """Tell whether a remark names a length of time."""
    return next(_times_in(text, form), None) is not None

"""The table of ways: how papers are filed, how long it takes then, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from backend.catalogue.importing.figures import (
    ParsedFee,
    ParsedTime,
    closing_bracket,
    fee_of,
    fee_pattern,
    speaks_of_money,
    speaks_of_time,
    time_of,
)
from backend.catalogue.importing.tidying import squeezed
from backend.catalogue.importing.vocabulary import NationalFormat
from backend.catalogue.record import FilingWay

_LONGEST_REASON = 160
_LONGEST_NUMBERING = 5

Fact = TypeVar("Fact", bound=Hashable)


@dataclass(frozen=True, slots=True)
class WayRow:
    """One row of the table."""

    way: FilingWay
    time: ParsedTime | None
    fees: tuple[ParsedFee, ...]
    description: str


@dataclass(frozen=True, slots=True)
class _Patterns:
    row: re.Pattern[str]
    time: re.Pattern[str]
    fee: re.Pattern[str]


@lru_cache(maxsize=4)
def _patterns(names: tuple[str, ...], units: tuple[str, ...], free: str, nothing: str, fee: str) -> _Patterns:
    way = "|".join(map(re.escape, names))
    # A sentence may name a way, too: a row goes on with a number, or with the figure of a fee behind a short reason.
    end = rf"{re.escape(free)}|{re.escape(nothing)}"
    row = re.compile(rf"(?P<way>{way})(?=\d|{end}|[^\W\d_][^\d\n]{{0,{_LONGEST_REASON}}}?(?:{end})|$)")
    time = re.compile(rf"(?P<number>\d{{1,4}})(?: ?(?P<unit>{'|'.join(map(re.escape, units))}))?", re.IGNORECASE)
    return _Patterns(row, time, re.compile(fee))


def read_ways(text: str, form: NationalFormat) -> list[WayRow] | None:
    """Return the rows of a flattened table; None if the text is no such table."""
    text = text.strip()
    if not text.startswith(form.ways_heading):
        return None
    patterns = _patterns(tuple(form.ways), tuple(form.units), form.free, form.nothing, fee_pattern(form).pattern)
    body = text[len(form.ways_heading) :].replace(form.ways_heading, "").lstrip()
    starts = list(patterns.row.finditer(body))
    if not starts or starts[0].start() != 0:
        return None
    ends = [start.start() for start in starts[1:]] + [len(body)]
    return [
        _row(form.ways[start["way"]], body[start.end() : end], patterns, form)
        for start, end in zip(starts, ends, strict=True)
    ]


def _row(way: FilingWay, cells: str, patterns: _Patterns, form: NationalFormat) -> WayRow:
    run_together = patterns.fee.match(cells)
    number = unit = ""
    fees: list[ParsedFee] = []
    place = 0
    if run_together and run_together["number"]:
        # "120 VNĐ" may be 1 and 20, or 120 without a time.
        place, remark = _remark(cells, run_together.end())
        kept = squeezed(remark) or form.said["run_together"].format(figure=squeezed(run_together[0]))
        fees.append(ParsedFee(text=kept))
    elif time := patterns.time.match(cells):
        number, unit, place = time["number"], time["unit"] or "", time.end()
    elif not run_together and (first := patterns.fee.search(cells, 0, _LONGEST_REASON + 40)):
        # "Không phải trả kết quả" in place of a time.
        unit, place = cells[: first.start()], first.start()
    while match := patterns.fee.match(cells, place):
        place, remark = _remark(cells, match.end())
        if (fee := fee_of(match, remark, form)) and fee not in fees:
            fees.append(fee)
    description = squeezed(cells[place:])
    if form.is_empty(description):
        description = ""
    if ParsedFee(amount=0) in fees and speaks_of_money(description, form):
        # "Miễn phí" stands wherever the figure was left blank; the sum is in the description then.
        fees[fees.index(ParsedFee(amount=0))] = ParsedFee(text=description)
    if number:
        about_time = description if speaks_of_time(description, form) else ""
        found = time_of(number, unit, about_time, form)
    else:
        about_time, reason = "", squeezed(unit)
        found = ParsedTime(text=reason) if reason and not form.is_empty(reason) else None
    return WayRow(way, found, tuple(fees), "" if about_time else description)


def _remark(cells: str, start: int) -> tuple[int, str]:
    """Return where the brackets behind a figure end, and what they hold."""
    if not cells.startswith("(", start):
        return start, ""
    end = closing_bracket(cells, start)
    if end - start <= _LONGEST_NUMBERING:
        # "(1) Đối với ... (2) Đối với ...": no bracket around the remark, but the numbering of its parts.
        return len(cells), cells[start:]
    return end, cells[start + 1 : end - 1] if cells[end - 1] == ")" else cells[start + 1 : end]


def facts_by_way(
    rows: Sequence[WayRow], facts_of: Callable[[WayRow], Iterable[Fact]]
) -> list[tuple[Fact, tuple[FilingWay, ...]]]:
    """Return every fact once, with the ways that it holds for; no ways if it holds for all of them."""
    ways_of: dict[Fact, list[FilingWay]] = {}
    for row in rows:
        for fact in facts_of(row):
            ways = ways_of.setdefault(fact, [])
            if row.way not in ways:
                ways.append(row.way)
    everywhere = {row.way for row in rows}
    return [(fact, () if set(ways) == everywhere else tuple(ways)) for fact, ways in ways_of.items()]

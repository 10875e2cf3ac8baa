"""Turns the texts of a crawled page into the facts of a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from backend.catalogue.importing import jsonl
from backend.catalogue.importing.figures import ParsedFee, ParsedTime
from backend.catalogue.importing.papers import ParsedPaper, read_papers
from backend.catalogue.importing.sentences import paragraphs, read_legal_basis, read_result, read_steps
from backend.catalogue.importing.shape import LONGEST_TEXT
from backend.catalogue.importing.tidying import squeezed
from backend.catalogue.importing.vocabulary import NationalFormat
from backend.catalogue.importing.ways import WayRow, facts_by_way, read_ways
from backend.catalogue.record import FilingWay, OnlineLevel
from backend.kernel.words import Words


def facts_of(page: Mapping[str, str], form: NationalFormat, words: Words) -> dict[str, Any]:
    """Return the parts of a record that a page tells; what it does not tell is left out."""
    rows = read_ways(page[jsonl.WAYS], form)
    papers = read_papers(page[jsonl.PAPERS], form)
    if papers is None:
        papers = _loose_papers(page[jsonl.PAPERS], form)
    facts: dict[str, Any] = {
        "papers": [_without_none(text=p.text, when=p.case, copies=p.copies) for p in papers],
        "forms": [{"name": name} for name in dict.fromkeys(name for paper in papers for name in paper.forms)],
        "steps": read_steps(page[jsonl.STEPS], form),
        "conditions": paragraphs(page[jsonl.CONDITIONS], form),
        "legal_basis": read_legal_basis(page[jsonl.LEGAL_BASIS], form),
        "result": read_result(page[jsonl.RESULT], form),
        "place": None if form.is_empty(page[jsonl.PLACE]) else "\n".join(paragraphs(page[jsonl.PLACE], form)),
    }
    if rows is None:
        if not form.is_empty(page[jsonl.WAYS]):
            facts["notes"] = [squeezed(page[jsonl.WAYS])]
    else:
        facts |= _facts_of_ways(rows, form, words)
    return {name: _limited(value) for name, value in facts.items() if value}


def _facts_of_ways(rows: Sequence[WayRow], form: NationalFormat, words: Words) -> dict[str, Any]:
    fees = facts_by_way(rows, lambda row: row.fees)
    times = facts_by_way(rows, lambda row: [row.time] if row.time else [])
    notes = facts_by_way(rows, lambda row: [row.description] if row.description else [])
    ways = [way for way in FilingWay if any(row.way == way for row in rows)]
    return {
        "ways": [str(way) for way in ways],
        "online": str(OnlineLevel.UNGRADED) if FilingWay.ONLINE in ways else None,
        "fees": [_fee(fee, _filed(of, form, words)) for fee, of in fees],
        "durations": [_duration(time, _filed(of, form, words)) for time, of in times],
        "notes": [note for note, _ in notes],
    }


def _fee(fee: ParsedFee, when: str | None) -> dict[str, Any]:
    return _without_none(amount=fee.amount, text=fee.text, when=when)


def _duration(time: ParsedTime, when: str | None) -> dict[str, Any]:
    return _without_none(value=time.value, unit=time.unit and str(time.unit), text=time.text, when=when)


def _filed(ways: Iterable[FilingWay], form: NationalFormat, words: Words) -> str | None:
    named = ", ".join(words.say(f"catalogue.way_{way}") for way in ways)
    return form.said["when_filed"].format(ways=named) if named else None


def _loose_papers(text: str, form: NationalFormat) -> list[ParsedPaper]:
    """Return the papers of a page without the table; one whose beginning the crawl has cut off tells nothing."""
    text = text.strip()
    is_cut_off = not text[:1].isalnum() and text[:1] not in '-+*•(“"' or text[:1].islower()
    return [] if is_cut_off else [ParsedPaper(paragraph) for paragraph in paragraphs(text, form)]


def _without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _limited(value: Any) -> Any:
    """Hold texts to the longest that a record takes."""
    if isinstance(value, str):
        return clip_at_word(value, LONGEST_TEXT)
    if isinstance(value, list):
        return [_limited(item) for item in value]
    if isinstance(value, dict):
        return {name: _limited(item) for name, item in value.items()}
    return value


def clip_at_word(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of a text, cut at the end of a word."""
    return text if len(text) <= limit else text[: limit - 2].rsplit(" ", 1)[0].rstrip(" ,;:(") + " …"

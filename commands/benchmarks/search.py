"""Times the search over 3,000 procedures, beside fuzzy matching of the names."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process

from backend.catalogue.entries import SearchEntry
from backend.catalogue.evaluation import Question, read_questions, search_of_settings
from backend.catalogue.national import read_national_procedures
from backend.catalogue.search import CatalogueSearch
from commands.benchmarks.figures import times_of
from commands.layout import ROOT
from commands.run_settings import apply_settings, decide_settings, settings_from_environment
from vietnamese.folding import fold

PROCEDURES = 3_000
QUESTIONS = ROOT / "tests" / "evaluation" / "search-questions.tsv"
_ROUNDS = 3
_RANKED = 10


def measure_search(national_file: Path | None) -> dict[str, Any]:
    """Return both searches' times and how often each puts a right procedure first."""
    settings = apply_settings(decide_settings(settings_from_environment()))
    own = asyncio.run(search_of_settings(settings))
    entries = list(own.entries)
    entries += itertools.islice(_others(entries, national_file), max(0, PROCEDURES - len(entries)))
    search = CatalogueSearch(entries, own.reader)
    folded_names = {entry.code: fold(entry.name) for entry in entries}
    questions = [question for question in read_questions(QUESTIONS) if question.kind == "answer"]

    def ours(question: str) -> list[str]:
        return [hit.entry.code for hit in search.search(question, limit=_RANKED).hits]

    def by_names(question: str) -> list[str]:
        return [code for _, _, code in process.extract(fold(question), folded_names, scorer=fuzz.WRatio, limit=_RANKED)]

    return {
        "procedures": len(entries),
        "filled_up_with": "the national database" if national_file else "variants of the catalogue's own names",
        "ours": _measure(ours, questions, _ROUNDS),
        "baseline": _measure(by_names, questions, 1),
    }


def _others(entries: Sequence[SearchEntry], national_file: Path | None) -> Iterator[SearchEntry]:
    """Yield procedures that the catalogue does not hold."""
    held = {entry.code for entry in entries}
    if national_file is not None:
        for procedure in read_national_procedures(national_file):
            if procedure.code not in held:
                yield SearchEntry(procedure.code, procedure.name, procedure.name, "", "", procedure.levels)
    for number in itertools.count(1):
        for entry in entries:
            code = f"9.{number:02}{entry.code[-4:]}"
            yield replace(entry, code=code, name=f"{entry.name} {number}", phrasings=(), popularity=1)


def _measure(find: Callable[[str], list[str]], questions: Sequence[Question], rounds: int) -> dict[str, Any]:
    seconds: list[float] = []
    right = 0
    for _ in range(rounds):
        right = 0
        for question in questions:
            started = time.perf_counter()
            codes = find(question.query)
            seconds.append(time.perf_counter() - started)
            right += bool(codes) and codes[0] in question.gold_codes
    return {**asdict(times_of(seconds)), "right_first": round(right / len(questions), 3)}

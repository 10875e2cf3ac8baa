"""Measures the search on questions with known answers, counting as the interface contract says."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from backend.catalogue import model
from backend.catalogue.entries import MOST_CHOICES, Verdict
from backend.catalogue.files import read_catalogue
from backend.catalogue.loading import load_catalogue
from backend.catalogue.search import CatalogueSearch
from backend.catalogue.service import CatalogueSnapshot, LiveCatalogue
from backend.kernel.clock import SystemClock
from backend.kernel.database import Base, Database
from backend.kernel.settings import Settings
from backend.kernel.words import Words

COLUMNS = ("kind", "gold_codes", "query")
KINDS = ("answer", "clarify", "oos")
_RANKED = 10
_MISSED = 10_000


class EvaluationFileInvalid(Exception):
    """The file of questions is not in the agreed form."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the codes that answer it; none where it should be turned away."""

    kind: str
    gold_codes: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class SearchEvaluation:
    """The figures; a figure without any row to count is None."""

    n: int
    r_at_1: float | None
    r_at_3: float | None
    r_at_5: float | None
    mrr: float | None
    clarify_recall: float | None
    oos_rejection: float | None
    ms_p50: float
    ms_p99: float
    errors: list[dict[str, object]]
    """Each row that was not answered right: its query, what it wanted and what it got."""


def read_questions(path: Path) -> list[Question]:
    """Read a file with the columns ``kind``, ``gold_codes``, ``query``."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            raise EvaluationFileInvalid(f"{path}: the first line must name the columns {', '.join(COLUMNS)}")
        questions: list[Question] = []
        for number, row in enumerate(rows, start=2):
            if row["kind"] not in KINDS:
                raise EvaluationFileInvalid(f"{path}:{number}: kind must be one of {', '.join(KINDS)}")
            codes = tuple(code.strip() for code in (row["gold_codes"] or "").split(";") if code.strip())
            questions.append(Question(row["kind"], codes, row["query"] or ""))
    return questions


def evaluate_search(path: Path, settings: Settings) -> SearchEvaluation:
    """Measure the search over the catalogue that the service would answer from."""
    questions = read_questions(path)
    return evaluate_questions(asyncio.run(search_of_settings(settings)), questions)


async def search_of_settings(settings: Settings) -> CatalogueSearch:
    """Return the search over the database's catalogue; over the files' where the database holds none yet."""
    url = settings.async_database_url
    if _may_exist(url):
        with contextlib.suppress(SQLAlchemyError, OSError):
            snapshot = await _snapshot(url, settings)
            if snapshot.version:
                return snapshot.search
    with tempfile.TemporaryDirectory() as folder:
        url = make_url(f"sqlite+aiosqlite:///{folder}/catalogue.sqlite3")
        database = Database(url)
        try:
            async with database.engine.begin() as connection:
                # Only what the search reads: other rooms' tables may point to some that nobody has imported.
                classes = [mapper.class_ for mapper in Base.registry.mappers]
                names = [str(table.__tablename__) for table in classes if table.__module__ == model.__name__]
                tables = [Base.metadata.tables[name] for name in names]
                await connection.run_sync(Base.metadata.create_all, tables=tables)
            files = read_catalogue(settings.catalogue_dir, Words(settings.words_dir))
            await load_catalogue(database, files, SystemClock())
        finally:
            await database.close()
        return (await _snapshot(url, settings)).search


def _may_exist(url: URL) -> bool:
    """Looking into an SQLite file that is not there would make it."""
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


async def _snapshot(url: URL, settings: Settings) -> CatalogueSnapshot:
    database = Database(url)
    try:
        catalogue = LiveCatalogue(database, settings.catalogue_dir, settings.cache_dir)
        await catalogue.refresh()
        return catalogue.snapshot
    finally:
        await database.close()


def evaluate_questions(search: CatalogueSearch, questions: Sequence[Question]) -> SearchEvaluation:
    """Measure ``search``. A hit is a gold code, or another code with the very same official name."""
    name_of = {entry.code: entry.name for entry in search.entries}
    ranks: list[int] = []
    clarified: list[float] = []
    rejected: list[bool] = []
    times: list[float] = []
    errors: list[dict[str, object]] = []
    for question in questions:
        started = time.perf_counter()
        result = search.search(question.query, limit=_RANKED)
        times.append((time.perf_counter() - started) * 1000)
        codes = [hit.entry.code for hit in result.hits]
        gold_names = {name_of[code] for code in question.gold_codes if code in name_of}
        if question.kind == "oos":
            rejected.append(not codes)
            is_right = not codes
        elif question.kind == "clarify":
            offered = codes[: 1 if result.verdict is Verdict.ONE else MOST_CHOICES]
            names = {name_of[code] for code in offered}
            found = [code in offered or name_of.get(code) in names for code in question.gold_codes]
            clarified.append(mean(found) if found else 0.0)
            is_right = all(found)
        else:
            hits = (i for i, code in enumerate(codes) if code in question.gold_codes or name_of[code] in gold_names)
            ranks.append(next(hits, _MISSED))
            is_right = ranks[-1] == 0
        if not is_right:
            errors.append(
                {
                    "kind": question.kind,
                    "query": question.query,
                    "gold_codes": list(question.gold_codes),
                    "verdict": str(result.verdict),
                    "found": codes[:MOST_CHOICES],
                }
            )
    times.sort()
    return SearchEvaluation(
        n=len(questions),
        r_at_1=_share(rank < 1 for rank in ranks),
        r_at_3=_share(rank < 3 for rank in ranks),
        r_at_5=_share(rank < 5 for rank in ranks),
        mrr=_share(1 / (rank + 1) if rank < _RANKED else 0.0 for rank in ranks),
        clarify_recall=_share(clarified),
        oos_rejection=_share(rejected),
        ms_p50=_percentile(times, 0.5),
        ms_p99=_percentile(times, 0.99),
        errors=errors,
    )


def _share(values: Iterable[float]) -> float | None:
    counted = list(values)
    return round(mean(counted), 4) if counted else None


def _percentile(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 3) if ordered else 0.0

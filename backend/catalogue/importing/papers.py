"""The tables of papers: one table a case, a row a paper, its form's file and the number of copies glued to its end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from backend.catalogue.importing.tidying import LOWER, UPPER, squeezed
from backend.catalogue.importing.vocabulary import NationalFormat, bare

_FILE_END = re.compile(rf"\.(?:docx?|pdf|xlsx?|rar|zip|odt|rtf|jpe?g|png|tif|7z)(?=$|[{UPPER}])", re.IGNORECASE)
_LONGEST_FILE_NAME = 180
_MARKS_BEFORE = re.compile(r"^[\s\-–+*•.;]+")
_MARKS_BEHIND = re.compile(r"[\s;,.\-–:]+$")
_NEW_WORD = re.compile(rf"(?<=[{LOWER}\d;:.,)\]”\"])(?=[{UPPER}])")
_MOST_COPIES = 3  # digits


@dataclass(frozen=True, slots=True)
class ParsedPaper:
    """A paper, the case that it is for, its copies, and the files of its forms."""

    text: str
    case: str | None = None
    copies: str | None = None
    forms: tuple[str, ...] = ()


@lru_cache(maxsize=4)
def _row_end(original: str, copy: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<originals>\d+) {re.escape(original)}(?:, ?(?P<copies>\d+) {re.escape(copy)})?")


@lru_cache(maxsize=4)
def _form_start(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<=[^\s(/“\"-])(?:{'|'.join(map(re.escape, names))})")


def read_papers(text: str, form: NationalFormat) -> list[ParsedPaper] | None:
    """Return the rows of the flattened tables; None if the text is no such table."""
    first_case, *tables = text.split(form.papers_heading)
    if not tables:
        return [] if form.is_empty(text) else None
    papers: list[ParsedPaper] = []
    case = first_case
    for number, table in enumerate(tables):
        rows, rest = _rows(table, form)
        # What stands behind the last row is the heading of the table that follows.
        if number == len(tables) - 1 and rest.strip():
            rows.append((rest, None))
        label = _case_of(case, form)
        for cell, copies in rows:
            name, forms = _split_forms(squeezed(cell), form)
            name = _without_marks(name)
            if len(name) > 1 or forms:
                papers.append(ParsedPaper(name if len(name) > 1 else forms[0], label, copies, forms))
        case = rest
    return papers


def _without_marks(text: str) -> str:
    return _MARKS_BEHIND.sub("", _MARKS_BEFORE.sub("", text))


def _rows(table: str, form: NationalFormat) -> tuple[list[tuple[str, str | None]], str]:
    rows: list[tuple[str, str | None]] = []
    place = 0
    for match in _row_end(form.original, form.copy).finditer(table):
        run = match["originals"]
        kept = _digits_of_the_text(table[place : match.start()], run)
        counts = ((run[kept:], form.original), (match["copies"] or "0", form.copy))
        counted = [f"{int(n[:_MOST_COPIES])} {name}" for n, name in counts if int(n[:_MOST_COPIES])]
        rows.append((table[place : match.start() + kept], ", ".join(counted) or None))
        place = match.end()
    return rows, table[place:]


def _digits_of_the_text(before: str, run: str) -> int:
    """Return how many digits of a run in front of "bản chính" still belong to the paper: ``01/01/20261`` → 4."""
    if len(run) == 2 and run[0] != "0" and before[-1:].isalpha():
        # "Đơn đề nghị10 bản chính". A number of the text stands behind a blank or a mark.
        return 0
    return len(run) - 1


def _split_forms(cell: str, form: NationalFormat) -> tuple[str, tuple[str, ...]]:
    """Split ``Đơn đề nghịMẫu số 01.docx`` into the paper and its forms' files."""
    ends = [match.end() for match in _FILE_END.finditer(cell)]
    if not ends or ends[-1] != len(cell):
        return cell, ()
    head = cell[: ends[0]]
    start = max(0, len(head) - _LONGEST_FILE_NAME)
    glued = _form_start(form.form_names).search(head, start)
    glued = glued or _NEW_WORD.search(head, max(start, head.rfind(" ") + 1))
    if glued is None:
        return cell, ()
    files = [head[glued.start() :], *(cell[a:b] for a, b in zip(ends, ends[1:], strict=False))]
    return head[: glued.start()].rstrip(), tuple(dict.fromkeys(file.strip() for file in files))


def _case_of(heading: str, form: NationalFormat) -> str | None:
    case = _without_marks(squeezed(heading))
    return None if form.is_empty(case) or bare(case) in form.plain_headings else case

"""Rows of lists, plain tables and workbooks alike: a heading row names the columns, each row is a procedure's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from backend.catalogue.importing.rows import FileUnreadable, RowRefused, SourceRow
from backend.catalogue.importing.tidying import squeezed, tidy
from backend.catalogue.importing.vocabulary import NationalFormat
from vietnamese.folding import fold

# A list export has its state heading above the names of the columns.
_ROWS_BEFORE_HEADING = 20
_LONGEST_HEADING = 60

Cells = Sequence[str]


def read_list(
    file: str, rows: Iterable[tuple[int, Cells]], form: NationalFormat, *, strict_width: bool
) -> Iterator[SourceRow | RowRefused]:
    """Yield the procedures of a list; raise :class:`FileUnreadable` if no row names the columns."""
    numbered = iter(rows)
    columns, width = _find_columns(numbered, form)
    for number, cells in numbered:
        if not any(cells):
            continue
        if strict_width and len(cells) > width and any(cells[width:]):
            # A separator inside an unquoted name moves all that follows into other columns.
            yield RowRefused(number, "", "tsv_cells", expected=width, found=len(cells))
            continue
        found = {name: tidy(cells[place]).strip() if place < len(cells) else "" for name, place in columns.items()}
        if not found["name"]:
            yield RowRefused(number, "name", "problem_missing")
            continue
        yield SourceRow(
            file=file,
            line=number,
            code=squeezed(found.get("code", "")),
            name=squeezed(found["name"]),
            field=squeezed(found.get("field", "")),
            agency=found.get("agency", ""),
            ministry=squeezed(found.get("ministry", "")),
            levels=found.get("levels", ""),
            url=squeezed(found.get("url", "")),
        )


def _find_columns(rows: Iterator[tuple[int, Cells]], form: NationalFormat) -> tuple[Mapping[str, int], int]:
    for _, cells in islice(rows, _ROWS_BEFORE_HEADING):
        columns: dict[str, int] = {}
        for place, cell in enumerate(cells):
            name = form.columns.get(fold(cell)) if len(cell) <= _LONGEST_HEADING else None
            if name is not None:
                columns.setdefault(name, place)
        if "name" in columns and ("code" in columns or "field" in columns):
            return columns, len(cells)
    raise FileUnreadable("import_no_columns")

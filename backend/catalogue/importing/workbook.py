"""Reads a list export of the national portal: an XLSX workbook with a heading over several columns."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError  # only its name; defusedxml does the reading

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from backend.catalogue.importing.lists import Cells, read_list
from backend.catalogue.importing.rows import FileUnreadable, RowRefused, SourceRow
from backend.catalogue.importing.vocabulary import NationalFormat

# The longest list has 706 procedures in 180 KB; a list of all of them would take a few megabytes.
_LARGEST_UNPACKED = 100_000_000
_MOST_PARTS = 1000
_MOST_COLUMNS = 40
_MOST_ROWS = 200_000
_MOST_EMPTY_ROWS = 2000
_MOST_MERGED = 20_000
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_CHUNK = 1 << 20

_BROKEN: tuple[type[Exception], ...] = (
    zipfile.BadZipFile, InvalidFileException, DefusedXmlException, ParseError, KeyError, ValueError, TypeError,
    IndexError, AttributeError, EOFError, NotImplementedError, OSError, RuntimeError, RecursionError, MemoryError,
)  # fmt: skip

Merged = Mapping[int, list[tuple[int, int]]]
"""Row → the columns in which cells merged downwards begin there, and the rows in which they end."""


def read_workbook(path: Path, form: NationalFormat) -> Iterator[SourceRow | RowRefused]:
    """Yield the procedures of every sheet that is a list; raise :class:`FileUnreadable` if none is."""
    try:
        parts = _check_size(path)
        # Opened here, since openpyxl leaves a file open that it stumbles over.
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            yield from _lists(book, path, parts, form)
    except FileUnreadable:
        raise
    except _BROKEN as error:
        raise FileUnreadable("import_not_workbook") from error


def _lists(book: Any, path: Path, parts: frozenset[str], form: NationalFormat) -> Iterator[SourceRow | RowRefused]:
    has_list = False
    for sheet in book.worksheets:
        try:
            yield from read_list(path.name, _rows(sheet, _merged_cells(path, parts, sheet)), form, strict_width=False)
            has_list = True
        except FileUnreadable as unreadable:
            # Another sheet may be the list.
            if unreadable.key != "import_no_columns":
                raise
    if not has_list:
        raise FileUnreadable("import_no_columns")


def _check_size(path: Path) -> frozenset[str]:
    """A few kilobytes may unpack to gigabytes: what the archive states is checked, and zipfile holds to it."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
            raise FileUnreadable("import_too_large", limit=_LARGEST_UNPACKED)
        return frozenset(part.filename for part in parts)


def _merged_cells(path: Path, parts: frozenset[str], sheet: Any) -> Merged:
    """Return what is merged downwards: a read-only sheet, which no claim of a million rows can hurt, leaves it out."""
    part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    found: dict[int, list[tuple[int, int]]] = {}
    if part not in parts:
        return found
    count = 0
    with zipfile.ZipFile(path) as archive, archive.open(part) as content:
        rest = b""
        while chunk := content.read(_CHUNK):
            text = rest + chunk
            end = 0
            for match in _MERGED.finditer(text):
                end = match.end()
                count += 1
                first, last = int(match[2]), int(match[4])
                if last > first and count <= _MOST_MERGED:
                    found.setdefault(first, []).append((column_index_from_string(match[1].decode()), last))
            rest = text[max(end, len(text) - 200) :]
    return found


def _rows(sheet: Any, merged: Merged) -> Iterator[tuple[int, Cells]]:
    # The size that the file claims may be a million rows; without it, the rows that are there are read.
    sheet.reset_dimensions()
    open_stretches: dict[int, tuple[int, str]] = {}
    empty = 0
    for number, values in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), start=1):
        cells = ["" if value is None else str(value).strip() for value in values]
        for column, (last, value) in list(open_stretches.items()):
            if number > last:
                del open_stretches[column]
            elif column <= len(cells):
                cells[column - 1] = cells[column - 1] or value
        for column, last in merged.get(number, ()):
            if column <= len(cells):
                open_stretches[column] = (last, cells[column - 1])
        empty = 0 if any(cells) else empty + 1
        if empty > _MOST_EMPTY_ROWS or number > _MOST_ROWS:
            return
        yield number, cells

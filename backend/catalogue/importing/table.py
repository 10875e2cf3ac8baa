"""Reads a plain table: code, name, field, separated by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from backend.catalogue.importing.lists import Cells, read_list
from backend.catalogue.importing.rows import FileUnreadable, RowRefused, SourceRow
from backend.catalogue.importing.vocabulary import NationalFormat

_LARGEST = 50_000_000
_SEPARATORS = "\t;,"


def read_table(path: Path, form: NationalFormat) -> Iterator[SourceRow | RowRefused]:
    """Yield the procedures of a plain table."""
    if path.stat().st_size > _LARGEST:
        raise FileUnreadable("import_too_large", limit=_LARGEST)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable("import_file_not_utf8") from None
    heading = text.lstrip().split("\n", 1)[0]
    separator = max(_SEPARATORS, key=heading.count)
    broken: list[RowRefused] = []
    for row in read_list(path.name, _rows(text, separator, broken), form, strict_width=True):
        yield from _drained(broken)
        yield row
    yield from _drained(broken)


def _drained(broken: list[RowRefused]) -> Iterator[RowRefused]:
    while broken:
        yield broken.pop(0)


def _rows(text: str, separator: str, broken: list[RowRefused]) -> Iterator[tuple[int, Cells]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            broken.append(RowRefused(line, "", "import_row_broken"))
            continue
        yield line, [cell.strip() for cell in cells]

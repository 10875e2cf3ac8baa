"""Finds out what a file is, by what is in it, and reads its rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from backend.catalogue.importing.jsonl import read_crawl
from backend.catalogue.importing.rows import FileUnreadable, RowRefused, SourceRow
from backend.catalogue.importing.table import read_table
from backend.catalogue.importing.vocabulary import NationalFormat

_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_JSON_ENDINGS = (".jsonl", ".ndjson", ".json")


def read_rows(path: Path, form: NationalFormat) -> Iterator[SourceRow | RowRefused]:
    """Yield the rows of a file of any of the three formats; raise :class:`FileUnreadable` if it is none of them."""
    try:
        yield from _reader(path, form)
    except OSError as error:
        raise FileUnreadable("import_cannot_open", reason=error.strerror or type(error).__name__) from error


def _reader(path: Path, form: NationalFormat) -> Iterator[SourceRow | RowRefused]:
    if path.exists() and not path.is_file():
        raise FileUnreadable("import_no_file")
    with path.open("rb") as file:
        start = file.read(1 << 16)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(_ZIP):
        # Only here: openpyxl takes a second to import.
        from backend.catalogue.importing.workbook import read_workbook

        return read_workbook(path, form)
    if start.startswith(_OLD_EXCEL):
        raise FileUnreadable("import_old_excel")
    if not text:
        raise FileUnreadable("import_empty")
    if start.startswith(_UTF16):
        raise FileUnreadable("import_file_not_utf8")
    if b"\x00" in start:
        raise FileUnreadable("import_binary")
    if path.suffix.lower() in _JSON_ENDINGS or text.startswith(b"{"):
        if text.startswith(b"["):
            raise FileUnreadable("import_json_array")
        return read_crawl(path)
    return read_table(path, form)

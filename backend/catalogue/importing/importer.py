"""The import: reads files of the national database's formats and brings the catalogue in line with them.

A file that cannot be read hinders no other; a row that cannot be taken hinders no other row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backend.catalogue.files import CatalogueFiles
from backend.catalogue.importing import jsonl
from backend.catalogue.importing.compiling import Compiler, Unmatched
from backend.catalogue.importing.names import NationalNames
from backend.catalogue.importing.reading import read_rows
from backend.catalogue.importing.rows import FileUnreadable, RowRefused, SourceRow
from backend.catalogue.importing.storing import ImportedRow, KnownImport, is_news, known_imports
from backend.catalogue.importing.vocabulary import NationalFormat
from backend.catalogue.loading import load_catalogue
from backend.catalogue.problems import Problem
from backend.kernel.clock import Clock
from backend.kernel.database import Database
from backend.kernel.words import Words

FORMAT_FILE = "national-format.yml"
NAMES_FILE = "national-names.yml"
_CODES_SHOWN = 5


@dataclass(slots=True)
class ImportReport:
    """What an import has done."""

    added: int = 0
    """Procedures that nobody knew."""
    completed: int = 0
    """Procedures of the index that were known by name only and have their facts now."""
    changed: int = 0
    unchanged: int = 0
    kept: int = 0
    """Procedures that an editor has written up: what the import says of them is kept below that, unseen."""
    matched: int = 0
    """Rows without a code that were found by name and field; counted above as well."""
    refused: list[Problem] = field(default_factory=list)
    unmatched: list[Problem] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """Files of which nothing could be read, and why."""

    @property
    def taken(self) -> int:
        return self.added + self.completed + self.changed + self.unchanged + self.kept


@dataclass(slots=True)
class _Gathered:
    rows: dict[str, ImportedRow] = field(default_factory=dict)
    nameless: list[SourceRow] = field(default_factory=list)
    places: dict[str, SourceRow] = field(default_factory=dict)
    """Code → the row that first named it, to tell where else a second one stands."""


class Importer:
    """Reads files and stores what they say."""

    def __init__(
        self, folder: Path, files: CatalogueFiles, words: Words, *, checked_in: str | None, default_agency: str
    ) -> None:
        self._form = NationalFormat.read(folder / FORMAT_FILE)
        self._names = NationalNames.read(
            folder / NAMES_FILE, self._form, files.fields.values(), files.agencies.values()
        )
        self._files = files
        self._words = words
        self._checked_in = checked_in
        self._default_agency = default_agency

    async def run(self, database: Database, paths: Sequence[Path], clock: Clock) -> ImportReport:
        """Read the files, then load what they say, and the catalogue's own files above it, in one transaction."""
        async with database.read() as session:
            known = await known_imports(session)
        report = ImportReport()
        rows = self.read(paths, known, report)
        if rows:
            await load_catalogue(database, self._files, clock, rows)
        return report

    def read(self, paths: Sequence[Path], known: Mapping[str, KnownImport], report: ImportReport) -> list[ImportedRow]:
        """Return what the files say; ``report`` is told what becomes of every row."""
        compiler = Compiler(
            self._files,
            known,
            self._names,
            self._words,
            checked_in=self._checked_in,
            default_agency=self._default_agency,
        )
        gathered = _Gathered()
        for path in paths:
            self._read_file(path, compiler, gathered, report)
        self._drop_shared_pages(gathered, report)
        self._match(compiler, gathered, report)
        for row in gathered.rows.values():
            self._count(row, known.get(row.code), report)
        return [row for row in gathered.rows.values() if row.record is not None or self._is_nowhere_else(row.code)]

    def _read_file(self, path: Path, compiler: Compiler, gathered: _Gathered, report: ImportReport) -> None:
        try:
            for row in read_rows(path, self._form):
                if isinstance(row, RowRefused):
                    self._refuse(path.name, row, report)
                elif not row.code:
                    gathered.nameless.append(row)
                else:
                    try:
                        self._gather(row, compiler, gathered)
                    except RowRefused as refused:
                        self._refuse(path.name, refused, report)
        except FileUnreadable as unreadable:
            reason = self._words.say(f"catalogue.{unreadable.key}", **unreadable.values)
            report.unreadable.append((str(path), reason))

    def _gather(self, row: SourceRow, compiler: Compiler, gathered: _Gathered) -> None:
        first = gathered.places.get(row.code)
        if first is not None and (first.file == row.file or (first.facts and row.facts)):
            raise RowRefused(row.line, "code", "code_twice", code=row.code, other=first.place)
        if first is not None and first.facts:
            # A list names what a page has told in full.
            return
        gathered.rows[row.code] = compiler.compile(row)
        gathered.places[row.code] = row

    def _drop_shared_pages(self, gathered: _Gathered, report: ImportReport) -> None:
        """A crawl that was sent to one page for several codes has told of each of them what is true of one at most."""
        by_page: dict[str, list[SourceRow]] = {}
        for row in gathered.places.values():
            if row.facts and row.url:
                by_page.setdefault(row.url, []).append(row)
        for rows in by_page.values():
            if len(rows) > 1:
                codes = ", ".join(row.code for row in rows[:_CODES_SHOWN])
                for row in rows:
                    refused = RowRefused(row.line, jsonl.URL, "import_shared_page", count=len(rows), codes=codes)
                    self._refuse(row.file, refused, report)
                    del gathered.rows[row.code]

    def _match(self, compiler: Compiler, gathered: _Gathered, report: ImportReport) -> None:
        if not gathered.nameless:
            return
        matcher = compiler.matcher(gathered.rows.values())
        for row in gathered.nameless:
            try:
                code = compiler.match(row, matcher)
            except Unmatched as unmatched:
                reason = self._words.say(f"catalogue.{unmatched.key}", **unmatched.values)
                report.unmatched.append(Problem(row.file, row.line, row.name, reason))
                continue
            report.matched += 1
            if code not in gathered.rows:
                gathered.rows[code] = compiler.compile(row.with_code(code))

    def _count(self, row: ImportedRow, known: KnownImport | None, report: ImportReport) -> None:
        if row.code in self._files.records:
            report.kept += 1
        elif row.record is None and row.code in self._files.index:
            report.unchanged += 1
        elif not is_news(row, known):
            report.unchanged += 1
        elif known is not None and (known.has_record or row.record is None):
            report.changed += 1
        elif known is not None or row.code in self._files.index:
            report.completed += 1
        else:
            report.added += 1

    def _is_nowhere_else(self, code: str) -> bool:
        return code not in self._files.index and code not in self._files.records

    def _refuse(self, file: str, refused: RowRefused, report: ImportReport) -> None:
        message = self._words.say(f"catalogue.{refused.key}", **refused.values)
        report.refused.append(Problem(file, refused.line, refused.field, message))

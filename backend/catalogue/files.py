"""Reads and checks the files under ``data/catalogue/``.

Three layers of procedures: ``index/*.tsv`` (name and competence only), ``records/**.yml`` (the whole, which takes
precedence), ``phrasings/**.tsv`` (how people ask). Beside them ``elsewhere/``: what the
catalogue has no procedure for.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from backend.catalogue.problems import CatalogueFilesInvalid, Problem, sentence_for
from backend.catalogue.record import (
    AgencyRecord,
    CommuneRecord,
    ElsewhereRecord,
    FieldRecord,
    IndexRow,
    ProcedureRecord,
)
from backend.catalogue.yaml_lines import KeyTwice, line_of, load_strictly
from backend.kernel.words import Words
from vietnamese.folding import clean

PHRASING_COLUMNS = ("code", "phrasing")
ELSEWHERE_COLUMNS = ("topic", "phrasing")
_PHRASING_LENGTHS = range(2, 301)

Shape = TypeVar("Shape", bound=BaseModel)


@dataclass(slots=True)
class CatalogueFiles:
    """All that the catalogue's files hold, checked."""

    fields: dict[str, FieldRecord] = field(default_factory=dict)
    agencies: dict[str, AgencyRecord] = field(default_factory=dict)
    communes: dict[str, CommuneRecord] = field(default_factory=dict)
    index: dict[str, IndexRow] = field(default_factory=dict)
    records: dict[str, ProcedureRecord] = field(default_factory=dict)
    phrasings: dict[str, list[str]] = field(default_factory=dict)


def read_catalogue(folder: Path, words: Words, imported: Collection[str] | None = frozenset()) -> CatalogueFiles:
    """Return the catalogue; raise :class:`CatalogueFilesInvalid` with all mistakes at once.

    There may be phrasings for procedures that only an import has brought, too: ``imported`` are their codes. None
    takes phrasings for any code: an import that is about to begin may bring it.
    """
    reader = _Reader(folder, words, imported)
    files = reader.read()
    if reader.problems:
        raise CatalogueFilesInvalid(sorted(set(reader.problems)))
    return files


class _Reader:
    def __init__(self, folder: Path, words: Words, imported: Collection[str] | None) -> None:
        self._imported = imported
        self._folder = folder
        self._words = words
        self._files = CatalogueFiles()
        self._defined_in: dict[tuple[str, str], str] = {}
        self.problems: list[Problem] = []

    def read(self) -> CatalogueFiles:
        self._read_list(self._folder / "fields.yml", FieldRecord, self._files.fields)
        self._read_list(self._folder / "agencies.yml", AgencyRecord, self._files.agencies)
        self._read_list(self._folder / "communes.yml", CommuneRecord, self._files.communes)
        for path in sorted((self._folder / "index").glob("*.tsv")):
            self._read_index(path)
        for path in sorted((self._folder / "records").rglob("*.yml")):
            self._read_record(path)
        for path in sorted((self._folder / "phrasings").rglob("*.tsv")):
            self._read_phrasings(path)
        self._check_elsewhere(self._folder / "elsewhere")
        return self._files

    def _problem(self, path: Path, line: int, name: str, key: str, **values: object) -> None:
        message = self._words.say(f"catalogue.{key}", **values)
        self.problems.append(Problem(path.relative_to(self._folder).as_posix(), line, name, message))

    def _load(self, path: Path) -> tuple[str, Any] | None:
        try:
            text = path.read_text("utf-8")
            return text, load_strictly(text)
        except FileNotFoundError:
            self._problem(path, 1, "", "file_missing")
        except KeyTwice as error:
            self._problem(path, error.line, error.key, "key_twice")
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or type(error).__name__
            self._problem(path, mark.line + 1 if mark else 1, "", "file_not_yaml", problem=reason)
        return None

    def _check(
        self, path: Path, text: str, value: Any, shape: type[Shape], at: tuple[str | int, ...] = ()
    ) -> Shape | None:
        if not isinstance(value, dict):
            self._problem(path, line_of(text, at), "", "file_not_mapping")
            return None
        try:
            return shape.model_validate(value)
        except ValidationError as error:
            for mistake in error.errors(include_url=False):
                place = mistake["loc"]
                self.problems.append(
                    Problem(
                        path.relative_to(self._folder).as_posix(),
                        line_of(text, (*at, *place)),
                        ".".join(map(str, place)),
                        sentence_for(dict(mistake), self._words),
                    )
                )
        return None

    def _is_first(self, kind: str, key: str, path: Path, line: int, name: str) -> bool:
        place = f"{path.relative_to(self._folder).as_posix()}:{line}"
        other = self._defined_in.setdefault((kind, key), place)
        if other != place:
            self._problem(path, line, name, "code_twice", code=key, other=other)
        return other == place

    def _read_list(self, path: Path, shape: type[Shape], found: dict[str, Shape]) -> None:
        loaded = self._load(path)
        if loaded is None:
            return
        text, values = loaded
        if not isinstance(values, list):
            self._problem(path, 1, "", "file_not_list")
            return
        for number, value in enumerate(values):
            item = self._check(path, text, value, shape, (number,))
            if item is None:
                continue
            name = "code" if shape is CommuneRecord else "id"
            key = str(getattr(item, name))
            # The line is only worked out for a second one: composing the text for each entry would take minutes.
            if key in found:
                self._problem(path, line_of(text, (number, name)), name, "code_twice", code=key, other=path.name)
            found[key] = item

    def _check_elsewhere(self, folder: Path) -> None:
        """Check what the search reads by itself (``elsewhere.read_elsewhere``): it is kept in no table."""
        topics: dict[str, ElsewhereRecord] = {}
        for path in sorted(folder.glob("topics*.yml")):
            self._read_list(path, ElsewhereRecord, topics)
        for path in sorted(folder.glob("*.tsv")):
            for line, cells in self._rows(path, ELSEWHERE_COLUMNS):
                if cells["topic"] not in topics:
                    self._problem(path, line, "topic", "unknown_topic", id=cells["topic"])
                elif len(clean(cells["phrasing"])) not in _PHRASING_LENGTHS:
                    self._problem(path, line, "phrasing", "phrasing_length")

    def _read_record(self, path: Path) -> None:
        loaded = self._load(path)
        if loaded is None:
            return
        text, value = loaded
        record = self._check(path, text, value, ProcedureRecord)
        if record is None:
            return
        if record.field not in self._files.fields:
            self._problem(path, line_of(text, ("field",)), "field", "unknown_field", id=record.field)
        if record.agency not in self._files.agencies:
            self._problem(path, line_of(text, ("agency",)), "agency", "unknown_agency", id=record.agency)
        if self._is_first("record", record.code, path, 1, "code"):
            self._files.records[record.code] = record

    def _rows(self, path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            if tuple(next(rows, ())) != columns:
                self._problem(path, 1, "", "tsv_columns", columns=", ".join(columns))
                return
            for number, cells in enumerate(rows, start=2):
                if len(cells) != len(columns):
                    self._problem(path, number, "", "tsv_cells", expected=len(columns), found=len(cells))
                else:
                    yield number, dict(zip(columns, map(str.strip, cells), strict=True))

    def _read_index(self, path: Path) -> None:
        for line, cells in self._rows(path, tuple(IndexRow.model_fields)):
            try:
                row = IndexRow.model_validate({name: cell for name, cell in cells.items() if cell})
            except ValidationError as error:
                for mistake in error.errors(include_url=False):
                    name = ".".join(map(str, mistake["loc"]))
                    sentence = sentence_for(dict(mistake), self._words)
                    self.problems.append(Problem(path.relative_to(self._folder).as_posix(), line, name, sentence))
                continue
            if row.field not in self._files.fields:
                self._problem(path, line, "field", "unknown_field", id=row.field)
            if row.agency not in self._files.agencies:
                self._problem(path, line, "agency", "unknown_agency", id=row.agency)
            if self._is_first("index", row.code, path, line, "code"):
                self._files.index[row.code] = row

    def _is_known(self, code: str) -> bool:
        if code in self._files.records or code in self._files.index:
            return True
        return self._imported is None or code in self._imported

    def _read_phrasings(self, path: Path) -> None:
        for line, cells in self._rows(path, PHRASING_COLUMNS):
            code, phrasing = cells["code"], clean(cells["phrasing"])
            if not self._is_known(code):
                self._problem(path, line, "code", "unknown_code", code=code)
            elif len(phrasing) not in _PHRASING_LENGTHS:
                self._problem(path, line, "phrasing", "phrasing_length")
            else:
                known = self._files.phrasings.setdefault(code, [])
                if phrasing not in known:
                    known.append(phrasing)

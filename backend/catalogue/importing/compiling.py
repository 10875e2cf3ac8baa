"""Decides what a row of a file means for the catalogue: which procedure it is, and where it belongs here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError
from rapidfuzz import fuzz

from backend.catalogue.files import CatalogueFiles
from backend.catalogue.importing import jsonl
from backend.catalogue.importing.facts import facts_of
from backend.catalogue.importing.matching import Ambiguous, NameMatcher
from backend.catalogue.importing.names import NationalNames
from backend.catalogue.importing.rows import RowRefused, SourceRow
from backend.catalogue.importing.shape import ImportedRecord
from backend.catalogue.importing.storing import Columns, ImportedRow, KnownImport
from backend.catalogue.importing.tidying import squeezed
from backend.catalogue.names import short_name_of
from backend.catalogue.problems import sentence_for
from backend.catalogue.record import CODE_PATTERN, IndexRow, Level, ProcedureRecord
from backend.kernel.words import Words
from vietnamese.folding import fold

_NAME_LENGTHS = range(2, 2001)
_LONGEST_URL = 400
_SHOWN_CHARACTERS = 80
_LEAST_LIKENESS = 50


class Unmatched(Exception):
    """A row without a code that means no known procedure, or several; ``key`` says why."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a procedure belongs."""

    field: str
    agency: str
    levels: tuple[Level, ...]


class Compiler:
    """Turns rows into what an import stores."""

    def __init__(
        self,
        files: CatalogueFiles,
        imports: Mapping[str, KnownImport],
        names: NationalNames,
        words: Words,
        *,
        checked_in: str | None = None,
        default_agency: str = "",
    ) -> None:
        self._names = names
        self._words = words
        self._checked_in = checked_in
        self._default_agency = default_agency
        self._stored_places = {
            code: _Place(
                stored.listing["field_id"], stored.listing["agency_id"], tuple(map(Level, stored.listing["levels"]))
            )
            for code, stored in imports.items()
        }
        known: list[IndexRow | ProcedureRecord] = [*files.index.values(), *files.records.values()]
        self._places = {row.code: _Place(row.field, row.agency, tuple(row.levels)) for row in known}
        self._known_names = [
            (code, stored.listing["name"], stored.listing["field_id"]) for code, stored in imports.items()
        ]
        self._known_names += [(row.code, row.name, row.field) for row in known]
        self._name_of = {code: name for code, name, _ in self._known_names}

    @cached_property
    def _codes_of(self) -> dict[str, set[str]]:
        """Folded name → codes. Folding all names takes a second, which a crawl need not wait for."""
        codes: dict[str, set[str]] = {}
        for code, name, _ in self._known_names:
            codes.setdefault(fold(name), set()).add(code)
        return codes

    def matcher(self, rows: Iterable[ImportedRow]) -> NameMatcher:
        """Return what finds known procedures by name, those of this import among them."""
        named = [*self._known_names, *((row.code, row.listing["name"], row.listing["field_id"]) for row in rows)]
        return NameMatcher(dict.fromkeys(named), self._names.form.fillers)

    def match(self, row: SourceRow, matcher: NameMatcher) -> str:
        """Return the code of the procedure that a row without one means; raise :class:`Unmatched`."""
        field = self._names.field(row.field)
        if field is None:
            raise Unmatched("import_unmatched_field", field=_shown(row.field))
        found = matcher.find(row.name, field)
        if isinstance(found, Ambiguous):
            raise Unmatched("import_ambiguous", codes=", ".join(found.codes[:5]))
        if found is None:
            raise Unmatched("import_unmatched_name")
        return found

    def compile(self, row: SourceRow) -> ImportedRow:
        """Return what to store of a row with a code; raise :class:`RowRefused`."""
        key = jsonl.CODE if row.facts else "code"
        if not CODE_PATTERN.fullmatch(row.code):
            raise RowRefused(row.line, key, "problem_pattern")
        if len(row.name) not in _NAME_LENGTHS:
            raise RowRefused(row.line, jsonl.NAME if row.facts else "name", "import_name_length")
        if row.facts is None:
            self._check_name(row)
        place = self._place(row)
        url = (
            row.url if row.url.startswith("https://") and len(row.url) <= _LONGEST_URL and " " not in row.url else None
        )
        facts = facts_of(row.facts, self._names.form, self._words) if row.facts else {}
        audience = self._names.audience(row.facts[jsonl.AUDIENCE]) if row.facts else ()
        listing: Columns = {
            "name": row.name,
            "short_name": short_name_of(row.name),
            "field_id": place.field,
            "agency_id": place.agency,
            "levels": [str(level) for level in place.levels],
            "audience": [str(one) for one in audience],
            "online": facts.get("online"),
            "popularity": 1,
            "url": url,
        }
        return ImportedRow(
            code=row.code,
            listing=listing,
            record=self._record(row, row.facts, listing, facts) if row.facts else None,
            checked_in=self._checked_in,
            file=row.file[:255],
        )

    def _check_name(self, row: SourceRow) -> None:
        """A list's code may have slipped into the next row; then its name is quite another procedure's."""
        known, folded = self._name_of.get(row.code), fold(row.name)
        if known is None or fold(known) == folded:
            return
        others = self._codes_of.get(folded, set())
        is_named_otherwise = bool(others) and row.code not in others
        if is_named_otherwise or fuzz.token_set_ratio(fold(known), folded) < _LEAST_LIKENESS:
            raise RowRefused(row.line, "code", "import_other_name", code=row.code, name=_shown(known))

    def _place(self, row: SourceRow) -> _Place:
        """Return where the files say that a procedure belongs, else where its row does, else where it was before."""
        if row.code in self._places:
            return self._places[row.code]
        try:
            return self._place_of(row)
        except RowRefused:
            if row.code in self._stored_places:
                return self._stored_places[row.code]
            raise

    def _place_of(self, row: SourceRow) -> _Place:
        is_page = row.facts is not None
        field = self._names.field(row.field)
        if field is None:
            key = jsonl.FIELD if is_page else "field"
            if not row.field:
                raise RowRefused(row.line, key, "problem_missing")
            raise RowRefused(row.line, key, "import_unknown_field", name=_shown(row.field))
        authority = row.agency or self._default_agency
        levels = (
            self._names.levels(row.levels)
            or self._names.levels_in_name(row.name)
            or self._names.levels_of_authorities(authority)
        )
        ministry = row.ministry if is_page else self._names.ministry(row.ministry)
        known = self._names.agencies.get(authority.strip())
        if known is not None and not levels:
            levels = (known.level,)
        if not levels:
            key = jsonl.LEVELS if is_page else "agency"
            raise RowRefused(row.line, key, "import_unknown_level", name=_shown(authority))
        agency = known.id if known else self._names.agency(authority, levels, ministry)
        if agency is None:
            key = jsonl.AUTHORITY if is_page else "agency"
            raise RowRefused(row.line, key, "import_unknown_agency", name=_shown(authority))
        return _Place(field, agency, levels)

    def _record(
        self, row: SourceRow, page: Mapping[str, str], listing: Columns, facts: Mapping[str, Any]
    ) -> dict[str, Any]:
        source = {
            "name": self._words.say("catalogue.import_source"),
            "url": listing["url"],
            "decision": squeezed(page[jsonl.DECISION]) or None,
            "checked_in": self._checked_in,
        }
        value = {
            "code": row.code,
            "name": row.name,
            "short_name": listing["short_name"],
            "field": listing["field_id"],
            "agency": listing["agency_id"],
            "levels": listing["levels"],
            "audience": listing["audience"],
            "popularity": 1,
            **facts,
            "source": source,
        }
        try:
            record = ImportedRecord.model_validate(value)
        except ValidationError as error:
            mistake = error.errors(include_url=False)[0]
            sentence = sentence_for(dict(mistake), self._words)
            raise RowRefused(row.line, ".".join(map(str, mistake["loc"])), "import_said", reason=sentence) from None
        return record.model_dump(mode="json", exclude_none=True)


def _shown(text: str) -> str:
    """Return a foreign text short enough for a report."""
    text = squeezed(text)
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"

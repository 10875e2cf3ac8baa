"""The national database's names of fields and authorities, and what they are called here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from backend.catalogue.importing.vocabulary import NationalFormat
from backend.catalogue.record import AgencyRecord, Audience, FieldRecord, Level
from vietnamese.folding import fold

_IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
# Where a procedure is carried out on several levels, the lowest one is the citizen's.
_LOWEST_FIRST = (Level.COMMUNE, Level.PROVINCE, Level.MINISTRY)


@dataclass(frozen=True, slots=True)
class NationalNames:
    """Finds our field and agency for the national database's names."""

    fields: Mapping[str, str]
    """Folded name → our id."""
    agencies: Mapping[str, AgencyRecord]
    agency_names: Mapping[str, str]
    """Folded official name → our id."""
    patterns: Mapping[Level, Sequence[tuple[re.Pattern[str], str]]]
    by_ministry: Mapping[str, Mapping[Level, str]]
    form: NationalFormat

    @classmethod
    def read(
        cls,
        path: Path,
        form: NationalFormat,
        fields: Iterable[FieldRecord],
        agencies: Iterable[AgencyRecord],
    ) -> NationalNames:
        names: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        ours = list(fields)
        known_fields = {field.id for field in ours}
        field_ids = {fold(name): field for name, field in names["fields"].items() if field in known_fields}
        # Our own names come last: they are what the editors see.
        field_ids |= {fold(field.name): field.id for field in ours}
        by_id = {agency.id: agency for agency in agencies}
        return cls(
            fields=field_ids,
            agencies=by_id,
            agency_names={fold(agency.name): agency.id for agency in by_id.values()},
            patterns={
                Level(level): [(re.compile(pattern), agency) for pattern, agency in rules if agency in by_id]
                for level, rules in names["agencies"].items()
            },
            by_ministry={
                ministry: {Level(level): agency for level, agency in agencies_of.items() if agency in by_id}
                for ministry, agencies_of in names["by_ministry"].items()
            },
            form=form,
        )

    def field(self, name: str) -> str | None:
        """Return our field for a national name; "Hộ tịch (Bộ Tư pháp)" is "Hộ tịch"."""
        return self.fields.get(fold(name)) or self.fields.get(fold(_IN_BRACKETS.sub("", name)))

    def levels(self, text: str) -> tuple[Level, ...]:
        """Return the levels that a text names, each once."""
        found = (self.form.levels.get(fold(part)) for part in text.split(","))
        return tuple(dict.fromkeys(level for level in found if level))

    def levels_in_name(self, name: str) -> tuple[Level, ...]:
        """Return the level that a procedure's own name ends with: "(thực hiện tại cấp xã)"."""
        folded = fold(name)
        return tuple(dict.fromkeys(level for said, level in self.form.levels.items() if said in folded))

    def levels_of_authorities(self, text: str) -> tuple[Level, ...]:
        """Guess the levels from who carries a procedure out, where the source does not tell them."""
        found = (
            next((level for pattern, level in self.form.level_of_agency if pattern.search(fold(line))), None)
            for line in text.split("\n")
        )
        named = {level for level in found if level}
        return tuple(level for level in reversed(_LOWEST_FIRST) if level in named)

    def ministry(self, text: str) -> str:
        """Return the key of a ministry that a list names in words."""
        folded = fold(text)
        return next((key for name, key in self.form.ministries.items() if name in folded), "")

    def agency(self, authority: str, levels: Collection[Level], ministry: str) -> str | None:
        """Return our agency for an authority, else the one that its ministry's procedures mostly fall to."""
        folded = fold(authority)
        lowest = next((level for level in _LOWEST_FIRST if level in levels), None)
        if lowest is None:
            return None
        found = self._by_pattern(lowest, folded) or self.by_ministry.get(ministry, {}).get(lowest)
        higher = _LOWEST_FIRST[_LOWEST_FIRST.index(lowest) + 1 :]
        found = found or next(filter(None, (self._by_pattern(level, folded) for level in higher)), None)
        return found or self.agency_names.get(folded)

    def _by_pattern(self, level: Level, authority: str) -> str | None:
        rules = self.patterns.get(level, ())
        return next((agency for pattern, agency in rules if pattern.search(authority)), None)

    def audience(self, text: str) -> tuple[Audience, ...]:
        """Return who may apply."""
        return _audience(text, tuple(self.form.audience.items()))


@lru_cache(maxsize=2000)
def _audience(text: str, known: tuple[tuple[str, Audience], ...]) -> tuple[Audience, ...]:
    folded = fold(re.sub(r"\([^()]*\)", "", text))
    found: dict[Audience, int] = {}
    for name, audience in known:
        for match in re.finditer(rf"(?:^|, ){re.escape(name)}", folded):
            found.setdefault(audience, match.start())
    return tuple(sorted(found, key=lambda audience: audience.value))

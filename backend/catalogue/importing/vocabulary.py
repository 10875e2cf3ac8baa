"""The words with which the national database lays out a procedure (``data/catalogue/national-format.yml``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from backend.catalogue.record import Audience, FilingWay, Level, TimeUnit
from vietnamese.folding import accented, fold

_LONGEST_REMARK = 80
_MARKS_AROUND = re.compile(r"^[\s\-–+*•.:;,()]+|[\s\-–+*•.:;,()]+$")


@lru_cache(maxsize=10_000)
def bare(text: str) -> str:
    """Return the folded text without marks around it: how remarks are compared."""
    return _MARKS_AROUND.sub("", fold(text))


@dataclass(frozen=True, slots=True)
class NationalFormat:
    """The vocabulary, ready for use."""

    ways_heading: str
    papers_heading: str
    legal_basis_heading: str
    ways: Mapping[str, FilingWay]
    units: Mapping[str, TimeUnit]
    """By name, longer ones first."""
    nothing: str
    free: str
    dong: tuple[str, ...]
    other_currencies: tuple[str, ...]
    empty: frozenset[str]
    free_indeed: frozenset[str]
    said: Mapping[str, str]
    original: str
    copy: str
    form_names: tuple[str, ...]
    plain_headings: frozenset[str]
    step: str
    after_result: tuple[str, ...]
    result_code: str
    document_kinds: tuple[str, ...]
    document_names: tuple[str, ...]
    levels: Mapping[str, Level]
    audience: Mapping[str, Audience]
    """By folded name; the longest name that a source's word begins with decides."""
    columns: Mapping[str, str]
    """Folded heading → what the column holds."""
    level_of_agency: tuple[tuple[re.Pattern[str], Level], ...]
    ministries: Mapping[str, str]
    fillers: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> NationalFormat:
        words: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        return cls(
            ways_heading=words["headings"]["ways"],
            papers_heading=words["headings"]["papers"],
            legal_basis_heading=words["headings"]["legal_basis"],
            ways={name: FilingWay(way) for name, way in words["ways"].items()},
            units={name.lower(): TimeUnit(unit) for name, unit in words["units"].items()},
            nothing=words["empty"][0],
            free=words["free"],
            dong=tuple(words["currencies"]["dong"]),
            other_currencies=tuple(words["currencies"]["other"]),
            empty=frozenset(map(bare, [*words["empty"], ""])),
            free_indeed=frozenset(map(bare, words["free_indeed"])),
            said=words["said"],
            original=words["copies"]["original"],
            copy=words["copies"]["copy"],
            form_names=tuple(words["form_names"]),
            plain_headings=frozenset(map(bare, words["plain_headings"])),
            step=words["step"],
            after_result=tuple(words["after_result"]),
            result_code=words["result_code"],
            document_kinds=tuple(words["document_kinds"]),
            document_names=tuple(words["document_names"]),
            levels={fold(name): Level(level) for name, level in words["levels"].items()},
            audience={fold(name): Audience(audience) for name, audience in words["audience"].items()},
            columns={fold(name): column for column, names in words["columns"].items() for name in names},
            level_of_agency=tuple((re.compile(p), Level(level)) for p, level in words["level_of_agency"]),
            ministries={fold(name): key for name, key in words["ministries"].items()},
            fillers=frozenset(map(accented, words["fillers"])),
        )

    def is_empty(self, text: str) -> bool:
        """Tell whether a cell only says that there is nothing to say."""
        # Folding a text of pages only to see that it says something would take most of an import's time.
        return len(text) <= _LONGEST_REMARK and bare(text) in self.empty

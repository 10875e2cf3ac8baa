"""What the search takes in and gives out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.catalogue.query import Query
from backend.catalogue.record import Level

MOST_CHOICES = 4
"""So many near hits are offered as a choice; more would be a list to read."""


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """What the search knows of one procedure."""

    code: str
    name: str
    short_name: str
    field_id: str
    agency_id: str
    levels: tuple[Level, ...]
    popularity: int = 1
    has_record: bool = False
    phrasings: tuple[str, ...] = ()
    context: str = ""
    """Names of the field and the agency, which count little."""


class Verdict(StrEnum):
    """What the hits amount to."""

    ONE = "one"
    SEVERAL = "several"
    NONE = "none"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure found. ``score`` is between 0 and 1: the share of the question that it explains."""

    entry: SearchEntry
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The ranked hits and what they amount to."""

    query: Query
    verdict: Verdict
    hits: tuple[Hit, ...]
    total: int


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What the caller restricts the search to."""

    level: Level | None = None
    field_id: str | None = None
    agency_id: str | None = None

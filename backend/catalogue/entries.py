"""What the search takes in and gives out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.catalogue.elsewhere import ElsewhereTopic
from backend.catalogue.query import Query
from backend.catalogue.record import FILED_ONLINE, Audience, Level, OnlineLevel

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
    audience: tuple[Audience, ...] = ()
    """Who may apply; empty where the source does not say."""
    online: OnlineLevel | None = None
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
    """A procedure found. ``score`` is between 0 and 1 and grows with how much of the question it explains."""

    entry: SearchEntry
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The ranked hits and what they amount to."""

    query: Query
    verdict: Verdict
    hits: tuple[Hit, ...]
    total: int
    elsewhere: ElsewhereTopic | None = None
    """Of a question turned away: the matter that it is about, if it is known."""
    nearest_field_id: str | None = None
    """Of a question turned away: the field that comes nearest."""


class OnlineFilter(StrEnum):
    """How far a procedure must be filed online to be wanted."""

    ANY = "any"
    FULL = "full"
    PARTIAL = "partial"


_ONLINE_WANTED = {
    OnlineFilter.ANY: FILED_ONLINE,
    OnlineFilter.FULL: frozenset({OnlineLevel.FULL}),
    OnlineFilter.PARTIAL: frozenset({OnlineLevel.PARTIAL}),
}


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What the search is restricted to; None leaves open."""

    level: Level | None = None
    field_id: str | None = None
    agency_id: str | None = None
    audience: Audience | None = None
    online: OnlineFilter | None = None

    def allow(self, entry: SearchEntry) -> bool:
        """Tell whether ``entry`` is left."""
        return (
            (self.level is None or self.level in entry.levels)
            and (self.field_id is None or entry.field_id == self.field_id)
            and (self.agency_id is None or entry.agency_id == self.agency_id)
            and (self.audience is None or self.audience in entry.audience)
            and (self.online is None or entry.online in _ONLINE_WANTED[self.online])
        )

"""The search page: words, and the advanced search by field, authority, level, applicant and online filing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

import aiohttp_jinja2
from aiohttp import web

from backend.catalogue.answers import ProcedureItem
from backend.catalogue.api import CATALOGUE
from backend.catalogue.entries import OnlineFilter, SearchFilters
from backend.catalogue.record import Audience, Level
from backend.catalogue.service import CatalogueSnapshot, Named
from backend.kernel.web import WORDS
from backend.kernel.words import Words

PATH = "/thu-tuc"

_LONGEST_QUESTION = 200
_PAGE_SIZE = 20
_LAST_PAGE = 200
_LEVELS = (Level.COMMUNE, Level.PROVINCE, Level.MINISTRY)

Choice = TypeVar("Choice", bound=StrEnum)

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for; a value that does not exist counts as not chosen."""

    query: str
    filters: SearchFilters
    page: int

    @classmethod
    def of(cls, values: Mapping[str, str], snapshot: CatalogueSnapshot) -> Asked:
        """Read the page's parameters, whatever they hold."""
        field, agency, page = values.get("linh-vuc"), values.get("co-quan"), values.get("trang", "")
        return cls(
            query=values.get("q", "")[:_LONGEST_QUESTION].replace("\x00", "").strip(),
            filters=SearchFilters(
                level=_choice(Level, values.get("cap")),
                field_id=field if field in snapshot.fields else None,
                agency_id=agency if agency in snapshot.agencies else None,
                audience=_choice(Audience, values.get("doi-tuong")),
                online=_choice(OnlineFilter, values.get("truc-tuyen")),
            ),
            page=min(max(int(page), 1), _LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 5 else 1,
        )

    def address(self, page: int) -> str:
        """Return the address of another page of the same search."""
        filters = self.filters
        values = {
            "q": self.query,
            "linh-vuc": filters.field_id,
            "co-quan": filters.agency_id,
            "cap": filters.level,
            "doi-tuong": filters.audience,
            "truc-tuyen": filters.online,
            "trang": page if page > 1 else None,
        }
        chosen = {name: str(value) for name, value in values.items() if value}
        return f"{PATH}?{urlencode(chosen)}" if chosen else PATH


@dataclass(frozen=True, slots=True)
class Option:
    """An entry of a list to choose from."""

    value: str
    label: str


@routes.get(PATH)
async def procedure_search(request: web.Request) -> web.Response:
    """Serve the search for people without JavaScript, or who rather read than talk."""
    snapshot, words = request.app[CATALOGUE].snapshot, request.app[WORDS]
    asked = Asked.of(request.query, snapshot)
    first = (asked.page - 1) * _PAGE_SIZE
    result = snapshot.search.search(asked.query, asked.filters, limit=_PAGE_SIZE, offset=first)
    response = aiohttp_jinja2.render_template(
        "procedure_search.html",
        request,
        {
            "asked": asked,
            "chosen": _chosen(asked.filters, snapshot, words),
            "items": [ProcedureItem.of(hit, snapshot, words).model_dump() for hit in result.hits],
            "first": first + 1,
            "total": result.total,
            "earlier": asked.address(asked.page - 1) if asked.page > 1 else None,
            "later": asked.address(asked.page + 1) if first + _PAGE_SIZE < result.total else None,
            **_options(snapshot, words),
        },
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


def _chosen(filters: SearchFilters, snapshot: CatalogueSnapshot, words: Words) -> list[str]:
    """Return the chosen filters in words."""
    return [
        *([snapshot.fields[filters.field_id].name] if filters.field_id else ()),
        *([snapshot.agencies[filters.agency_id].name] if filters.agency_id else ()),
        *([words.say(f"catalogue.level_{filters.level}")] if filters.level else ()),
        *([words.say(f"catalogue.audience_{filters.audience}")] if filters.audience else ()),
        *([words.say(f"catalogue.filter_online_{filters.online}")] if filters.online else ()),
    ]


def _options(snapshot: CatalogueSnapshot, words: Words) -> dict[str, object]:
    entries = snapshot.search.entries
    fields = {entry.field_id for entry in entries}
    agencies = {entry.agency_id for entry in entries}
    return {
        "fields": _named(snapshot.fields.values(), fields),
        "agencies_by_level": [
            (
                words.say(f"catalogue.level_{level}"),
                _named((agency for agency in snapshot.agencies.values() if agency.level is level), agencies),
            )
            for level in _LEVELS
        ],
        "levels": [Option(level, words.say(f"catalogue.level_{level}")) for level in _LEVELS],
        "audiences": [Option(audience, words.say(f"catalogue.audience_{audience}")) for audience in Audience],
        "online_filters": [Option(online, words.say(f"catalogue.filter_online_{online}")) for online in OnlineFilter],
    }


def _named(things: Iterable[Named], used: set[str]) -> list[Option]:
    """Return the fields or agencies that have a procedure; choosing another would always find nothing."""
    return [Option(thing.id, thing.name) for thing in things if thing.id in used]


def _choice(choices: type[Choice], value: str | None) -> Choice | None:
    return choices(value) if value in list(choices) else None

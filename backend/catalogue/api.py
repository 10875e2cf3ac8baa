"""JSON routes of the catalogue."""

from __future__ import annotations

import time
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from backend.catalogue.answers import (
    AgenciesAnswer,
    AgencyItem,
    CommuneItem,
    CommunesAnswer,
    ElsewhereAnswer,
    FieldItem,
    FieldsAnswer,
    FiltersAnswer,
    ProcedureAnswer,
    ProcedureItem,
    ProceduresAnswer,
    named,
    procedure_answer,
)
from backend.catalogue.entries import OnlineFilter, SearchFilters
from backend.catalogue.record import Audience, Identifier, Level
from backend.catalogue.service import LiveCatalogue, find_communes
from backend.kernel.errors import InvalidRequest, ProcedureNotFound
from backend.kernel.operations import NoParameters, Operation
from backend.kernel.web import WORDS

CATALOGUE: web.AppKey[LiveCatalogue] = web.AppKey("catalogue", LiveCatalogue)

_LONGEST_CODE = 32


class ProcedureParameters(BaseModel):
    """What a search may be asked with."""

    model_config = ConfigDict(frozen=True)

    q: Annotated[str, Field(max_length=500, description="What the citizen wrote; empty lists by the filters")] = ""
    limit: Annotated[int, Field(ge=1, le=50)] = 10
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0
    level: Annotated[Level | None, Field(description="Only procedures decided on this level")] = None
    field: Annotated[Identifier | None, Field(description="Only procedures of this field's id")] = None
    agency: Annotated[Identifier | None, Field(description="Only procedures of this agency's id")] = None
    audience: Annotated[Audience | None, Field(description="Only procedures that these may apply for")] = None
    online: Annotated[OnlineFilter | None, Field(description="Only procedures that can be filed online so far")] = None


class CommuneParameters(BaseModel):
    """What the communes may be asked with."""

    model_config = ConfigDict(frozen=True)

    q: Annotated[str, Field(max_length=100, description="Part of a name, of today or from before the merger")] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 100


async def search_procedures(request: web.Request, asked: ProcedureParameters) -> ProceduresAnswer:
    started = time.perf_counter()
    snapshot = request.app[CATALOGUE].snapshot
    filters = SearchFilters(asked.level, asked.field, asked.agency, asked.audience, asked.online)
    result = snapshot.search.search(asked.q, filters, limit=asked.limit, offset=asked.offset)
    words = request.app[WORDS]
    topic, nearest = result.elsewhere, snapshot.fields.get(result.nearest_field_id or "")
    return ProceduresAnswer(
        items=[ProcedureItem.of(hit, snapshot, words) for hit in result.hits],
        verdict=result.verdict,
        subject=result.query.subject,
        filters=FiltersAnswer(
            level=asked.level or result.query.level,
            field=asked.field or result.query.field_id,
            agency=asked.agency or result.query.agency_id,
        ),
        elsewhere=ElsewhereAnswer(name=topic.name, advice=topic.advice) if topic else None,
        nearest_field=named(nearest) if nearest else None,
        total=result.total,
        took_ms=round((time.perf_counter() - started) * 1000, 3),
    )


async def show_procedure(request: web.Request, _: NoParameters) -> ProcedureAnswer:
    code = request.match_info["code"]
    if len(code) > _LONGEST_CODE or "\x00" in code:
        raise ProcedureNotFound
    return procedure_answer(await request.app[CATALOGUE].procedure(code), request.app[WORDS])


async def list_fields(request: web.Request, _: NoParameters) -> FieldsAnswer:
    fields = request.app[CATALOGUE].snapshot.fields.values()
    return FieldsAnswer(items=[FieldItem(id=f.id, name=f.name, aliases=list(f.aliases)) for f in fields])


async def list_agencies(request: web.Request, _: NoParameters) -> AgenciesAnswer:
    agencies = request.app[CATALOGUE].snapshot.agencies.values()
    return AgenciesAnswer(
        items=[AgencyItem(id=a.id, name=a.name, aliases=list(a.aliases), level=a.level) for a in agencies]
    )


async def list_communes(request: web.Request, asked: CommuneParameters) -> CommunesAnswer:
    found = find_communes(request.app[CATALOGUE].snapshot, asked.q, asked.limit)
    return CommunesAnswer(items=[CommuneItem.of(commune) for commune in found])


OPERATIONS = (
    Operation(
        path="/procedures",
        name="searchProcedures",
        summary="Search procedures by words, code, field, agency or level",
        handle=search_procedures,
        answer=ProceduresAnswer,
        parameters=ProcedureParameters,
        errors=(InvalidRequest,),
    ),
    Operation(
        path="/procedures/{code}",
        name="getProcedure",
        summary="One procedure, whole",
        handle=show_procedure,
        answer=ProcedureAnswer,
        path_parameters=(("code", "The procedure's code in the national database, such as 1.001193"),),
        errors=(ProcedureNotFound,),
    ),
    Operation(
        path="/fields", name="listFields", summary="The fields of procedures", handle=list_fields, answer=FieldsAnswer
    ),
    Operation(
        path="/agencies",
        name="listAgencies",
        summary="The authorities that decide procedures",
        handle=list_agencies,
        answer=AgenciesAnswer,
    ),
    Operation(
        path="/communes",
        name="listCommunes",
        summary="The communes, wards and the special zone, with the units that were merged into them",
        handle=list_communes,
        answer=CommunesAnswer,
        parameters=CommuneParameters,
        errors=(InvalidRequest,),
    ),
)

"""JSON routes of the centre."""

from __future__ import annotations

import datetime
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, field_validator

from backend.centre.service import Centre
from backend.kernel.errors import InvalidRequest
from backend.kernel.operations import Answer, NoParameters, Operation

CENTRE: web.AppKey[Centre] = web.AppKey("centre", Centre)

# The holiday library knows the lunar calendar of these years.
_FIRST_YEAR, _LAST_YEAR = 2000, 2099


class CentreAnswer(Answer):
    name: str
    hotline: str
    website: str
    facebook: str
    zalo: str
    email: str | None
    address: str | None
    hours_text: str
    open_now: bool | None
    """Null on a working day whose clock times are not known."""
    next_opening_label: str | None
    today_label: str
    is_working_day: bool
    closed_reason: str | None


class DayAnswer(Answer):
    date: datetime.date
    label: str
    is_working_day: bool
    reason: str | None


class DayParameters(BaseModel):
    """Which day is asked for."""

    model_config = ConfigDict(frozen=True)

    date: Annotated[datetime.date, Field(description="YYYY-MM-DD")]

    @field_validator("date")
    @classmethod
    def _within_reach(cls, value: datetime.date) -> datetime.date:
        if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            raise ValueError("out of reach")
        return value


async def show_centre(request: web.Request, _: NoParameters) -> CentreAnswer:
    state = request.app[CENTRE].today()
    contact = state.contact
    return CentreAnswer(
        name=contact.name,
        hotline=contact.hotline,
        website=contact.website,
        facebook=contact.facebook,
        zalo=contact.zalo,
        email=contact.email,
        address=contact.address,
        hours_text=state.hours_text,
        open_now=state.open_now,
        next_opening_label=state.next_opening_label,
        today_label=state.today.label,
        is_working_day=state.today.is_working_day,
        closed_reason=state.closed_reason,
    )


async def show_day(request: web.Request, asked: DayParameters) -> DayAnswer:
    day = request.app[CENTRE].day(asked.date)
    return DayAnswer(date=day.date, label=day.label, is_working_day=day.is_working_day, reason=day.reason)


OPERATIONS = (
    Operation(
        path="/centre",
        name="getCentre",
        summary="How to reach the centre, and whether it is open",
        handle=show_centre,
        answer=CentreAnswer,
    ),
    Operation(
        path="/centre/day",
        name="getCentreDay",
        summary="Whether a day is a working day",
        handle=show_day,
        answer=DayAnswer,
        parameters=DayParameters,
        errors=(InvalidRequest,),
    ),
)

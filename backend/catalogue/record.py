"""The shape of the catalogue's files under ``data/catalogue/``: one YAML file a procedure, and the small lists.

A fact that no source gives is left out of the file; the bot then says so and whom to ask.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

CODE_PATTERN = re.compile(r"^\d\.\d{6}(?:\.[A-Z0-9.]+)?$")

Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=600)]
# The national database has official names of over 900 characters.
OfficialName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=2000)]
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
ProcedureCode = Annotated[str, StringConstraints(pattern=CODE_PATTERN.pattern)]
Month = Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s]+$", max_length=400)]


class Level(StrEnum):
    """Who decides a procedure (Local Government Organisation Law 72/2025: there is no district level any more)."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"


class Audience(StrEnum):
    """Who may apply."""

    CITIZEN = "citizen"
    FOREIGNER = "foreigner"
    HOUSEHOLD_BUSINESS = "household_business"
    ENTERPRISE = "enterprise"
    ORGANISATION = "organisation"


class FilingWay(StrEnum):
    """How papers reach the authority."""

    IN_PERSON = "in_person"
    POST = "post"
    ONLINE = "online"


class OnlineLevel(StrEnum):
    """Decree 42/2022, article 5: everything online (``full``), some of it (``partial``), or nothing (``none``).

    ``ungraded``: it can be filed online, and the source does not say how much of it.
    """

    FULL = "full"
    PARTIAL = "partial"
    UNGRADED = "ungraded"
    NONE = "none"


FILED_ONLINE = frozenset({OnlineLevel.FULL, OnlineLevel.PARTIAL, OnlineLevel.UNGRADED})


class TimeUnit(StrEnum):
    """Unit of a processing time; working days skip weekends and public holidays."""

    HOUR = "hour"
    WORKING_DAY = "working_day"
    DAY = "day"
    MONTH = "month"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paper(_Part):
    """One paper to hand in or show. ``when`` is set if only some applicants need it."""

    text: Sentence
    when: Sentence | None = None
    copies: Sentence | None = None


class Fee(_Part):
    """A fee in whole đồng (0 = free); ``text`` where the source gives no single figure."""

    amount: Annotated[int, Field(ge=0, le=10_000_000_000)] | None = None
    text: Sentence | None = None
    when: Sentence | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.amount is None and self.text is None:
            raise ValueError("a fee needs an amount or a text")
        return self


class Duration(_Part):
    """A processing time; ``text`` where the source gives no single figure."""

    value: Annotated[int, Field(ge=0, le=1000)] | None = None
    unit: TimeUnit | None = None
    text: Sentence | None = None
    when: Sentence | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.value is None) != (self.unit is None):
            raise ValueError("value and unit belong together")
        if self.value is None and self.text is None:
            raise ValueError("a duration needs a value with unit, or a text")
        return self


class Form(_Part):
    """A form to fill in; ``url`` only if the source names a public address of it."""

    name: Sentence
    url: HttpsUrl | None = None


class Source(_Part):
    """Where the facts come from, and the decision that announced them."""

    name: Sentence
    url: HttpsUrl | None = None
    decision: Sentence | None = None
    checked_in: Month


class ProcedureRecord(_Part):
    """A procedure in full, as an editor writes it."""

    code: ProcedureCode
    name: OfficialName
    short_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=90)]
    field: Identifier
    levels: Annotated[list[Level], Field(min_length=1)]
    agency: Identifier
    audience: list[Audience] = []
    popularity: Annotated[int, Field(ge=1, le=5)] = 3
    summary: Sentence | None = None
    papers: list[Paper] = []
    fees: list[Fee] = []
    durations: list[Duration] = []
    place: Sentence | None = None
    ways: list[FilingWay] = []
    online: OnlineLevel | None = None
    steps: list[Sentence] = []
    forms: list[Form] = []
    conditions: list[Sentence] = []
    legal_basis: list[Sentence] = []
    result: Sentence | None = None
    notes: list[Sentence] = []
    source: Source


def _split_on_commas(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class IndexRow(_Part):
    """A line of ``index/*.tsv``: a procedure whose facts nobody has written up yet."""

    code: ProcedureCode
    name: OfficialName
    field: Identifier
    levels: Annotated[list[Level], Field(min_length=1), BeforeValidator(_split_on_commas)]
    agency: Identifier
    audience: Annotated[list[Audience], BeforeValidator(_split_on_commas)] = []
    online: OnlineLevel | None = None
    url: HttpsUrl | None = None


class AgencyRecord(_Part):
    """An authority that decides procedures; ``aliases`` are the everyday names."""

    id: Identifier
    name: Sentence
    level: Level
    aliases: list[Sentence] = []


class FieldRecord(_Part):
    """A field (lĩnh vực) of the national catalogue; ``aliases`` are the everyday words for it."""

    id: Identifier
    name: Sentence
    aliases: list[Sentence] = []


class CommuneRecord(_Part):
    """A commune, ward or special zone since 1 July 2025, with the units that were merged into it."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
    name: Sentence
    kind: Annotated[str, StringConstraints(pattern=r"^(phuong|xa|dac-khu)$")]
    former: list[Sentence] = []


class ElsewhereRecord(_Part):
    """A matter that the catalogue holds no procedure for; ``advice`` is the sentence that the citizen reads."""

    id: Identifier
    name: Sentence
    advice: Sentence

"""The shape of an imported procedure: that of :class:`backend.catalogue.record.ProcedureRecord`, with official lengths.

An editor's sentences are short on purpose; official ones run over pages and are stored whole.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.catalogue.record import (
    Audience,
    FilingWay,
    HttpsUrl,
    Identifier,
    Level,
    Month,
    OfficialName,
    OnlineLevel,
    ProcedureCode,
    TimeUnit,
)

LONGEST_TEXT = 100_000
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ImportedPaper(_Part):
    text: Text
    when: Text | None = None
    copies: Text | None = None


class ImportedFee(_Part):
    amount: Annotated[int, Field(ge=0, le=10_000_000_000)] | None = None
    text: Text | None = None
    when: Text | None = None


class ImportedDuration(_Part):
    value: Annotated[int, Field(gt=0, le=1000)] | None = None
    unit: TimeUnit | None = None
    text: Text | None = None
    when: Text | None = None


class ImportedForm(_Part):
    name: Text


class ImportedSource(_Part):
    name: Text
    url: HttpsUrl | None = None
    decision: Text | None = None
    checked_in: Month | None = None
    """Left out where nobody has said how old the file is."""


class ImportedRecord(_Part):
    """A procedure in full, as the national database has it."""

    code: ProcedureCode
    name: OfficialName
    short_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=90)]
    field: Identifier
    levels: Annotated[list[Level], Field(min_length=1)]
    agency: Identifier
    audience: list[Audience] = []
    popularity: Annotated[int, Field(ge=1, le=5)] = 1
    papers: list[ImportedPaper] = []
    fees: list[ImportedFee] = []
    durations: list[ImportedDuration] = []
    place: Text | None = None
    ways: list[FilingWay] = []
    online: OnlineLevel | None = None
    steps: list[Text] = []
    forms: list[ImportedForm] = []
    conditions: list[Text] = []
    legal_basis: list[Text] = []
    result: Text | None = None
    notes: list[Text] = []
    source: ImportedSource

"""The JSON answers of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.catalogue.entries import Hit, Verdict
from backend.catalogue.record import Level, TimeUnit
from backend.catalogue.service import CatalogueSnapshot, CommuneView, Named, ProcedureView
from backend.kernel.operations import Answer
from backend.kernel.words import Words


class NamedAnswer(Answer):
    id: str
    name: str


class FieldItem(NamedAnswer):
    aliases: list[str]


class AgencyItem(NamedAnswer):
    aliases: list[str]
    level: Level | None


class FieldsAnswer(Answer):
    items: list[FieldItem]


class AgenciesAnswer(Answer):
    items: list[AgencyItem]


class CommuneItem(Answer):
    code: str
    name: str
    kind: str
    former: list[str]

    @classmethod
    def of(cls, commune: CommuneView) -> CommuneItem:
        return cls(code=commune.code, name=commune.name, kind=commune.kind, former=list(commune.former))


class CommunesAnswer(Answer):
    items: list[CommuneItem]


class ProcedureItem(Answer):
    code: str
    name: str
    short_name: str
    agency: str
    field: str
    level: str
    score: float
    has_record: bool

    @classmethod
    def of(cls, hit: Hit, snapshot: CatalogueSnapshot, words: Words) -> ProcedureItem:
        entry = hit.entry
        agency, field = snapshot.agencies.get(entry.agency_id), snapshot.fields.get(entry.field_id)
        return cls(
            code=entry.code,
            name=entry.name,
            short_name=entry.short_name,
            agency=agency.name if agency else "",
            field=field.name if field else "",
            level=", ".join(level_labels(entry.levels, words)),
            score=round(hit.score, 4),
            has_record=entry.has_record,
        )


class FiltersAnswer(Answer):
    level: Level | None
    field: str | None
    agency: str | None


class ElsewhereAnswer(Answer):
    name: str
    advice: str


class ProceduresAnswer(Answer):
    items: list[ProcedureItem]
    verdict: Verdict
    subject: str
    filters: FiltersAnswer
    elsewhere: ElsewhereAnswer | None = None
    nearest_field: NamedAnswer | None = None
    total: int
    took_ms: float


class PaperAnswer(Answer):
    text: str
    when: str | None = None
    copies: str | None = None


class FeeAnswer(Answer):
    amount: int | None = None
    text: str | None = None
    when: str | None = None
    label: str


class DurationAnswer(Answer):
    value: int | None = None
    unit: TimeUnit | None = None
    text: str | None = None
    when: str | None = None
    label: str


class FormAnswer(Answer):
    name: str
    url: str | None = None


class SourceAnswer(Answer):
    name: str
    url: str | None = None
    decision: str | None = None
    checked_in: str | None = None
    checked_label: str | None = None


class ProcedureAnswer(Answer):
    code: str
    name: str
    short_name: str
    has_record: bool
    field: NamedAnswer
    agency: NamedAnswer
    levels: list[Level]
    level_labels: list[str]
    audience: list[str]
    summary: str | None = None
    papers: list[PaperAnswer] = []
    fees: list[FeeAnswer] = []
    durations: list[DurationAnswer] = []
    place: str | None = None
    ways: list[str] = []
    way_labels: list[str] = []
    online: str | None = None
    online_label: str | None = None
    steps: list[str] = []
    forms: list[FormAnswer] = []
    conditions: list[str] = []
    legal_basis: list[str] = []
    result: str | None = None
    notes: list[str] = []
    source: SourceAnswer
    is_imported: bool
    page_url: str


def named(thing: Named) -> NamedAnswer:
    return NamedAnswer(id=thing.id, name=thing.name)


def level_labels(levels: tuple[Level, ...], words: Words) -> list[str]:
    return [words.say(f"catalogue.level_{level}") for level in levels]


def procedure_answer(view: ProcedureView, words: Words) -> ProcedureAnswer:
    """Return a procedure in full, with the labels that people read."""
    record: Mapping[str, Any] = view.record or {}
    source = record.get("source") or {"name": words.say("catalogue.national_source"), "url": view.url}
    plain = ("summary", "papers", "place", "ways", "steps", "forms", "conditions", "legal_basis", "result", "notes")
    return ProcedureAnswer(
        code=view.code,
        name=view.name,
        short_name=view.short_name,
        has_record=view.record is not None,
        field=named(view.field),
        agency=named(view.agency),
        levels=list(view.levels),
        level_labels=level_labels(view.levels, words),
        audience=list(view.audience),
        fees=[FeeAnswer(**fee, label=fee_label(fee, words)) for fee in record.get("fees", ())],
        durations=[DurationAnswer(**d, label=duration_label(d, words)) for d in record.get("durations", ())],
        way_labels=[words.say(f"catalogue.way_{way}") for way in record.get("ways", ())],
        online=view.online,
        online_label=words.say(f"catalogue.online_{view.online}") if view.online else None,
        source=SourceAnswer(**source, checked_label=checked_label(source.get("checked_in"), words)),
        is_imported=view.is_imported,
        page_url=f"/thu-tuc/{view.code}",
        **{name: record[name] for name in plain if name in record},
    )


def fee_label(fee: Mapping[str, Any], words: Words) -> str:
    """Return a fee as people read it: ``8.000 đồng``."""
    amount = fee.get("amount")
    if amount is None:
        return str(fee["text"])
    return (
        words.say("catalogue.amount", amount=f"{amount:,}".replace(",", ".")) if amount else words.say("catalogue.free")
    )


def duration_label(duration: Mapping[str, Any], words: Words) -> str:
    """Return a processing time as people read it: ``5 ngày làm việc``."""
    value = duration.get("value")
    if value is None:
        return str(duration["text"])
    return f"{value} {words.say('catalogue.unit_' + duration['unit'])}" if value else words.say("catalogue.same_day")


def checked_label(month: str | None, words: Words) -> str | None:
    """Return ``2026-07`` as ``tháng 7/2026``."""
    if month is None:
        return None
    year, number = month.split("-")
    return words.say("catalogue.checked", month=int(number), year=year)

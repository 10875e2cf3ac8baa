"""The facts of one procedure in words: the card, and each facet in full. What is not known is said to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actions.messages import Choice, Message, Step, bullets, clip, numbered
from actions.wording import say

Record = dict[str, Any]

FACETS = (
    "ask_documents",
    "ask_fee",
    "ask_duration",
    "ask_place",
    "ask_steps",
    "ask_form",
    "ask_online",
    "ask_conditions",
    "ask_legal_basis",
)
PAPERS_ON_CARD = 4
CHOICES_UNDER_FACET = 4
# Source, heading and the hint to the whole page still have to fit into a message.
FACTS_LIMIT = 3400
# Official texts run over pages; the procedure's own page shows them whole.
FACT_ON_CARD_LIMIT = 300
FACT_LIMIT = 900


def short_name(record: Record) -> str:
    """Return the everyday name."""
    return str(record.get("short_name") or record.get("name") or record.get("code"))


def card(record: Record) -> Message:
    """Return the overview of a procedure."""
    name = short_name(record)
    rows = [
        (say("procedure.row_agency"), agency_name(record)),
        (say("procedure.row_level"), ", ".join(level_labels(record))),
        (say("procedure.row_papers"), _papers_in_short(record)),
        (say("procedure.row_fee"), _in_short(fee_lines(record))),
        (say("procedure.row_duration"), _in_short(duration_lines(record))),
        (say("procedure.row_place"), _in_short([str(record.get("place") or "")])),
        (say("procedure.row_online"), str(record.get("online_label") or "")),
        (say("procedure.row_result"), _in_short([str(record.get("result") or "")])),
        (say("procedure.row_code"), str(record.get("code") or "")),
    ]
    if not has_facts(record):
        return Message(
            say("procedure.index_only", name=name),
            title=str(record.get("name") or name),
            rows=[row for row in rows if row[1]],
            note=source_note(record) or None,
            choices=_ways_on(),
            links=[*page_links(record), national_portal_link(record)],
        )
    summary = str(record.get("summary") or "")
    return Message(
        say("procedure.found", name=name) + (f"\n{summary}" if summary else ""),
        title=name,
        rows=[row for row in rows if row[1]],
        note=source_note(record) or None,
        choices=[*_facet_choices(record, FACETS[:7]), _other_choice()],
        links=page_links(record),
    )


def facet(record: Record, intent: str) -> Message:
    """Return one facet in full, or the honest sentence that it is not known."""
    name = short_name(record)
    lines, links = _facet_facts(record, intent)
    if not lines:
        agency = agency_name(record)
        topic = say(f"procedure.facet_{intent}")
        text = (
            say("procedure.missing", facet=topic, name=name, agency=agency)
            if agency
            else say("procedure.missing_without_agency", facet=topic, name=name)
        )
        links = [] if has_facts(record) else [national_portal_link(record)]
    else:
        lines = [clip(line, FACT_LIMIT) for line in lines]
        facts = numbered(lines) if intent == "ask_steps" else bullets(lines)
        text = "\n".join(
            part
            for part in (
                say(f"procedure.heading_{intent}", name=name),
                clip(facts, FACTS_LIMIT),
                _notes(record) if intent == "ask_documents" else "",
                source_note(record),
            )
            if part
        )
    others = [other for other in FACETS if other != intent][:CHOICES_UNDER_FACET] if has_facts(record) else []
    return Message(
        text,
        choices=[*_facet_choices(record, others), card_choice(record), _other_choice()],
        links=[*links, *page_links(record)],
    )


Facts = tuple[list[str], list[tuple[str, str]]]


def _facet_facts(record: Record, intent: str) -> Facts:
    makers: dict[str, Callable[[Record], Facts]] = {
        "ask_documents": lambda record: ([_paper(paper) for paper in record.get("papers") or []], []),
        "ask_fee": lambda record: (fee_lines(record), []),
        "ask_duration": lambda record: (duration_lines(record), []),
        "ask_place": lambda record: (_place_lines(record), []),
        "ask_steps": lambda record: (_sentences(record, "steps"), []),
        "ask_form": _forms,
        "ask_online": _online,
        "ask_conditions": lambda record: (_sentences(record, "conditions"), []),
        "ask_legal_basis": lambda record: (_sentences(record, "legal_basis"), []),
    }
    return makers[intent](record)


def _sentences(record: Record, key: str) -> list[str]:
    return [str(sentence) for sentence in record.get(key) or []]


def _forms(record: Record) -> Facts:
    lines: list[str] = []
    links: list[tuple[str, str]] = []
    for form in record.get("forms") or []:
        name, url = str(form.get("name") or ""), form.get("url")
        lines.append(say("procedure.form_with_link", name=name) if url else name)
        if url:
            links.append((name, str(url)))
    return lines, links


def _online(record: Record) -> Facts:
    if not record.get("online_label"):
        return [], []
    lines = [say("procedure.online_level", level=record["online_label"]), *_ways_line(record)]
    can_be_filed = record.get("online") in ("full", "partial", "ungraded")
    return lines, [(say("procedure.portal_link"), say("common.portal"))] if can_be_filed else []


def has_facts(record: Record) -> bool:
    """Tell whether there is more than the procedure's name, agency and level."""
    return any(record.get(key) for key in ("papers", "fees", "durations", "steps", "place", "conditions"))


def agency_name(record: Record) -> str:
    """Return the deciding authority's name, or nothing."""
    agency = record.get("agency")
    return str(agency.get("name") or "") if isinstance(agency, dict) else str(agency or "")


def level_labels(record: Record) -> list[str]:
    """Return the levels in words."""
    labels = record.get("level_labels")
    return (
        [str(label) for label in labels]
        if labels
        else [level_label(str(level)) for level in record.get("levels") or []]
    )


def level_label(level: str) -> str:
    """Return one level in words."""
    return say(f"procedure.level_{level}") if level in ("ministry", "province", "commune") else level


def fee_lines(record: Record) -> list[str]:
    """Return all fees, each with its condition."""
    return [_figure(fee, "amount") for fee in record.get("fees") or []]


def duration_lines(record: Record) -> list[str]:
    """Return all processing times, each with its condition."""
    return [_figure(duration, "value") for duration in record.get("durations") or []]


def _figure(fact: Record, number: str) -> str:
    """Return the core's wording of a figure, with what the source says beside it and when it holds."""
    figure = str(fact.get("label") or fact.get("text") or "")
    text = str(fact.get("text") or "")
    if fact.get(number) is not None and text:
        # "18 ngày kể từ ngày nhận đủ hồ sơ" says the figure itself.
        figure = text if text.startswith(figure) else _with_condition(figure, text)
    return _with_condition(figure, fact.get("when"))


def _with_condition(fact: str, when: object) -> str:
    return say("procedure.fact_when", fact=fact, when=when) if when and str(when) not in fact else fact


def _paper(paper: Record) -> str:
    text = str(paper.get("text") or "")
    if paper.get("copies"):
        text = say("procedure.paper_with_copies", text=text, copies=paper["copies"])
    return _with_condition(text, paper.get("when"))


def _papers_in_short(record: Record) -> str:
    papers = record.get("papers") or []
    lines = [clip(_paper(paper), FACT_ON_CARD_LIMIT) for paper in papers[:PAPERS_ON_CARD]]
    rest = len(papers) - len(lines)
    return "\n".join(
        part for part in (bullets(lines), say("procedure.more_papers", count=rest) if rest else "") if part
    )


def _in_short(lines: list[str]) -> str:
    return "\n".join(clip(line, FACT_ON_CARD_LIMIT) for line in lines)


def _place_lines(record: Record) -> list[str]:
    if not record.get("place") and not record.get("way_labels"):
        return []
    agency = agency_name(record)
    place = str(record.get("place") or "")
    return [
        *([place] if place else []),
        *([say("procedure.agency_line", agency=agency)] if agency and agency not in place else []),
        *_ways_line(record),
    ]


def _ways_line(record: Record) -> list[str]:
    ways = [str(way) for way in record.get("way_labels") or []]
    return [say("procedure.ways", ways=", ".join(ways))] if ways else []


def _notes(record: Record) -> str:
    notes = [str(note) for note in record.get("notes") or []]
    return say("procedure.notes") + "\n" + clip(bullets(notes), 400) if notes else ""


def source_note(record: Record) -> str:
    """Return when the record was last checked and against what."""
    source = record.get("source") or {}
    month, name = source.get("checked_label") or source.get("checked_in"), source.get("name")
    if name and source.get("decision"):
        name = say("procedure.source_with_decision", source=name, decision=source["decision"])
    if record.get("is_imported") and name:
        # Nobody has checked it: it is what the national database says.
        return (
            say("procedure.imported_in", month=month, source=name) if month else say("procedure.imported", source=name)
        )
    if month and name:
        return say("procedure.checked", month=month, source=name)
    if month:
        return say("procedure.checked_only", month=month)
    return say("procedure.source_only", source=name) if name else ""


def page_links(record: Record) -> list[tuple[str, str]]:
    """Return the link to the procedure's own page."""
    return [(say("procedure.page_link"), str(record["page_url"]))] if record.get("page_url") else []


def national_portal_link(record: Record) -> tuple[str, str]:
    """Return the link to where the whole of an index-only procedure can be read."""
    url = (record.get("source") or {}).get("url")
    return say("procedure.national_portal_link"), str(url or say("common.national_portal"))


def _facet_choices(record: Record, intents: tuple[str, ...] | list[str]) -> list[Choice]:
    return [
        (say(f"procedure.choice_{intent}"), Step(intent, {"procedure_code": str(record["code"])})) for intent in intents
    ]


def card_choice(record: Record) -> Choice:
    """Return the choice that shows the overview."""
    return say("procedure.choice_card"), Step("find_procedure", {"procedure_code": str(record["code"])})


def _other_choice() -> Choice:
    return say("procedure.choice_other"), Step("find_procedure")


def _ways_on() -> list[Choice]:
    return [_other_choice(), (say("common.human_choice"), Step("talk_to_human"))]

"""What finding a procedure and asking a facet of one share: search, show, choose, and the honest "not found"."""

from __future__ import annotations

import re
from typing import Any

from actions import lessons
from actions.core_api import Answer, RecordNotFound
from actions.messages import Choice, Message, Step, clip
from actions.procedure_facts import FACETS, card, facet, level_label, short_name
from actions.refinement import narrowing
from actions.turn import Turn
from actions.wording import say
from vietnamese.folding import fold, tokens

PROCEDURE_CODE = re.compile(r"(?<![\d.])\d\.\d{6}(?:\.[A-Z0-9.]+)?(?![\d])")
CHOICES = 4
LIST_PAGE = 5
# An answer that asked which procedure is meant; only then does a remembered facet count.
ASKING_ACTIONS = frozenset(
    {
        "action_find_procedure",
        "action_show_facet",
        "action_show_guide",
        "action_out_of_scope",
        "action_inform",
        "action_fallback",
        "action_affirm",
        "action_deny",
    }
)


async def show(turn: Turn, code: str, intent: str | None) -> None:
    """Show one procedure: its card, or one facet of it."""
    try:
        record = await turn.core.procedure(code)
    except RecordNotFound:
        turn.say(Message(say("procedure.unknown_code", code=clip(code, 40)), choices=ways_on()))
        return
    turn.remember(procedure_code=str(record["code"]), pending_facet=None, offer=None)
    turn.say(facet(record, intent) if intent else card(record))


async def show_found(turn: Turn, found: Answer, intent: str | None) -> bool:
    """Show what a search found; False if it found nothing."""
    items: list[Answer] = list(found.get("items") or [])
    verdict = found.get("verdict")
    if not items and turn.entity("offset"):
        turn.say(Message(say("procedure.list_end"), choices=ways_on()))
        return True
    if not items or verdict == "none":
        return False
    if verdict == "one" or (len(items) == 1 and verdict == "list" and not turn.entity("offset")):
        await show(turn, str(items[0]["code"]), intent)
    elif verdict == "several":
        _say_several(turn, items[:CHOICES], intent)
    else:
        _say_list(turn, items[:LIST_PAGE], int(found.get("total") or len(items)), intent)
    return True


def ask_which(turn: Turn, intent: str | None) -> None:
    """Ask which procedure is meant, and remember what was to be known about it."""
    turn.remember(pending_facet=intent, offer=None)
    text = (
        say("procedure.which_for_facet", facet=say(f"procedure.facet_{intent}")) if intent else say("procedure.which")
    )
    turn.say(Message(text, choices=[browse_choice()], links=[list_link()]))


def remembered_facet(turn: Turn) -> str | None:
    """Return the facet that the last answer wanted a procedure for."""
    wanted = turn.slots.get("pending_facet")
    asked = turn.previous_action is None or turn.previous_action in ASKING_ACTIONS
    return str(wanted) if wanted in FACETS and asked else None


async def search(turn: Turn) -> Answer:
    """Search with what the citizen wrote."""
    offset = turn.entity("offset") or "0"
    found = await turn.core.search_procedures(turn.text, limit=LIST_PAGE, offset=int(offset) if offset.isdigit() else 0)
    narrowed = narrowing(turn, found)
    if narrowed is not None:
        found = await _search_narrowed(turn, *narrowed)
    turn.found = [str(item["code"]) for item in found.get("items") or []]
    return found


async def _search_narrowed(turn: Turn, sentence: str, filters: dict[str, str]) -> Answer:
    """Search again for what the last answer was about, within ``filters``."""
    turn.text = sentence
    found = await turn.core.search_procedures(sentence, LIST_PAGE, **filters)
    if found.get("verdict") == "none":
        turn.say(Message(say("refinement.narrowed_to_nothing")))
        return await turn.core.search_procedures(sentence, LIST_PAGE)
    turn.say(Message(say("refinement.narrowed")))
    return found


def subject_of(found: Answer) -> str:
    """Return the words that name a procedure; words that only point ("cái đó") or link ("còn … thì sao") name none."""
    subject = str(found.get("subject") or "")
    return subject if any(word not in pointing_words() for word in tokens(fold(subject))) else ""


def pointing_words() -> frozenset[str]:
    """Return the folded words that name nothing by themselves."""
    return frozenset(say("procedure.pointing_words").split())


def offer_again(turn: Turn, intent: str) -> bool:
    """Offer the procedures of the last answer once more, for another facet; False if it offered none."""
    offered = [(label, step.entities.get("procedure_code")) for label, step in turn.standing_offer(ASKING_ACTIONS)]
    choices: list[Choice] = [(label, Step(intent, {"procedure_code": code})) for label, code in offered if code]
    if len(choices) < 2:
        return False
    _say_choices(turn, choices, intent)
    return True


def _say_several(turn: Turn, items: list[Answer], intent: str | None) -> None:
    _say_choices(turn, _item_choices(items, intent), intent)


def _say_choices(turn: Turn, choices: list[Choice], intent: str | None) -> None:
    # A choice is a new topic: what was talked about before must not answer the next question.
    turn.remember(procedure_code=None, pending_facet=intent)
    turn.offer(choices)
    text = (
        say("procedure.several_for_facet", facet=say(f"procedure.facet_{intent}"))
        if intent
        else say("procedure.several")
    )
    turn.say(Message(text, choices=[*choices, (say("procedure.not_in_list"), Step("deny", {"denied": "procedures"}))]))


def _say_list(turn: Turn, items: list[Answer], total: int, intent: str | None) -> None:
    asked = turn.entity("offset")
    offset = int(asked) if asked and asked.isdigit() else 0
    last = offset + len(items)
    choices = _item_choices(items, intent)
    turn.remember(procedure_code=None, pending_facet=intent)
    turn.offer(choices)
    if last < total:
        more = Step(intent or "find_procedure", turn.remembered_text() | {"offset": str(last)})
        choices.append((say("procedure.more"), more))
    choices.append((say("procedure.not_in_list"), Step("deny", {"denied": "procedures"})))
    text = (
        say("procedure.list_next", first=offset + 1, last=last, total=total)
        if offset
        else say("procedure.list", total=total)
    )
    turn.say(Message(text, choices=choices, links=[list_link()]))


def _item_choices(items: list[Answer], intent: str | None) -> list[Choice]:
    names = [clip(short_name(item), 90) for item in items]
    return [
        (
            name if names.count(name) == 1 else say("procedure.label_with", name=name, detail=_detail(item)),
            Step(intent or "inform", {"procedure_code": str(item["code"])}),
        )
        for name, item in zip(names, items, strict=True)
    ]


def _detail(item: Answer) -> str:
    """Return what tells two procedures of the same name apart."""
    level: Any = item.get("level")
    words = level_label(str(level)) if level else ""
    return ", ".join(part for part in (words, str(item["code"])) if part)


def say_elsewhere(turn: Turn, found: Answer) -> bool:
    """Say who handles what the sentence is about; False if it is not known to be somebody else's business."""
    topic = found.get("elsewhere")
    if not topic:
        return False
    turn.remember(offer=None)
    anyway: list[Choice] = [browse_choice(), (say("common.human_choice"), Step("talk_to_human"))]
    turn.say(Message(str(topic["advice"]), choices=anyway, links=[call_link()]))
    return True


def say_none(turn: Turn, words: str, found: Answer) -> None:
    """Say that nothing was found, and what else one can do."""
    if say_elsewhere(turn, found):
        return
    turn.remember(offer=None)
    turn.learn(lessons.NOT_FOUND)
    text = say("procedure.none_with_words", words=clip(words, 80)) if words else say("procedure.none")
    nearest = found.get("nearest_field")
    choices = ways_on()
    if nearest:
        step = Step("find_procedure", {"original_text": say("procedure.browse_query", field=nearest["name"])})
        choices = [(say("procedure.nearest_field", field=nearest["name"]), step), *choices]
    turn.say(Message(text, choices=choices, links=[list_link(), call_link()]))


async def say_none_but_known(turn: Turn, words: str, known: str, intent: str, found: Answer) -> None:
    """Say that nothing was found for ``words``, and offer the procedure that is being talked about."""
    if say_elsewhere(turn, found):
        return
    record = await turn.core.procedure(known)
    turn.learn(lessons.NOT_FOUND)
    step = Step(intent, {"procedure_code": known})
    turn.offer([(say("procedure.yes_that_one"), step)])
    text = say(
        "procedure.none_but_known",
        words=clip(words, 80),
        facet=say(f"procedure.facet_{intent}"),
        name=short_name(record),
    )
    turn.say(Message(text, choices=[(say("procedure.yes_that_one"), step), *ways_on()], links=[list_link()]))


def ways_on() -> list[Choice]:
    """Return what one can do when nothing was found."""
    return [browse_choice(), (say("common.human_choice"), Step("talk_to_human"))]


def browse_choice() -> Choice:
    """Return the choice that lists the fields."""
    return say("procedure.browse"), Step("find_procedure", {"browse": "fields"})


def list_link() -> tuple[str, str]:
    """Return the link to the page of all procedures."""
    return say("procedure.list_link"), say("common.procedures_page")


def call_link() -> tuple[str, str]:
    """Return the link that dials the hotline."""
    return say("common.call_link"), say("common.hotline_url")

"""A message that only supplies a value: a code, a commune, a number, or the procedure that was asked for."""

from __future__ import annotations

from actions.check_dossier import date_problem_of, receipt_codes_in, show_statuses
from actions.core_api import Answer
from actions.fallback import answered_by_search, is_second, menu, misunderstood
from actions.messages import Message, Step
from actions.procedure_lookup import PROCEDURE_CODE, browse_choice, pointing_words, remembered_facet, show
from actions.turn import CapabilityAction, Turn
from actions.wording import say
from vietnamese.folding import fold

FORMER_UNITS_SHOWN = 4
# Folded words that begin a commune's name.
KINDS = frozenset({"xa", "phuong", "dac", "p.", "x."})
COMMUNE_WORDS = 5
BARE_NAME_WORDS = 4


class ActionInform(CapabilityAction):
    """Answers ``inform``."""

    action_name = "action_inform"

    async def answer(self, turn: Turn) -> None:
        """Put the value where it belongs."""
        code = turn.entity("procedure_code")
        if code:
            await show(turn, code, remembered_facet(turn))
            return
        receipt_codes = receipt_codes_in(turn)
        if receipt_codes:
            await show_statuses(turn, receipt_codes)
            return
        typed_code = PROCEDURE_CODE.search(turn.text)
        if typed_code:
            await show(turn, typed_code[0], remembered_facet(turn))
            return
        await _value_without_code(turn)


async def _value_without_code(turn: Turn) -> None:
    complaint = date_problem_of(turn)
    if complaint:
        turn.say(Message(complaint, choices=[(say("dossier.another"), Step("check_dossier"))]))
    elif turn.entity("national_id") or turn.entity("phone_number"):
        turn.say(Message(say("conversation.keep_private"), choices=menu()))
    elif not (await _is_commune(turn) or await _names_procedure(turn) or await _is_bare_commune_name(turn)):
        await _say_not_placed(turn)


async def _is_commune(turn: Turn) -> bool:
    words = turn.entity("commune") or _commune_words(turn.text)
    return bool(words) and await _say_communes(turn, await turn.core.communes(words))


def _commune_words(text: str) -> str:
    """Return the stretch that begins with the kind of a commune (``phường Ba Ngòi``), or nothing."""
    words = text.split()
    for position, word in enumerate(words):
        if fold(word) in KINDS and position + 1 < len(words):
            return " ".join(words[position : position + COMMUNE_WORDS])
    return ""


async def _is_bare_commune_name(turn: Turn) -> bool:
    """Tell whether a short text is, whole, a present or former name (``diên khánh``), and answer if so."""
    words = turn.text.split()
    while words and fold(words[0]) in pointing_words():
        del words[0]
    wanted = fold(" ".join(words))
    if not wanted or len(words) > BARE_NAME_WORDS:
        return False
    communes = [
        commune
        for commune in await turn.core.communes(" ".join(words))
        if any(fold(str(name)).endswith(wanted) for name in (commune["name"], *(commune.get("former") or [])))
    ]
    return await _say_communes(turn, communes)


async def _say_communes(turn: Turn, communes: list[Answer]) -> bool:
    if not communes:
        return False
    if len(communes) > 1:
        names = ", ".join(str(commune["name"]) for commune in communes[:FORMER_UNITS_SHOWN])
        turn.say(Message(say("conversation.several_communes", names=names)))
    else:
        await _say_commune(turn, communes[0])
    return True


async def _say_commune(turn: Turn, commune: Answer) -> None:
    name = str(commune["name"])
    known = turn.slots.get("procedure_code")
    if known:
        record = await turn.core.procedure(str(known))
        if "commune" in (record.get("levels") or []):
            procedure = record.get("short_name") or record.get("name")
            office = name[:1].lower() + name[1:]
            text = say("conversation.commune_for_procedure", name=name, office=office, procedure=procedure)
            turn.say(Message(text, choices=menu()))
            return
    former = ", ".join(str(unit) for unit in (commune.get("former") or [])[:FORMER_UNITS_SHOWN])
    text = (
        say("conversation.commune_with_former", name=name, former=former)
        if former
        else say("conversation.commune", name=name)
    )
    turn.say(Message(text, choices=[browse_choice(), *menu()]))


async def _names_procedure(turn: Turn) -> bool:
    words = turn.text.split()
    is_persons_name = len(words) > 1 and all(word.istitle() for word in words)
    has_letters = any(character.isalpha() for character in turn.text)
    return has_letters and not is_persons_name and await answered_by_search(turn)


async def _say_not_placed(turn: Turn) -> None:
    if is_second(turn):
        await misunderstood(turn)
        return
    turn.remember(misunderstood=True)
    turn.say(Message(say("conversation.not_placed"), choices=menu(), understood=False))

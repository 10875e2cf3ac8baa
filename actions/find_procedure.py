"""Procedure look-up: from a citizen's sentence to a card, a choice, or an honest "not found"."""

from __future__ import annotations

from actions.check_dossier import receipt_codes_in, show_statuses
from actions.messages import Choice, Message, Step
from actions.procedure_lookup import (
    ask_which,
    call_link,
    list_link,
    remembered_facet,
    say_none,
    search,
    show,
    show_found,
    subject_of,
    ways_on,
)
from actions.turn import CapabilityAction, Turn
from actions.wording import say

BROWSE_FIELDS = 11


class ActionFindProcedure(CapabilityAction):
    """Answers ``find_procedure``."""

    action_name = "action_find_procedure"

    async def answer(self, turn: Turn) -> None:
        """Show, offer or ask."""
        codes = receipt_codes_in(turn)
        if codes:
            await show_statuses(turn, codes)
        else:
            await find_procedure(turn)


async def find_procedure(turn: Turn) -> None:
    """Show the procedure that the sentence names, or find out which is meant."""
    if turn.entity("browse"):
        await browse_fields(turn)
        return
    code = turn.entity("procedure_code")
    if code:
        await show(turn, code, None)
        return
    if not turn.text:
        ask_which(turn, None)
        return
    wanted = remembered_facet(turn)
    found = await search(turn)
    subject = subject_of(found)
    names_nothing = not subject and found.get("verdict") == "several"
    if not names_nothing and await show_found(turn, found, wanted):
        return
    if subject:
        say_none(turn, subject, found)
    else:
        ask_which(turn, wanted)


async def browse_fields(turn: Turn) -> None:
    """Offer the fields of the catalogue."""
    fields = await turn.core.fields()
    choices: list[Choice] = [
        (
            str(field["name"]),
            Step("find_procedure", {"original_text": say("procedure.browse_query", field=field["name"])}),
        )
        for field in fields[:BROWSE_FIELDS]
    ]
    turn.say(Message(say("procedure.browse_heading"), choices=choices, links=[list_link()]))


def not_in_list(turn: Turn) -> None:
    """Answer that none of the offered procedures is the right one."""
    turn.learn_from_rejection()
    turn.remember(offer=None)
    turn.say(Message(say("procedure.not_in_list_answer"), choices=ways_on(), links=[list_link(), call_link()]))

"""Facets of a procedure: papers, fee, time, place, steps, form, online filing, conditions, legal basis."""

from __future__ import annotations

from actions.check_dossier import receipt_codes_in, show_statuses
from actions.find_procedure import find_procedure
from actions.procedure_lookup import (
    ask_which,
    offer_again,
    say_none,
    say_none_but_known,
    search,
    show,
    show_found,
    subject_of,
)
from actions.turn import CapabilityAction, Turn

# A facet that the classifier gives less is a guess; the card, which tells all of them, is right either way.
SURE_OF_FACET = 0.6
DOSSIER_ACTIONS = frozenset({"action_check_dossier", "action_answer_dossier"})


class ActionShowFacet(CapabilityAction):
    """Answers the nine ``ask_…`` intents about a procedure."""

    action_name = "action_show_facet"

    async def answer(self, turn: Turn) -> None:
        """Answer the facet that the intent names."""
        codes = receipt_codes_in(turn)
        if codes:
            await show_statuses(turn, codes)
        else:
            await show_facet(turn, turn.intent)


async def show_facet(turn: Turn, intent: str) -> None:
    """Answer a facet of the procedure in the sentence, else of the one that is being talked about."""
    code = turn.entity("procedure_code")
    known = turn.slots.get("procedure_code")
    if code:
        await show(turn, code, intent)
        return
    found = await search(turn) if turn.text else {}
    if found.get("verdict") == "several" and known in [item["code"] for item in found["items"]]:
        # Several would do, and one of them is being talked about.
        await show(turn, str(known), intent)
        return
    subject = subject_of(found)
    if (subject or found.get("verdict") == "list") and turn.confidence < SURE_OF_FACET:
        await find_procedure(turn)
        return
    looked_up = turn.slots.get("last_receipt_code")
    if not subject and intent == "ask_duration" and looked_up and turn.previous_action in DOSSIER_ACTIONS:
        await show_statuses(turn, [str(looked_up)])
        return
    names_code = found.get("verdict") == "one" and not subject
    if not subject and known and not names_code:
        await show(turn, str(known), intent)
        return
    if not subject and not names_code and not any((found.get("filters") or {}).values()):
        if not offer_again(turn, intent):
            ask_which(turn, intent)
        return
    if await show_found(turn, found, intent):
        return
    if known:
        await say_none_but_known(turn, subject or turn.text, str(known), intent, found)
    else:
        turn.remember(pending_facet=intent)
        say_none(turn, subject, found)

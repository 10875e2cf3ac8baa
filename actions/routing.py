"""Does what an intent stands for, when a suggestion that names it is accepted by a typed "yes"."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from actions.centre import show_contact, show_working_hours, talk_to_human
from actions.check_dossier import check_dossier
from actions.find_procedure import find_procedure
from actions.messages import Step
from actions.procedure_facts import FACETS
from actions.procedure_lookup import show
from actions.show_facet import show_facet
from actions.turn import Turn

Handler = Callable[[Turn], Awaitable[None]]

HANDLERS: Mapping[str, Handler] = {
    "find_procedure": find_procedure,
    "check_dossier": check_dossier,
    "talk_to_human": talk_to_human,
    "ask_contact": show_contact,
    "ask_working_hours": show_working_hours,
}
# Intents whose answer is one of the domain's fixed texts.
RESPONSES = frozenset(
    {
        "help",
        "pay_fee",
        "rate_service",
        "send_feedback",
        "register_account",
        "log_in",
        "change_password",
        "recover_account",
        "submit_dossier",
        "supplement_dossier",
        "use_postal_service",
        "document_store",
        "manage_notifications",
        "privacy_request",
    }
)
SUGGESTIBLE = frozenset(HANDLERS) | frozenset(FACETS) | RESPONSES


async def perform(turn: Turn, step: Step) -> None:
    """Take ``step`` as if its choice had been taken."""
    turn.remember(offer=None)
    turn.intent = step.intent
    turn.entities = {name: [value] for name, value in step.entities.items()}
    turn.text = step.entities.get("original_text", "")
    if step.intent in RESPONSES:
        turn.respond(f"utter_{step.intent}")
    elif step.intent in FACETS:
        await show_facet(turn, step.intent)
    elif step.intent == "inform":
        await show(turn, step.entities["procedure_code"], None)
    else:
        await HANDLERS[step.intent](turn)

"""Yes, no, and out: answers that depend on what was asked or suggested before."""

from __future__ import annotations

from actions.fallback import denied_suggestion, menu
from actions.find_procedure import not_in_list
from actions.messages import Message
from actions.procedure_lookup import ASKING_ACTIONS
from actions.routing import perform
from actions.turn import CapabilityAction, Turn
from actions.wording import say

# The answers that suggest something.
OFFERING_ACTIONS = ASKING_ACTIONS - {"action_affirm", "action_deny"}


class ActionAffirm(CapabilityAction):
    """Answers ``affirm``: takes the one suggestion that stands."""

    action_name = "action_affirm"

    async def answer(self, turn: Turn) -> None:
        """Do what was suggested, or ask what comes next."""
        offered = turn.standing_offer(OFFERING_ACTIONS)
        if len(offered) == 1:
            await perform(turn, offered[0][1])
        elif offered:
            turn.say(Message(say("conversation.choose_one")))
        else:
            turn.say(Message(say("conversation.affirmed_nothing"), choices=menu()))


class ActionDeny(CapabilityAction):
    """Answers ``deny``: the suggestions were wrong, or nothing more is wanted."""

    action_name = "action_deny"

    async def answer(self, turn: Turn) -> None:
        """Offer another way to what is wanted."""
        denied = turn.entity("denied")
        offered = turn.standing_offer(OFFERING_ACTIONS)
        names_procedures = bool(offered) and all("procedure_code" in step.entities for _, step in offered)
        if denied == "procedures" or (not denied and names_procedures):
            not_in_list(turn)
        elif denied == "intents" or offered:
            denied_suggestion(turn)
        else:
            turn.say(Message(say("conversation.denied_nothing"), choices=menu()))


class ActionStop(CapabilityAction):
    """Answers ``stop``: forgets what was under way."""

    action_name = "action_stop"

    async def answer(self, turn: Turn) -> None:
        """Start over."""
        turn.remember(
            procedure_code=None,
            pending_facet=None,
            offer=None,
            misunderstood=None,
            receipt_code=None,
            dossier_tries=None,
        )
        turn.say(Message(say("conversation.stopped"), choices=menu()))

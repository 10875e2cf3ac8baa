"""The domain's fixed answers, unless the citizen rather names a procedure."""

from __future__ import annotations

from actions.fallback import names_one_procedure
from actions.turn import CapabilityAction, Turn


class ActionShowGuide(CapabilityAction):
    """Answers the intents whose answer is a fixed text; asks the search first where the classifier is unsure."""

    action_name = "action_show_guide"

    async def answer(self, turn: Turn) -> None:
        """Say the text, or show the one procedure that the sentence clearly names."""
        if not await names_one_procedure(turn):
            turn.remember(offer=None)
            turn.respond(f"utter_{turn.intent}")

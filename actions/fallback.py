"""When the classifier is unsure: the search, then "Ý Anh/Chị là …?", then a person; and what is out of scope."""

from __future__ import annotations

from actions import lessons
from actions.centre import contact_links, human_text
from actions.check_dossier import receipt_codes_in, show_statuses
from actions.core_api import Answer, CoreError
from actions.messages import Choice, Message, Step
from actions.procedure_lookup import call_link, remembered_facet, say_elsewhere, search, show_found, subject_of
from actions.routing import SUGGESTIBLE
from actions.turn import CapabilityAction, Turn
from actions.wording import say
from vietnamese.folding import fold, tokens

SUGGESTIONS = 3
FEWEST_SUGGESTIONS = 2
# A guess that the classifier itself gives no weight is no suggestion.
LEAST_CONFIDENCE = 0.08
# Below this a wish for a procedure is among what the classifier takes for something else (docs/understanding.md).
SURE = 0.9
# Below this, even a choice of procedures is a better guess.
VERY_UNSURE = 0.5
# After these answers another misunderstanding is the second in a row.
MISUNDERSTANDING_ACTIONS = frozenset({"action_fallback", "action_deny", "action_inform"})
_USUAL = ("find_procedure", "check_dossier", "talk_to_human")


class ActionFallback(CapabilityAction):
    """Answers ``nlu_fallback``."""

    action_name = "action_fallback"

    async def answer(self, turn: Turn) -> None:
        """Find another way to an answer, or ask."""
        codes = receipt_codes_in(turn)
        if codes:
            await show_statuses(turn, codes)
        elif await answered_by_search(turn):
            turn.learn(lessons.UNSURE)
        else:
            await misunderstood(turn)


class ActionOutOfScope(CapabilityAction):
    """Answers ``out_of_scope``: a refusal with ways on, and a way past it if the classifier is wrong."""

    action_name = "action_out_of_scope"

    async def answer(self, turn: Turn) -> None:
        """Refuse politely, with whom to ask where that is known, if no procedure is clearly named."""
        found = await searched(turn)
        if shows_one_procedure(turn, found) and await show_found(turn, found, None):
            return
        turn.remember(offer=None)
        if turn.confidence < SURE:
            turn.learn(lessons.REFUSED)
        if say_elsewhere(turn, found):
            return
        remembered = turn.remembered_text()
        search: list[Choice] = [(say("conversation.search_anyway"), Step("find_procedure", remembered))]
        turn.say(Message(say("conversation.out_of_scope"), choices=[*(search if remembered else []), *menu()]))


async def answered_by_search(turn: Turn) -> bool:
    """Answer with the procedure that the sentence names, the few that it may name, or who else handles it."""
    found = await searched(turn)
    is_clear_list = found.get("verdict") == "list" and any((found.get("filters") or {}).values())
    names_one = found.get("verdict") == "one" or (found.get("verdict") == "several" and bool(subject_of(found)))
    if names_one or is_clear_list:
        return await show_found(turn, found, remembered_facet(turn))
    return say_elsewhere(turn, found)


async def names_one_procedure(turn: Turn) -> bool:
    """Answer with the procedure that the sentence clearly names, where the classifier is unsure of another concern."""
    if turn.confidence >= SURE or receipt_codes_in(turn):
        return False
    found = await searched(turn)
    return shows_one_procedure(turn, found) and await show_found(turn, found, None)


async def searched(turn: Turn) -> Answer:
    """Return what the search finds for the sentence; nothing where the core is silent, for suggestions need none."""
    if not tokens(fold(turn.text)):
        return {}
    try:
        return await search(turn)
    except CoreError:
        return {}


def shows_one_procedure(turn: Turn, found: Answer) -> bool:
    """Tell whether what was found outweighs the classifier's opinion."""
    if turn.confidence >= SURE or receipt_codes_in(turn):
        return False
    return found.get("verdict") in (("one", "several") if turn.confidence < VERY_UNSURE else ("one",))


async def misunderstood(turn: Turn) -> None:
    """Say that the message was not understood: first with suggestions, the second time with a person."""
    if not tokens(fold(turn.text)):
        turn.say(Message(say("conversation.empty"), choices=menu(), understood=False))
        return
    if is_second(turn):
        text = say("conversation.not_understood_again") + "\n" + await human_text(turn)
        turn.remember(offer=None)
        turn.learn(lessons.GAVE_UP)
        turn.say(Message(text, choices=menu(), links=contact_links(), understood=False))
        return
    turn.remember(misunderstood=True)
    turn.learn(lessons.ASKED)
    suggestions: list[Choice] = [
        (say(f"intents.{intent}"), Step(intent, turn.remembered_text())) for intent in suggested_intents(turn)
    ]
    turn.offer(suggestions)
    none_of_these = (say("conversation.none_of_these"), Step("deny", {"denied": "intents"}))
    turn.say(Message(say("conversation.did_you_mean"), choices=[*suggestions, none_of_these], understood=False))


def is_second(turn: Turn) -> bool:
    """Tell whether the last answer was a misunderstanding, too."""
    in_a_row = turn.previous_action is None or turn.previous_action in MISUNDERSTANDING_ACTIONS
    return bool(turn.slots.get("misunderstood")) and in_a_row


def suggested_intents(turn: Turn) -> list[str]:
    """Return the best guesses that can be put into a citizen's words, filled up with the usual ones."""
    best = [intent for intent, confidence in turn.ranking if intent in SUGGESTIBLE and confidence >= LEAST_CONFIDENCE][
        :SUGGESTIONS
    ]
    for intent in _USUAL:
        if len(best) < FEWEST_SUGGESTIONS and intent not in best:
            best.append(intent)
    return best


def denied_suggestion(turn: Turn) -> None:
    """Answer that the suggestions were all wrong: that is a misunderstanding, and the next one is the second."""
    turn.learn_from_rejection()
    turn.remember(offer=None, misunderstood=True)
    human = (say("common.human_choice"), Step("talk_to_human"))
    turn.say(
        Message(say("conversation.denied_intents"), choices=[human, *menu()], links=[call_link()], understood=False)
    )


def menu() -> list[Choice]:
    """Return the choices that are always good."""
    return [
        (say("common.find_choice"), Step("find_procedure")),
        (say("common.dossier_choice"), Step("check_dossier")),
        (say("common.help_choice"), Step("help")),
    ]

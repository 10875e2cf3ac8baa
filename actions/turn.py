"""One turn as an action sees it, and the base of all actions."""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.core_api import CoreApi, CoreError, RateLimited, core_api_for
from actions.lessons import REJECTED, Lesson
from actions.messages import REMEMBERED_TEXT_LIMIT, Choice, Message, Step, clip
from actions.wording import say
from vietnamese.folding import fold

DOSSIER_FORM = "dossier_form"
# Facets of a procedure, which need its name.
FACET_INTENTS = frozenset(
    f"ask_{facet}"
    for facet in ("documents", "fee", "duration", "place", "steps", "form", "online", "conditions", "legal_basis")
)
_LONGEST_CONNECTOR = 3

logger = logging.getLogger(__name__)

Event = dict[str, Any]


@dataclass
class Turn:
    """What the citizen said, what is known, and the answer under construction."""

    core: CoreApi
    dispatcher: CollectingDispatcher
    text: str
    """What was typed, or the remembered sentence behind a taken choice; empty for a bare choice."""
    intent: str
    entities: dict[str, list[str]]
    slots: dict[str, Any]
    ranking: list[tuple[str, float]]
    previous_action: str | None
    """The action that gave the answer before; None if that is not known (a process that starts from a snapshot)."""
    in_form: bool
    events: list[Event] = field(default_factory=list)
    understood: bool = True
    found: list[str] = field(default_factory=list)
    """The codes that the search of this turn brought."""
    lesson: Lesson | None = None

    @classmethod
    def from_tracker(cls, tracker: Tracker, dispatcher: CollectingDispatcher) -> Turn:
        """Read the turn out of Rasa's tracker."""
        message = tracker.latest_message or {}
        entities: dict[str, list[str]] = {}
        for entity in message.get("entities") or []:
            entities.setdefault(str(entity.get("entity")), []).append(str(entity.get("value")))
        typed = str(message.get("text") or "").strip()
        remembered = entities.get("original_text")
        second = (entities.get("second_wish") or [""])[0]
        if second and second in typed:
            intent_of_second = (entities.get("second_intent") or [""])[0]
            typed = _answered_now(typed, second, names_procedure=intent_of_second in FACET_INTENTS)
        return cls(
            core=core_api_for(tracker.sender_id),
            dispatcher=dispatcher,
            text=remembered[0] if remembered else ("" if typed.startswith("/") else typed),
            intent=str((message.get("intent") or {}).get("name") or ""),
            entities=entities,
            slots=dict(tracker.slots),
            ranking=[
                (str(guess.get("name")), float(guess.get("confidence") or 0.0))
                for guess in message.get("intent_ranking") or []
            ],
            previous_action=_action_before_latest_message(tracker.events or []),
            in_form=(tracker.active_loop or {}).get("name") == DOSSIER_FORM,
        )

    @property
    def confidence(self) -> float:
        """How sure the classifier is of the intent; a taken choice is certain."""
        return self.ranking[0][1] if self.ranking and self.ranking[0][0] == self.intent else 1.0

    def entity(self, name: str) -> str | None:
        """Return the first value of an entity."""
        values = self.entities.get(name)
        return values[0] if values else None

    def say(self, message: Message) -> None:
        """Add a message to the answer."""
        self.understood = self.understood and message.understood
        self.dispatcher.utter_message(json_message=message.to_json())

    def respond(self, response: str) -> None:
        """Add one of the domain's fixed answers."""
        self.dispatcher.utter_message(response=response)

    def remember(self, **slots: Any) -> None:
        """Set slots, both for Rasa and for the rest of this turn."""
        for name, value in slots.items():
            if self.slots.get(name) != value:
                self.events.append(SlotSet(name, value))
                self.slots[name] = value

    def offer(self, choices: Iterable[Choice]) -> None:
        """Remember what this answer suggests, for a typed yes or no, and the sentence that it answers."""
        offered = [step.to_json() | {"label": label} for label, step in choices]
        if offered:
            offered[0]["asked"] = self.text[:REMEMBERED_TEXT_LIMIT]
        self.remember(offer=offered)

    def standing_offer(self, by: frozenset[str]) -> list[Choice]:
        """Return what the very last answer suggested, if one of the actions ``by`` gave it."""
        if self.previous_action is not None and self.previous_action not in by:
            return []
        return [(str(offered.get("label") or ""), Step.from_json(offered)) for offered in self.slots.get("offer") or []]

    def learn(self, reason: str) -> None:
        """Note that the answer to this sentence may not be what was wanted."""
        self._note(reason, self.text, self.found)

    def learn_from_rejection(self) -> None:
        """Note that what was suggested for an earlier sentence was turned down."""
        offered = self.slots.get("offer") or []
        codes = [
            str(step["entities"]["procedure_code"])
            for step in offered
            if "procedure_code" in (step.get("entities") or {})
        ]
        self._note(REJECTED, str(offered[0].get("asked") or "") if offered else "", codes)

    def _note(self, reason: str, text: str, found: list[str]) -> None:
        if text and self.lesson is None:
            self.lesson = Lesson(reason, text, found)

    def remembered_text(self) -> dict[str, str]:
        """Return the citizen's sentence as the values of a choice that takes it up again."""
        return {"original_text": self.text[:REMEMBERED_TEXT_LIMIT]} if self.text else {}


def _answered_now(text: str, second: str, *, names_procedure: bool) -> str:
    """Return what is left of ``text`` to answer now; of two facets of one procedure, either may name it."""
    before, _, after = text.partition(second)
    words = before.split()
    for count in range(min(_LONGEST_CONNECTOR, len(words)), 0, -1):
        if fold(" ".join(words[-count:])).strip(" ,.;") in _connectors():
            # "với lại" is no "đăng ký lại".
            words = words[:-count]
            break
    left = " ".join([*words, second if names_procedure else "", *after.split()])
    return left.strip(" ,.;?!")


def _connectors() -> frozenset[str]:
    return frozenset(words.strip() for words in say("conversation.second_wish_connectors").split("|"))


def _action_before_latest_message(events: list[Event]) -> str | None:
    seen_message = False
    for event in reversed(events):
        kind = event.get("event")
        if kind == "user":
            if seen_message:
                return None
            seen_message = True
        elif kind == "action" and seen_message:
            name = str(event.get("name") or "")
            if name not in ("action_listen", "action_session_start"):
                return name
    return None


class CapabilityAction(Action, ABC):
    """An action that answers from the core service. Whatever the core does, the citizen gets a sentence."""

    action_name: ClassVar[str]
    # A new concern leaves the form; only short questions that the rules lead back from keep it.
    keeps_form: ClassVar[bool] = False

    def name(self) -> str:
        """Return the name that the domain knows."""
        return self.action_name

    @abstractmethod
    async def answer(self, turn: Turn) -> None:
        """Say something and remember what matters."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Event]:
        """Answer one turn; Rasa calls this."""
        started = time.perf_counter()
        turn = Turn.from_tracker(tracker, dispatcher)
        outcome = "ok"
        try:
            await self.answer(turn)
        except CoreError as error:
            outcome = type(error).__name__
            turn.say(sorry(error))
        except Exception as error:
            # A fault of ours, or a core of another version: silence would leave the citizen waiting.
            outcome = type(error).__name__
            logger.exception("action failed", extra={"action": self.action_name})
            turn.say(sorry(error))
        if turn.lesson is not None and outcome == "ok":
            turn.lesson.attach_to(dispatcher.messages)
        if turn.understood:
            turn.remember(misunderstood=None)
            offer_second_wish(turn)
        if turn.in_form and not self.keeps_form:
            turn.events[:0] = [ActiveLoop(None), SlotSet("requested_slot", None), SlotSet("dossier_tries", None)]
        logger.info(
            "action answered",
            extra={
                "action": self.action_name,
                "intent": turn.intent,
                "outcome": outcome,
                "ms": round((time.perf_counter() - started) * 1000, 1),
            },
        )
        return turn.events


def offer_second_wish(turn: Turn) -> None:
    """Offer what the message asked for besides; one thing is answered at a time."""
    words, intent = turn.entity("second_wish"), turn.entity("second_intent")
    if words and intent and not turn.in_form:
        step = Step(intent, {"original_text": words[:REMEMBERED_TEXT_LIMIT]})
        turn.say(Message(say("conversation.second_wish"), choices=[(clip(words, 80), step)]))


def sorry(error: Exception) -> Message:
    """Return the sentence for a question that could not be answered, with what else one can do."""
    key = "common.too_many_questions" if isinstance(error, RateLimited) else "common.core_unavailable"
    return Message(
        say(key),
        choices=[(say("common.human_choice"), Step("talk_to_human"))],
        links=[(say("common.call_link"), say("common.hotline_url")), (say("common.portal_link"), say("common.portal"))],
    )

"""The only way into Rasa: one turn of a conversation, asked for by the service (``docs/protocols.md``, section 2)."""

from __future__ import annotations

import hmac
import logging
import os
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_RANKING_KEY
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.components.receipt_code_extractor import today
from bot.locks import ConversationLocks
from bot.snapshot import Snapshot, snapshot_of, tracker_from
from bot.tracker_store import BoundedTrackerStore
from vietnamese.personal_numbers import mask_national_ids

logger = logging.getLogger(__name__)

FALLBACK_INTENT = "nlu_fallback"
_MAX_TEXT = 8000
_MAX_ID = 200
_LEADING_SLASHES = re.compile(r"^[\s/]+")
# What actions tell the service beside the message (docs/protocols.md, section 2).
_MARKS = frozenset({"_understood", "_lesson"})
_PAYLOAD = re.compile(r"/([a-z_]+)(\{.*\})?", re.DOTALL)


class BadTurn(ValueError):
    """The request's body is not a turn; the message names the field, never its content."""


@dataclass(frozen=True)
class TurnRequest:
    """A checked request body."""

    conversation_id: str
    message_id: str
    text: str
    is_payload: bool
    channel: str
    slots: Snapshot | None

    @classmethod
    def read(cls, body: Any) -> TurnRequest:
        """Check a body and make typed slashes harmless."""
        if not isinstance(body, dict):
            raise BadTurn("the body must be a JSON object")
        text = body.get("text")
        if not isinstance(text, str) or len(text) > _MAX_TEXT:
            raise BadTurn(f"text must be a string of at most {_MAX_TEXT} characters")
        is_payload = body.get("is_payload", False)
        if not isinstance(is_payload, bool):
            raise BadTurn("is_payload must be true or false")
        slots = body.get("slots")
        if slots is not None and not isinstance(slots, dict):
            raise BadTurn("slots must be an object")
        if is_payload:
            match = _PAYLOAD.fullmatch(text)
            if match is None or match[1] in DEFAULT_INTENTS:
                raise BadTurn("text is not the payload of a choice")
        else:
            # The service has masked them already; a tracker must not hold one whoever asks.
            text = mask_national_ids(without_leading_slashes(text), today())
        return cls(
            conversation_id=_identifier(body, "conversation_id", required=True),
            message_id=_identifier(body, "message_id", required=False),
            text=text,
            is_payload=is_payload,
            channel=_identifier(body, "channel", required=False) or "service",
            slots=slots,
        )


def without_leading_slashes(text: str) -> str:
    """Rasa takes a leading slash for a payload; from a keyboard it is just a slash."""
    return _LEADING_SLASHES.sub("", text)


def _identifier(body: dict[str, Any], name: str, required: bool) -> str:
    value = body.get(name)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or not value.strip() or len(value) > _MAX_ID:
        raise BadTurn(f"{name} must be a string of 1 to {_MAX_ID} characters")
    return value


class NeutralOutput(OutputChannel):
    """Collects what the bot says as channel-neutral messages."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.understood = True
        self.lesson: dict[str, Any] | None = None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "service"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Take one utterance."""
        custom = message.get("custom")
        if custom:
            neutral = {key: value for key, value in custom.items() if key not in _MARKS}
            if custom.get("_understood") is False:
                self.understood = False
            self.lesson = custom.get("_lesson", self.lesson)
            self.messages.append(neutral)
            return
        text = message.get("text") or ""
        links = [
            {"label": kind, "url": message[key]}
            for key, kind in (("image", "Hình ảnh"), ("attachment", "Tệp đính kèm"))
            if isinstance(message.get(key), str)
        ]
        buttons = [*(message.get("quick_replies") or []), *(message.get("buttons") or [])]
        if not text and not links and not buttons:
            return
        neutral = {"text": text}
        if buttons:
            neutral["choices"] = [
                {"label": str(button.get("title", "")), "payload": str(button.get("payload", ""))} for button in buttons
            ]
        if links:
            neutral["links"] = links
        self.messages.append(neutral)


class ServiceChannel(InputChannel):
    """``POST turn`` and a health check, for whoever shows the token."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()
        self._locks = ConversationLocks()

    @classmethod
    def name(cls) -> str:
        """Return the name under ``/webhooks/``."""
        return "service"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> ServiceChannel:
        """Create the channel; the token is a secret, so it comes from the environment and not from the file."""
        return cls(os.environ.get("HCC_RASA_TOKEN", ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes."""
        blueprint = Blueprint("service_channel")

        @blueprint.get("/")
        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return _error(503, "no_model", "no model is loaded")
            return json_response({"status": "ok"})

        @blueprint.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not self._is_allowed(request):
                return _error(401, "unauthorized", "the token is missing or wrong")
            agent = getattr(request.app.ctx, "agent", None)
            if agent is None or not agent.is_ready():
                return _error(503, "no_model", "no model is loaded")
            try:
                turn_request = TurnRequest.read(_json_of(request))
            except BadTurn as problem:
                return _error(422, "bad_turn", str(problem))
            try:
                async with self._locks.holding(turn_request.conversation_id):
                    return json_response(await take_turn(agent, turn_request))
            except Exception:
                logger.exception("turn failed")
                return _error(500, "turn_failed", "the turn could not be completed")

        return blueprint

    def _is_allowed(self, request: Request) -> bool:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        # What a caller sends need not be UTF-8.
        matches = hmac.compare_digest(given.strip().encode(errors="surrogateescape"), self._token)
        return bool(self._token) and scheme.lower() == "bearer" and matches


def _json_of(request: Request) -> Any:
    try:
        return request.json
    except Exception as problem:  # Sanic's own answer would quote the body
        raise BadTurn("the body is not JSON") from problem


async def take_turn(agent: Agent, turn: TurnRequest) -> dict[str, Any]:
    """Run one message through Rasa and return the answer of the protocol."""
    processor = agent.processor
    if processor is None:
        raise RuntimeError("no model is loaded")
    store = agent.tracker_store
    if turn.slots is not None:
        # The service's snapshot is the truth: an answer that it threw away (a clerk took over) must leave no trace.
        await store.save(tracker_from(turn.conversation_id, turn.slots, processor.domain))
    output = NeutralOutput()
    message = UserMessage(
        turn.text,
        output,
        turn.conversation_id,
        input_channel=turn.channel,
        message_id=turn.message_id or None,
    )
    try:
        await processor.handle_message(message)
        tracker = await store.retrieve(turn.conversation_id)
        if tracker is None:
            raise RuntimeError("the tracker is gone")
        if not output.messages:
            # Rasa swallows a failing action and listens on; silence must not pass for an answer.
            raise RuntimeError("no answer")
    except Exception:
        _forget(store, turn.conversation_id)
        raise
    return _answer(output, tracker)


def _answer(output: NeutralOutput, tracker: DialogueStateTracker) -> dict[str, Any]:
    latest = tracker.latest_message
    parsed = latest.parse_data if latest is not None else {}
    intent = (latest.intent if latest is not None else None) or {}
    ranking = [
        {"intent": guess.get("name"), "confidence": guess.get("confidence")}
        for guess in parsed.get(INTENT_RANKING_KEY) or []
        if guess.get("name") != FALLBACK_INTENT
    ]
    return {
        "messages": output.messages,
        "intent": intent.get("name"),
        "confidence": intent.get("confidence"),
        "ranking": ranking,
        "slots": snapshot_of(tracker),
        "understood": output.understood,
        "lesson": output.lesson,
    }


def _forget(store: TrackerStore, conversation_id: str) -> None:
    if isinstance(store, BoundedTrackerStore):
        store.forget(conversation_id)


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return json_response({"error": {"code": code, "message": message}}, status=status)

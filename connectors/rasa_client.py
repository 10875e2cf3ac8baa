"""The client of Rasa's ``service`` channel (``docs/protocols.md``, section 2)."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Annotated, Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.kernel.web import dump_json
from connectors.messages import Message

logger = logging.getLogger(__name__)


class RasaError(Exception):
    """Rasa gave no usable answer.

    ::

        RasaError
        ├── RasaUnavailable   nobody there, still loading, hanging: the message waits
        └── RasaFailed        Rasa is there and stumbled over, or got stuck in, this very message
    """


class RasaUnavailable(RasaError):
    """Rasa is down, loading or hanging."""


class RasaFailed(RasaError):
    """Rasa answered this message with an error or with nonsense."""


class RasaAnswer(BaseModel):
    """One turn's answer."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    messages: Annotated[list[Message], Field(min_length=1)]
    intent: str | None = None
    confidence: float | None = None
    slots: dict[str, Any] = {}
    understood: bool = True
    # Read by connectors/lessons.py: a mark that does not fit must not cost the citizen the answer.
    ranking: Any = None
    lesson: Any = None


@dataclass(frozen=True, slots=True)
class RasaTurn:
    """One turn's question."""

    conversation_id: str
    message_id: str
    text: str
    is_payload: bool
    channel: str
    slots: dict[str, Any]


class RasaClient:
    """Asks Rasa, over a session that the caller opened."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, token: str) -> None:
        self._session = session
        self._url = f"{base_url.rstrip('/')}/webhooks/service"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    async def turn(self, turn: RasaTurn) -> RasaAnswer:
        """Return Rasa's answer to one message, or raise one of the two errors above."""
        body = {
            "conversation_id": turn.conversation_id,
            "message_id": turn.message_id,
            "text": turn.text,
            "is_payload": turn.is_payload,
            "channel": turn.channel,
            "slots": turn.slots,
        }
        try:
            async with self._session.post(
                f"{self._url}/turn", data=dump_json(body).encode(), headers=self._headers
            ) as response:
                payload = await response.read()
                status = response.status
        except TimeoutError:
            # Asked again for ever, a message that Rasa gets stuck in would block its conversation, and by the pause
            # that a missing Rasa means, everybody's.
            if await self.is_ready():
                raise RasaFailed("time-out") from None
            raise RasaUnavailable("time-out") from None
        except aiohttp.ClientError as error:
            raise RasaUnavailable(type(error).__name__) from None
        if status in (401, 404, 502, 503):
            # 404 while Sanic is up and the channel is not; 401 after a restart with another token.
            raise RasaUnavailable(f"status {status}")
        if status != 200:
            raise RasaFailed(f"status {status}")
        try:
            return RasaAnswer.model_validate_json(payload)
        except ValidationError as error:
            fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)})
            raise RasaFailed(f"answer does not fit: {', '.join(fields)[:200]}") from None

    async def is_ready(self) -> bool:
        """Tell whether Rasa has a model loaded and answers."""
        try:
            async with asyncio.timeout(3), self._session.get(f"{self._url}/", headers=self._headers) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

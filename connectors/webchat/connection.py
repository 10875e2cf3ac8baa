"""One browser's WebSocket: reads its frames, and shows it every turn of its conversation once and in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from backend.conversations.service import Conversations, TurnView
from backend.kernel.background import running_in_background
from backend.kernel.clock import Clock
from backend.kernel.database import Database
from backend.kernel.errors import RateLimited
from backend.kernel.ids import new_reference
from backend.kernel.limits import RateLimiter
from backend.kernel.settings import Settings
from backend.kernel.web import dump_json
from backend.kernel.words import Words
from connectors.inbox import Inbox
from connectors.messages import IncomingMessage, Message, for_recipient
from connectors.webchat.acknowledgements import Acknowledgements
from connectors.webchat.frames import (
    Acknowledgement,
    BadFrame,
    ChoiceTaken,
    Frame,
    Hello,
    Ping,
    TypedMessage,
    frame_of,
    parse_frame,
)
from connectors.webchat.hub import CHANNEL_NAME, WebChatHub
from connectors.webchat.news import UnshownTurns
from connectors.webchat.session import InvalidSession, SessionTokens
from vietnamese.folding import clean_lines

logger = logging.getLogger(__name__)

HISTORY_LENGTH = 50
GREETING_SEQ = 0
BAD_FRAMES_ALLOWED = 20
_SESSION_LIMITS = ("10/10 second", "40/minute")


@dataclass(frozen=True, slots=True)
class WebChat:
    """What all connections of the web chat share."""

    settings: Settings
    database: Database
    conversations: Conversations
    clock: Clock
    words: Words
    rate_limiter: RateLimiter
    inbox: Inbox
    hub: WebChatHub
    acknowledgements: Acknowledgements
    tokens: SessionTokens
    greeting: Message


class Refused(Exception):
    """A message is not taken; ``code`` names a sentence of ``data/words/chat.yml``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


class ChatConnection:
    """Serves one WebSocket until it closes."""

    def __init__(self, chat: WebChat, socket: web.WebSocketResponse, address: str) -> None:
        self._chat = chat
        self._socket = socket
        self._address = address
        self._session_id: str | None = None
        self._conversation_id: str | None = None
        self._unshown = UnshownTurns(chat.database, chat.conversations)
        self._news = asyncio.Event()
        self._typing = False
        self._typing_shown = False
        self._bad_frames = 0

    def turns_changed(self, turns: Sequence[TurnView] | None) -> None:
        self._unshown.tell(turns)
        self._news.set()

    def show_typing(self, on: bool) -> None:
        self._typing = on
        self._news.set()

    async def serve(self) -> None:
        """Serve the socket until it closes."""
        try:
            async with running_in_background(self._write_news()):
                async for message in self._socket:
                    if message.type is WSMsgType.TEXT:
                        await self._receive(message.data)
                    elif message.type is WSMsgType.BINARY:
                        await self._reject_frame("bad_json")
        except ConnectionError:
            pass
        finally:
            if self._conversation_id is not None:
                self._chat.hub.remove(self._conversation_id, self)

    async def _receive(self, data: str) -> None:
        try:
            frame = parse_frame(data)
        except BadFrame as problem:
            await self._reject_frame(problem.code)
            return
        try:
            await self._handle(frame)
        except Exception:
            reference = new_reference()
            logger.exception("frame failed", extra={"reference": reference, "frame": frame.type})
            sentence = self._chat.words.say("chat.internal_error", reference=reference)
            if isinstance(frame, TypedMessage | ChoiceTaken):
                await self._send({"type": "refused", "id": frame.id, "code": "internal_error", "message": sentence})
            else:
                await self._send({"type": "error", "code": "internal_error", "message": sentence})

    async def _handle(self, frame: Frame) -> None:
        match frame:
            case Hello():
                await self._welcome(frame)
            case Ping():
                await self._send({"type": "pong"})
            case _ if self._session_id is None:
                await self._reject_frame("hello_expected")
            case Acknowledgement():
                if self._conversation_id is not None:
                    self._chat.acknowledgements.note(self._conversation_id, min(frame.seq, self._unshown.shown_seq))
            case TypedMessage() | ChoiceTaken():
                await self._take(frame)

    async def _reject_frame(self, code: str) -> None:
        await self._send({"type": "error", "code": code, "message": self._chat.words.say(f"chat.{code}")})
        self._bad_frames += 1
        if self._bad_frames >= BAD_FRAMES_ALLOWED:
            await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)

    async def _welcome(self, hello: Hello) -> None:
        chat = self._chat
        if self._session_id is not None:
            await self._reject_frame("unknown_frame")
            return
        is_new = hello.session is None
        if hello.session is None:
            if chat.rate_limiter.hit(chat.settings.chat_new_sessions_limit, "webchat-new", self._address):
                await self._reject_frame("too_many_sessions")
                return
            session_id = chat.tokens.new_session_id()
            token = chat.tokens.issue(session_id)
        else:
            try:
                session_id = chat.tokens.read(hello.session)
                token = chat.tokens.renewed(hello.session)
            except InvalidSession:
                await self._reject_frame("session_invalid")
                return
        async with chat.database.connection() as connection:
            conversation = await chat.conversations.find(connection, channel=CHANNEL_NAME, account="", user=session_id)
            turns: list[TurnView] = []
            last_seq = 0
            if conversation is not None:
                self._follow(conversation.id)
                known = hello.last_seq if hello.last_seq <= conversation.last_seq else 0
                turns = await chat.conversations.turns_after(connection, conversation.id, known, latest=HISTORY_LENGTH)
                last_seq = turns[-1].seq if turns else conversation.last_seq
        self._session_id = session_id
        self._unshown.shown_seq = last_seq
        messages = [frame_of(turn) for turn in turns]
        if hello.last_seq == 0 and (not turns or turns[0].seq == 1):
            messages.insert(0, self._greeting_frame())
        await self._send(
            {
                "type": "welcome",
                "session": token,
                "is_new": is_new,
                "messages": messages,
                "last_seq": last_seq,
                "limits": {"text": chat.settings.message_text_limit},
                "demo": chat.settings.demo,
            }
        )
        self._news.set()

    def _greeting_frame(self) -> dict[str, Any]:
        # Not stored: a visitor who says nothing leaves nothing behind.
        content = for_recipient(self._chat.greeting.stored())
        at = self._chat.clock.now().isoformat()
        return {"type": "message", "seq": GREETING_SEQ, "author": "bot", "at": at, "content": content}

    def _follow(self, conversation_id: str) -> None:
        if self._conversation_id is None:
            self._conversation_id = conversation_id
            self._chat.hub.add(conversation_id, self)

    async def _take(self, frame: TypedMessage | ChoiceTaken) -> None:
        try:
            self._check_rate()
            text, payload = await self._resolve(frame)
        except Refused as refusal:
            sentence = self._chat.words.say(f"chat.{refusal.code}", **refusal.values)
            await self._send({"type": "refused", "id": frame.id, "code": refusal.code, "message": sentence})
            return
        assert self._session_id is not None
        received = await self._chat.inbox.receive(
            IncomingMessage(
                channel=CHANNEL_NAME,
                account="",
                user=self._session_id,
                # The browser makes the id, so it only counts within its own session.
                provider_message_id=f"{self._session_id}:{frame.id}",
                client_id=frame.id,
                text=text,
                payload=payload,
                sent_at=self._chat.clock.now(),
            )
        )
        await self._send({"type": "accepted", "id": frame.id, "seq": received.turn.seq})
        if self._conversation_id is None:
            # The very first message opened the conversation: what was announced until now, nobody here has heard.
            self._follow(received.conversation_id)
            self.turns_changed(None)

    def _check_rate(self) -> None:
        limiter = self._chat.rate_limiter
        assert self._session_id is not None
        try:
            for limit in _SESSION_LIMITS:
                limiter.require(limit, "webchat-message", self._session_id)
            limiter.require(self._chat.settings.chat_messages_limit, "webchat-address", self._address)
        except RateLimited as problem:
            raise Refused("rate_limited", seconds=problem.details["retry_after_seconds"]) from None

    async def _resolve(self, frame: TypedMessage | ChoiceTaken) -> tuple[str, str | None]:
        if isinstance(frame, ChoiceTaken):
            return await self._resolve_choice(frame)
        text = clean_lines(frame.text)
        if not text:
            raise Refused("empty")
        limit = self._chat.settings.message_text_limit
        if len(text) > limit:
            raise Refused("too_long", limit=limit)
        return text, None

    async def _resolve_choice(self, frame: ChoiceTaken) -> tuple[str, str]:
        content: dict[str, Any] = {}
        if frame.seq == GREETING_SEQ:
            content = self._chat.greeting.stored()
        elif self._conversation_id is not None:
            async with self._chat.database.connection() as connection:
                turn = await self._chat.conversations.find_turn(connection, self._conversation_id, frame.seq)
            content = turn.content if turn is not None else {}
        choices = content.get("choices", [])
        if frame.index >= len(choices):
            raise Refused("choice_expired")
        return choices[frame.index]["label"], choices[frame.index]["payload"]

    async def _write_news(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._show_news()
            except ConnectionError:
                return
            except Exception:
                logger.exception("news could not be shown")
                await asyncio.sleep(1)
                self._news.set()

    async def _show_news(self) -> None:
        if self._conversation_id is None or self._session_id is None:
            return
        for turn in await self._unshown.take(self._conversation_id):
            await self._send(frame_of(turn))
            self._unshown.shown_seq = turn.seq
        if self._typing is not self._typing_shown:
            self._typing_shown = self._typing
            await self._send({"type": "typing", "on": self._typing})

    async def _send(self, frame: dict[str, Any]) -> None:
        if not self._socket.closed:
            await self._socket.send_str(dump_json(frame))

"""A browser's side of the web-chat protocol over a real WebSocket (docs/protocols.md, section 4)."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import aiohttp


class FakeBrowser:
    """Says hello, sends, acknowledges, and keeps what it was shown."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client = client
        self._url = url
        self.socket: aiohttp.ClientWebSocketResponse | None = None
        self.session: str | None = None
        self.last_seq = 0
        self.shown: list[dict[str, Any]] = []
        self.frames: list[dict[str, Any]] = []

    async def connect(self, session: str | None = None, *, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """Open the socket and say hello; return the first answer."""
        self.socket = await self._client.ws_connect(self._url, headers=headers)
        await self.send({"type": "hello", "session": session or self.session, "last_seq": self.last_seq})
        frame = await self.next_frame()
        if frame["type"] == "welcome":
            self.session = frame["session"]
            for message in frame["messages"]:
                self._show(message)
        return frame

    async def send(self, frame: dict[str, Any] | str) -> None:
        assert self.socket is not None
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def say(self, text: str, message_id: str | None = None) -> str:
        """Send a typed message and return its id."""
        message_id = message_id or uuid.uuid4().hex
        await self.send({"type": "message", "id": message_id, "text": text})
        return message_id

    async def next_frame(self, seconds: float = 10) -> dict[str, Any]:
        assert self.socket is not None
        message = await self.socket.receive(seconds)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        frame: dict[str, Any] = json.loads(message.data)
        self.frames.append(frame)
        if frame["type"] == "message":
            self._show(frame)
        return frame

    async def until(self, kind: str, seconds: float = 10) -> dict[str, Any]:
        """Return the next frame of a kind."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.next_frame(seconds)
                if frame["type"] == kind:
                    return frame

    async def until_said(self, *authors: str, seconds: float = 10) -> dict[str, Any]:
        """Return the next message of one of the authors."""
        async with asyncio.timeout(seconds):
            while True:
                frame = await self.until("message", seconds)
                if frame["author"] in authors:
                    return frame

    async def ask(self, text: str, seconds: float = 10) -> str:
        """Send a text and return the text of the bot's next message."""
        await self.say(text)
        return str((await self.until_said("bot", seconds=seconds))["content"]["text"])

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()

    def _show(self, message: dict[str, Any]) -> None:
        if message["seq"] == 0 or message["seq"] > self.last_seq:
            self.shown.append(message)
            self.last_seq = max(self.last_seq, message["seq"])

    @property
    def transcript(self) -> list[tuple[str, str]]:
        """Who said what, in the order of the conversation, without the greeting."""
        return [(message["author"], message["content"]["text"]) for message in self.shown if message["seq"] > 0]

"""A Rasa that answers what it is told to, over real HTTP: docs/protocols.md, section 2."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from aiohttp import web

TOKEN = "rasa-token-of-the-tests"

Behaviour = Callable[[dict[str, Any]], "dict[str, Any] | web.Response"]


def echo(turn: dict[str, Any]) -> dict[str, Any]:
    """Answer with the text that was asked."""
    return answer(f"Trả lời: {turn['text']}", slots=turn["slots"])


def answer(*texts: str, slots: dict[str, Any] | None = None, **extra: Any) -> dict[str, Any]:
    """Return an answer in the channel's shape."""
    return {
        "messages": [{"text": text} for text in texts],
        "intent": "ask_fee",
        "confidence": 0.9,
        "ranking": [],
        "slots": slots or {},
        "understood": True,
    } | extra


class FakeRasa:
    """Records the turns it gets; ``behaviour`` makes the answers, ``delay`` makes it slow."""

    def __init__(self) -> None:
        self.turns: list[dict[str, Any]] = []
        self.behaviour: Behaviour = echo
        self.delay = 0.0
        self.hold = asyncio.Event()
        self.hold.set()
        self.asked = asyncio.Event()
        self.port = 0
        self._runner: web.AppRunner | None = None
        self.at_once: dict[str, int] = {}
        self.most_at_once = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen, on the same port as before if it was stopped."""
        app = web.Application()
        app.router.add_post("/webhooks/service/turn", self._turn)
        app.router.add_get("/webhooks/service/", self._health)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening; open requests are cut off, as when the process dies."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[FakeRasa]:
        await self.start()
        try:
            yield self
        finally:
            self.hold.set()
            await self.stop()

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _turn(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": {"code": "unauthorised"}}, status=401)
        turn = await request.json()
        self.turns.append(turn)
        self.asked.set()
        conversation = turn["conversation_id"]
        self.at_once[conversation] = self.at_once.get(conversation, 0) + 1
        self.most_at_once = max(self.most_at_once, self.at_once[conversation])
        try:
            await self.hold.wait()
            await asyncio.sleep(self.delay)
            result = self.behaviour(turn)
        finally:
            self.at_once[conversation] -= 1
        return result if isinstance(result, web.Response) else web.json_response(result)

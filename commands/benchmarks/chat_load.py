"""Citizens who talk with the product over real WebSockets, and with a stock Rasa over its REST channel."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from commands.benchmarks.questions import QUESTIONS

ANSWER_WITHIN_SECONDS = 30


@dataclass
class Measured:
    """What a load has measured."""

    seconds: list[float] = field(default_factory=list)
    failures: int = 0
    lasted: float = 0.0

    @property
    def turns_per_second(self) -> float:
        return len(self.seconds) / self.lasted if self.lasted else 0.0


class WebChatCitizen:
    """One visitor of the web page."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    @classmethod
    async def arrive(cls, client: aiohttp.ClientSession, url: str) -> WebChatCitizen:
        """Open the chat."""
        socket = await client.ws_connect(f"{url}/chat/ws")
        await socket.send_str(json.dumps({"type": "hello", "session": None, "last_seq": 0}))
        await socket.receive(ANSWER_WITHIN_SECONDS)
        return cls(socket)

    async def ask(self, question: str) -> None:
        """Send a question and wait for the bot's answer."""
        await self._socket.send_str(json.dumps({"type": "message", "id": uuid.uuid4().hex, "text": question}))
        while True:
            frame = json.loads((await self._socket.receive(ANSWER_WITHIN_SECONDS)).data)
            if frame["type"] == "refused":
                raise RuntimeError(frame["code"])
            if frame["type"] == "message" and frame["author"] != "citizen":
                if frame["author"] != "bot":
                    raise RuntimeError("answered by the system")
                await self._socket.send_str(json.dumps({"type": "ack", "seq": frame["seq"]}))
                return

    async def leave(self) -> None:
        """Close the page."""
        await self._socket.close()


class RestCitizen:
    """One sender of stock Rasa's REST channel."""

    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client = client
        self._url = f"{url}/webhooks/rest/webhook"
        self._sender = uuid.uuid4().hex

    @classmethod
    async def arrive(cls, client: aiohttp.ClientSession, url: str) -> RestCitizen:
        """Become a new sender."""
        return cls(client, url)

    async def ask(self, question: str) -> None:
        """Send a question and wait for the answer."""
        async with self._client.post(self._url, json={"sender": self._sender, "message": question}) as response:
            if response.status != 200 or not await response.json():
                raise RuntimeError(f"status {response.status}")

    async def leave(self) -> None:
        """Nothing to close."""


Arrive = Callable[[aiohttp.ClientSession, str], Awaitable[WebChatCitizen | RestCitizen]]


async def at_saturation(arrive: Arrive, url: str, *, citizens: int, seconds: float) -> Measured:
    """Let ``citizens`` ask as fast as they are answered; each starts a new conversation after eight questions."""
    measured = Measured()
    async with _client() as client:
        started = time.perf_counter()
        stop_at = started + seconds
        await asyncio.gather(*(_ask_until(arrive, client, url, stop_at, measured) for _ in range(citizens)))
        measured.lasted = time.perf_counter() - started
    return measured


async def _ask_until(
    arrive: Arrive, client: aiohttp.ClientSession, url: str, stop_at: float, measured: Measured
) -> None:
    while time.perf_counter() < stop_at:
        citizen = await arrive(client, url)
        for question in QUESTIONS:
            if time.perf_counter() >= stop_at:
                break
            await _timed(citizen, question, time.perf_counter(), measured)
        await citizen.leave()


async def at_rate(arrive: Arrive, url: str, *, turns_per_second: float, seconds: float) -> Measured:
    """Send questions at a fixed rate, whether or not earlier ones were answered; waiting in line counts."""
    measured = Measured()
    async with _client() as client:
        citizens = [await arrive(client, url) for _ in range(int(turns_per_second * 4))]
        free: asyncio.Queue[tuple[WebChatCitizen | RestCitizen, int]] = asyncio.Queue()
        for citizen in citizens:
            free.put_nowait((citizen, 0))
        started = time.perf_counter()
        tasks: list[asyncio.Task[None]] = []
        for number in itertools.count():
            due = started + number / turns_per_second
            if due >= started + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(_take_turn(free, due, measured)))
        await asyncio.gather(*tasks)
        measured.lasted = time.perf_counter() - started
        await asyncio.gather(*(citizen.leave() for citizen in citizens))
    return measured


async def _take_turn(
    free: asyncio.Queue[tuple[WebChatCitizen | RestCitizen, int]], due: float, measured: Measured
) -> None:
    citizen, asked = await free.get()
    await _timed(citizen, QUESTIONS[asked % len(QUESTIONS)], due, measured)
    free.put_nowait((citizen, asked + 1))


async def _timed(citizen: WebChatCitizen | RestCitizen, question: str, since: float, measured: Measured) -> None:
    try:
        await citizen.ask(question)
    except (RuntimeError, aiohttp.ClientError, TimeoutError, TypeError):
        measured.failures += 1
    else:
        measured.seconds.append(time.perf_counter() - since)


def _client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None))

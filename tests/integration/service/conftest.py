"""The whole service as it faces people, on SQLite, with a fake Rasa behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from backend.kernel.settings import Settings
from service.app import build_app
from tests.databases import SqliteServer
from tests.fakes.browser import FakeBrowser
from tests.fakes.rasa import TOKEN, FakeRasa

SERVICE_TOKEN = "service-token-of-the-tests"


@dataclass
class WholeService:
    """A running service and ways to reach it."""

    app: web.Application
    port: int
    client: aiohttp.ClientSession
    database_file: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def browser(self) -> FakeBrowser:
        return FakeBrowser(self.client, f"{self.url}/chat/ws")

    async def send_bytes(self, data: bytes) -> bytes:
        """Send what no HTTP client would, and return all that comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            async with asyncio.timeout(5):
                return await reader.read()
        finally:
            writer.close()


StartService = Callable[..., Awaitable[WholeService]]


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    async with FakeRasa().running() as fake:
        yield fake


@pytest.fixture
async def start_service(sqlite_server: SqliteServer, rasa: FakeRasa) -> AsyncIterator[StartService]:
    """Start the service with some settings changed; it ends with the test."""
    async with sqlite_server.fresh_database() as database_url, aiohttp.ClientSession() as client:
        runners: list[web.AppRunner] = []

        async def start(**changes: object) -> WholeService:
            values: dict[str, object] = {
                "secret_key": "k" * 40,
                "service_token": SERVICE_TOKEN,
                "rasa_token": TOKEN,
                "rasa_url": rasa.url,
                "database_url": database_url.render_as_string(hide_password=False),
            }
            app = build_app(Settings(_env_file=None, **(values | changes)))  # type: ignore[arg-type]
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            runners.append(runner)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return WholeService(app, runner.addresses[0][1], client, Path(str(database_url.database)))

        yield start
        for runner in runners:
            await runner.cleanup()


@pytest.fixture
async def service(start_service: StartService) -> WholeService:
    return await start_service()

"""A running pipeline with a fake Rasa and the web chat over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.limits import RateLimiter
from backend.kernel.settings import PROJECT_ROOT, Settings
from backend.kernel.web import SETTINGS, WORDS, error_middleware, put_security_headers
from backend.kernel.words import Words
from connectors.webchat.routes import OPEN_SOCKETS, WEB_CHAT, OpenSockets, routes
from service.pipeline import Pipeline, running_pipeline
from tests.fakes.browser import FakeBrowser
from tests.fakes.rasa import TOKEN, FakeRasa

HUMAN_CONTACT = "Xin gọi tổng đài 1900 1023."


@dataclass
class RunningService:
    """The web chat as browsers reach it."""

    pipeline: Pipeline
    url: str
    client: aiohttp.ClientSession

    def browser(self) -> FakeBrowser:
        return FakeBrowser(self.client, f"{self.url}/chat/ws")


RunService = Callable[[], AbstractAsyncContextManager[RunningService]]


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    async with FakeRasa().running() as fake:
        yield fake


@pytest.fixture
def words() -> Words:
    return Words(PROJECT_ROOT / "data" / "words")


@pytest.fixture
def make_settings(rasa: FakeRasa) -> Callable[..., Settings]:
    def make(**changes: object) -> Settings:
        values: dict[str, object] = {
            "secret_key": "k" * 40,
            "service_token": "service-token-of-the-tests",
            "rasa_token": TOKEN,
            "rasa_url": rasa.url,
            "rasa_timeout_seconds": 5.0,
        }
        return Settings(_env_file=None, **(values | changes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def run_service(database: Database, make_settings: Callable[..., Settings], words: Words) -> RunService:
    """Start a service process's worth of pipeline on the test's database; can be used several times."""

    @asynccontextmanager
    async def run() -> AsyncIterator[RunningService]:
        settings = make_settings()
        async with running_pipeline(
            settings=settings,
            database=database,
            clock=SystemClock(),
            words=words,
            rate_limiter=RateLimiter(),
            human_contact=lambda: HUMAN_CONTACT,
        ) as pipeline:
            app = web.Application(middlewares=[error_middleware])
            app.on_response_prepare.append(put_security_headers)
            app[SETTINGS], app[WORDS], app[WEB_CHAT], app[OPEN_SOCKETS] = (
                settings,
                words,
                pipeline.web_chat,
                OpenSockets(),
            )
            app.add_routes(routes)
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            try:
                async with aiohttp.ClientSession() as client:
                    yield RunningService(pipeline, f"http://127.0.0.1:{runner.addresses[0][1]}", client)
            finally:
                await runner.cleanup()

    return run


@pytest.fixture
async def service(run_service: RunService) -> AsyncIterator[RunningService]:
    async with run_service() as running:
        yield running

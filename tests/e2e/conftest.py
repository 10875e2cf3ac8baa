"""The whole product, started as an operator starts it: `./hcc up` with demo data in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from commands.started_product import StartedProduct, start_product
from tests.fakes.browser import FakeBrowser


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartedProduct]:
    """One running product for all end-to-end tests; it ends with Ctrl-C and must leave no process."""
    running = start_product(tmp_path_factory.mktemp("product"), HCC_CHAT_MESSAGES_LIMIT="6000/minute")
    try:
        yield running
    finally:
        running.stop()


def logs_of(product: StartedProduct) -> str:
    """Return all that the processes have logged."""
    return "\n".join(path.read_text(errors="replace") for path in sorted((product.folder / "log").glob("*.log*")))


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def citizen(product: StartedProduct, client: aiohttp.ClientSession) -> AsyncIterator[FakeBrowser]:
    """A new visitor, connected."""
    browser = FakeBrowser(client, f"{product.url}/chat/ws")
    await browser.connect()
    yield browser
    await browser.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the browser tests are skipped, and say so."""
    path = os.environ.get("HCC_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    return path


async def until_rasa_is(
    product: StartedProduct, client: aiohttp.ClientSession, state: str, seconds: float = 90
) -> None:
    """Wait until the service sees Rasa in a state."""
    async with asyncio.timeout(seconds):
        while True:
            async with client.get(f"{product.url}/readyz") as response:
                if (await response.json())["rasa"] == state:
                    return
            await asyncio.sleep(0.2)

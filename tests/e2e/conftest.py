"""The whole product, started as an operator starts it: `./hcc up` with demo data in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from playwright.async_api import Browser, Page, async_playwright

from commands.started_product import StartedProduct, start_product
from tests.fakes.browser import FakeBrowser

ANSWER_WITHIN_MS = 20_000
WIDTHS = {"phone": (390, 844), "desktop": (1280, 800)}
# Without these Chromium looks for its maker's hosts at every start.
_QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_QUIET += ["--disable-component-update", "--disable-sync", "--disable-quic"]


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


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=_QUIET)
        yield launched
        await launched.close()


@dataclass
class Watched:
    """A page, with everything that it complained of and every address that it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


async def watched_page(browser: Browser, width: str = "desktop") -> Watched:
    size = WIDTHS[width]
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]})
    watched = Watched(page)
    page.on("console", lambda message: watched.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on("request", lambda request: watched.asked.append(request.url))
    return watched


async def open_chat(page: Page, url: str) -> None:
    await page.goto(url)
    await page.wait_for_selector("hcc-chatbox[data-state=ready]", timeout=ANSWER_WITHIN_MS)


async def say(page: Page, text: str) -> None:
    await page.locator("#text-input").fill(text)
    await page.keyboard.press("Enter")

"""WCAG 2.2 AA, as far as a machine can tell: axe-core on every page and on the chat in use."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from commands.layout import CHATBOX_UI
from commands.started_product import StartedProduct

from .conftest import ANSWER_WITHIN_MS, WIDTHS, open_chat, say, watched_page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

AXE = CHATBOX_UI / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page) -> list[str]:
    """Return what axe finds, a line each."""
    await page.evaluate(AXE.read_text("utf-8"))
    options = {"runOnly": {"type": "tag", "values": STANDARDS}}
    found: dict[str, Any] = await page.evaluate("options => axe.run(document, options)", options)
    return [f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "path", ["/", "/chat/frame", "/thu-tuc", "/thu-tuc?q=khai+sinh", "/thu-tuc/1.001193", "/khong-co"]
)
async def test_that_a_page_has_no_barrier(product: StartedProduct, browser: Browser, path: str, width: str) -> None:
    page = (await watched_page(browser, width)).page
    await page.goto(f"{product.url}{path}")
    await page.wait_for_timeout(500)
    assert await violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
async def test_that_a_conversation_has_no_barrier(product: StartedProduct, browser: Browser, width: str) -> None:
    page = (await watched_page(browser, width)).page
    await open_chat(page, product.url)
    await say(page, "1.001193")
    await expect(page.locator("hcc-entry .card").last).to_be_visible(timeout=ANSWER_WITHIN_MS)
    await say(page, "x" * 990)
    await page.locator("#text-input").fill("y" * 1001)
    await expect(page.locator(".counter[data-level=over]")).to_be_visible()
    assert await violations(page) == []


async def test_that_the_chat_can_be_used_with_the_keyboard_alone(product: StartedProduct, browser: Browser) -> None:
    page = (await watched_page(browser)).page
    await open_chat(page, product.url)
    await page.locator("#text-input").focus()
    await page.keyboard.type("1.001193")
    await page.keyboard.press("Enter")
    choice = page.locator("hcc-entry[data-author=bot]").last.locator("button.choice:enabled").first
    await expect(choice).to_be_visible(timeout=ANSWER_WITHIN_MS)
    for _ in range(40):
        await page.keyboard.press("Shift+Tab")
        if await choice.evaluate("button => button.getRootNode().activeElement === button"):
            break
    else:
        pytest.fail("the choice cannot be reached with the keyboard")
    answers = await page.locator("hcc-entry[data-author=bot]").count()
    await page.keyboard.press("Enter")
    await expect(page.locator("hcc-entry[data-author=bot]")).to_have_count(answers + 1, timeout=ANSWER_WITHIN_MS)


async def test_that_new_messages_are_announced(product: StartedProduct, browser: Browser) -> None:
    page = (await watched_page(browser)).page
    await open_chat(page, product.url)
    log = page.locator("[role=log][aria-live=polite]")
    await expect(log).to_have_count(1)
    await say(page, "xin chào")
    await expect(log).to_contain_text("tự động", timeout=ANSWER_WITHIN_MS)

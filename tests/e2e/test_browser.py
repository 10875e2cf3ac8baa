"""The pages and the chatbox in a real Chromium, at phone and desktop width."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Browser, Route, expect

from commands.started_product import StartedProduct

from .conftest import ANSWER_WITHIN_MS, WIDTHS, open_chat, say, watched_page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]


@pytest.mark.parametrize("width", WIDTHS)
async def test_that_a_citizen_asks_and_gets_the_centres_answer(
    product: StartedProduct, browser: Browser, width: str
) -> None:
    watched = await watched_page(browser, width)
    await open_chat(watched.page, product.url)
    await expect(watched.page.locator(".notice")).to_contain_text("máy")
    await say(watched.page, "dang ky khai sinh can giay to gi")
    answer = watched.page.locator("hcc-entry[data-author=bot]").last
    await expect(answer).to_contain_text("Giấy chứng sinh", timeout=ANSWER_WITHIN_MS)
    await answer.locator("button.choice:enabled", has_text="Lệ phí").click()
    await expect(watched.page.locator("hcc-entry[data-author=bot]").last).to_contain_text(
        "phí", timeout=ANSWER_WITHIN_MS
    )
    assert watched.complaints == []
    assert all(address.startswith((product.url, "data:", "blob:")) for address in watched.asked), watched.asked
    scroll, inner = await watched.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert scroll <= inner, "the page must not scroll sideways"


async def test_that_the_conversation_is_there_after_a_reload(product: StartedProduct, browser: Browser) -> None:
    page = (await watched_page(browser)).page
    await open_chat(page, product.url)
    await say(page, "đăng ký kết hôn cần giấy tờ gì")
    await expect(page.locator("hcc-entry[data-author=bot]").last).to_contain_text(
        "Tờ khai đăng ký kết hôn", timeout=ANSWER_WITHIN_MS
    )
    before = await page.locator("hcc-entry").all_inner_texts()
    await open_chat(page, product.url)
    await expect(page.locator("hcc-entry")).to_have_count(len(before))
    assert await page.locator("hcc-entry").all_inner_texts() == before


async def test_that_typed_markup_is_shown_as_text(product: StartedProduct, browser: Browser) -> None:
    watched = await watched_page(browser)
    await open_chat(watched.page, product.url)
    await say(watched.page, "<img src=x onerror=alert(1)> **đậm** [bấm](javascript:alert(1))")
    own = watched.page.locator("hcc-entry[data-author=citizen]").last
    await expect(own).to_contain_text("<img src=x onerror=alert(1)> **đậm** [bấm](javascript:alert(1))")
    assert await own.locator("img, b, strong, a").count() == 0
    assert watched.complaints == []


async def test_that_a_broken_connection_neither_loses_nor_doubles_a_message(
    product: StartedProduct, browser: Browser
) -> None:
    page = (await watched_page(browser)).page
    await open_chat(page, product.url)
    await say(page, "xin chào")
    await expect(page.locator("hcc-entry[data-author=bot]")).to_have_count(2, timeout=ANSWER_WITHIN_MS)
    product.kill("service")
    await page.wait_for_selector("hcc-chatbox[data-state=reconnecting]", timeout=ANSWER_WITHIN_MS)
    await say(page, "đăng ký khai sinh cần giấy tờ gì")
    await expect(page.locator("hcc-entry[data-author=bot]").last).to_contain_text("Giấy chứng sinh", timeout=90_000)
    await asyncio.sleep(2)
    assert await page.locator("hcc-entry[data-author=citizen]").count() == 2
    assert await page.locator("hcc-entry[data-author=bot]").count() == 3


async def test_that_one_script_tag_puts_the_chat_on_any_page(product: StartedProduct, browser: Browser) -> None:
    async def any_page(request: web.Request) -> web.Response:
        tag = f'<script src="{product.url}/chat/widget.js" defer></script>'
        body = f"<!doctype html><title>UBND</title><style>* {{ display: block; color: red }}</style><p>Trang{tag}"
        return web.Response(text=body, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", any_page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        # Another host name is another origin.
        page = (await watched_page(browser, "phone")).page
        await page.goto(f"http://localhost:{runner.addresses[0][1]}/")
        await page.locator("[data-hcc-chat] button").first.click()
        chat = page.frame_locator("[data-hcc-chat] iframe")
        await expect(chat.locator("hcc-chatbox[data-state=ready]")).to_be_visible(timeout=ANSWER_WITHIN_MS)
        await chat.locator("#text-input").fill("đăng ký khai sinh cần giấy tờ gì")
        await chat.locator("#text-input").press("Enter")
        await expect(chat.locator("hcc-entry[data-author=bot]").last).to_contain_text(
            "Giấy chứng sinh", timeout=ANSWER_WITHIN_MS
        )
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/thu-tuc", "Tra cứu thủ tục"),
        ("/thu-tuc?q=khai+sinh", "Thủ tục đăng ký khai sinh"),
        ("/thu-tuc?q=zzzzqqqq", "chưa tìm thấy"),
        ("/thu-tuc/1.001193", "Giấy chứng sinh"),
        ("/thu-tuc/9.999999", "không tìm thấy"),
        ("/khong-co-trang-nay", "không tìm thấy"),
    ],
)
async def test_that_every_page_says_what_it_should_and_fits_the_screen(
    product: StartedProduct, browser: Browser, path: str, words: str, width: str
) -> None:
    watched = await watched_page(browser, width)
    await watched.page.goto(f"{product.url}{path}")
    await expect(watched.page.locator("main")).to_contain_text(words)
    assert [line for line in watched.complaints if "404" not in line] == []
    scroll, inner = await watched.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert scroll <= inner


async def test_that_the_search_works_without_javascript(product: StartedProduct, browser: Browser) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(product.url)
    await page.get_by_role("link", name="tra cứu thủ tục", exact=True).first.click()
    await page.locator("input[name=q]").fill("đăng ký kết hôn")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Đăng ký kết hôn", exact=True).click()
    await expect(page.locator("h1")).to_have_text("Thủ tục đăng ký kết hôn")


async def test_that_no_page_asks_another_host_for_anything(product: StartedProduct, browser: Browser) -> None:
    foreign: list[str] = []

    async def refuse(route: Route) -> None:
        if route.request.url.startswith((product.url, "data:", "blob:")):
            await route.continue_()
        else:
            foreign.append(route.request.url)
            await route.abort()

    page = (await watched_page(browser)).page
    await page.route("**/*", refuse)
    for path in ("/", "/chat/frame", "/thu-tuc", "/thu-tuc/1.001193"):
        await page.goto(f"{product.url}{path}")
        await page.wait_for_timeout(500)
    assert foreign == []


async def test_that_the_chatbox_is_small_on_the_wire(product: StartedProduct, client: aiohttp.ClientSession) -> None:
    async with client.get(f"{product.url}/chat/widget.js", headers={"Accept-Encoding": "gzip"}) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Content-Type"].startswith("text/javascript")
    page = await (await client.get(product.url)).text()
    script = re.search(r'src="(/static/[^"]*chatbox\.js)"', page)
    assert script is not None
    async with client.get(
        f"{product.url}{script[1]}", headers={"Accept-Encoding": "br"}, auto_decompress=False
    ) as response:
        assert response.headers["Content-Encoding"] == "br"
        assert "immutable" in response.headers["Cache-Control"]
        assert len(await response.read()) < 150_000

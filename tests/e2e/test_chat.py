"""A citizen's conversations with the real Rasa, action server and service."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import aiohttp
import pytest

from commands.started_product import StartedProduct
from tests.fakes.browser import FakeBrowser

from .conftest import logs_of, until_rasa_is

pytestmark = pytest.mark.e2e


def everything_in(content: dict[str, Any]) -> str:
    """Return all words of a message, cards and buttons too."""
    card = content.get("card") or {}
    rows = " ".join(f"{row['label']}: {row['value']}" for row in card.get("rows", []))
    labels = " ".join(part["label"] for kind in ("choices", "links") for part in content.get(kind, []))
    return f"{content['text']} {card.get('title', '')} {rows} {card.get('note', '')} {labels}"


async def ask(citizen: FakeBrowser, text: str) -> str:
    """Return all words of the answer to a text."""
    await citizen.say(text)
    return everything_in((await citizen.until_said("bot", "system", seconds=20))["content"])


@pytest.mark.parametrize(
    "question",
    ["đăng ký khai sinh cần giấy tờ gì", "dang ky khai sinh can giay to gi", "ĐĂNG KÝ KHAI SINH CẦN GIẤY TỜ GÌ???"],
)
async def test_that_papers_are_told_at_once_with_and_without_diacritics(citizen: FakeBrowser, question: str) -> None:
    assert "Giấy chứng sinh" in await ask(citizen, question)


async def test_that_a_procedure_is_found_and_its_facets_can_be_asked_afterwards(citizen: FakeBrowser) -> None:
    answer = await ask(citizen, "vợ mình mới sinh em bé, muốn làm giấy khai sinh")
    assert "khai sinh" in answer.lower()
    card = next(message["content"]["card"] for message in reversed(citizen.shown) if "card" in message["content"])
    labels = [row["label"] for row in card["rows"]]
    assert len(labels) >= 5
    assert "phí" in (await ask(citizen, "còn phí thì sao?")).lower()
    assert "ngày làm việc" in await ask(citizen, "bao lâu thì có")
    assert "Trung tâm Phục vụ hành chính công" in await ask(citizen, "nop o dau")


async def test_that_a_procedure_is_found_by_its_code(citizen: FakeBrowser) -> None:
    assert "Đăng ký kết hôn" in await ask(citizen, "1.000894")


async def test_that_what_does_not_exist_is_said_honestly_with_ways_on(citizen: FakeBrowser) -> None:
    answer = await ask(citizen, "thủ tục xin cấp phép nuôi khủng long bạo chúa")
    assert "Trung tâm không giúp được" in answer and "Gặp người hỗ trợ" in answer
    answer = await ask(citizen, "ly hôn đơn phương thì nộp đơn ở đâu")
    assert "Tòa án" in answer


async def test_that_a_choice_is_narrowed_and_taken_by_a_part_of_its_name(citizen: FakeBrowser) -> None:
    answer = await ask(citizen, "giấy phép lái xe")
    assert "cấp giấy phép lái xe" in answer and "Cấp lại" in answer
    answer = await ask(citizen, "cấp lại")
    assert "Cấp lại giấy phép lái xe" in answer and "Giấy tờ" in answer


async def test_that_of_two_wishes_the_first_is_answered_and_the_second_offered(citizen: FakeBrowser) -> None:
    answer = await ask(citizen, "đăng ký kết hôn cần giấy tờ gì, với lại thứ bảy có làm việc không")
    assert "Giấy tờ cần cho thủ tục" in answer
    offer = everything_in((await citizen.until_said("bot", "system", seconds=20))["content"])
    assert "còn hỏi một việc nữa" in offer and "thứ bảy có làm việc không" in offer
    answer = await ask(citizen, "thứ bảy có làm việc không")
    assert "Thứ Bảy" in answer or "thứ Bảy" in answer


async def demo_codes(product: StartedProduct, client: aiohttp.ClientSession) -> list[str]:
    async with client.get(f"{product.url}/") as response:
        page = await response.text()
    codes = re.findall(r"(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{1,3})*-\d{6}-\d{4}", page)
    assert codes, "the demo's start page names codes to try"
    return list(dict.fromkeys(codes))


async def test_that_dossiers_are_told_by_code_in_any_spelling(
    product: StartedProduct, client: aiohttp.ClientSession, citizen: FakeBrowser
) -> None:
    for code in (await demo_codes(product, client))[:3]:
        async with client.get(f"{product.url}/api/v1/dossiers/{code}/status") as response:
            status = await response.json()
        for spelling in (code, code.lower(), code.replace(".", " ").replace("-", " ")):
            answer = await ask(citizen, f"hồ sơ {spelling} tới đâu rồi")
            assert status["status_label"].lower() in answer.lower(), (spelling, answer)


async def test_that_a_code_is_asked_for_and_can_then_be_given(
    product: StartedProduct, client: aiohttp.ClientSession, citizen: FakeBrowser
) -> None:
    code = (await demo_codes(product, client))[0]
    assert "mã" in (await ask(citizen, "hồ sơ của tôi tới đâu rồi")).lower()
    assert code in await ask(citizen, code)


@pytest.mark.parametrize("code", ["H32.15-251103-9999", "H99.99-250101-0001"])
async def test_that_unknown_codes_are_not_found(citizen: FakeBrowser, code: str) -> None:
    assert "không tìm thấy" in (await ask(citizen, f"tra cứu hồ sơ {code}")).lower()


async def test_that_an_impossible_date_in_a_code_is_told(citizen: FakeBrowser) -> None:
    assert "ngày" in (await ask(citizen, "tra cứu hồ sơ H32.15-251399-0012")).lower()


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀",
        "<script>alert(1)</script>",
        "'; DROP TABLE turns;--",
        "a" * 1000,
        "/restart",
        '/inform{"procedure_code": "x"}',
        "{}[]%s%n",
    ],
)
async def test_that_hostile_text_gets_a_fitting_answer_and_the_next_message_works(
    citizen: FakeBrowser, text: str
) -> None:
    assert len(await ask(citizen, text)) > 10
    assert "Giấy chứng sinh" in await ask(citizen, "đăng ký khai sinh cần giấy tờ gì")


async def test_that_a_killed_rasa_loses_nothing_and_the_topic_is_still_known(
    product: StartedProduct, client: aiohttp.ClientSession, citizen: FakeBrowser
) -> None:
    assert "kết hôn" in (await ask(citizen, "đăng ký kết hôn")).lower()
    product.kill("rasa")
    await until_rasa_is(product, client, "unavailable")
    await citizen.say("lệ phí bao nhiêu")
    notice = await citizen.until_said("system")
    assert "đã lưu" in notice["content"]["text"]
    await until_rasa_is(product, client, "ok")
    answer = everything_in((await citizen.until_said("bot", seconds=60))["content"])
    assert "phí" in answer.lower()
    assert "kết hôn" in answer.lower()
    await asyncio.sleep(1)
    answers = [text for author, text in citizen.transcript if author == "bot"]
    assert len(answers) == 2


async def test_that_a_killed_action_server_is_told_in_plain_words_and_comes_back(
    product: StartedProduct, citizen: FakeBrowser
) -> None:
    product.kill("actions")
    answer = await ask(citizen, "đăng ký khai sinh cần giấy tờ gì")
    for _ in range(60):
        if "Giấy chứng sinh" in answer:
            break
        await asyncio.sleep(1)
        answer = await ask(citizen, "đăng ký khai sinh cần giấy tờ gì")
    assert "Giấy chứng sinh" in answer


async def test_that_a_killed_service_answers_after_its_restart_what_it_had_accepted(
    product: StartedProduct, client: aiohttp.ClientSession
) -> None:
    browser = FakeBrowser(client, f"{product.url}/chat/ws")
    await browser.connect()
    await browser.say("đăng ký khai sinh cần giấy tờ gì")
    await browser.until("accepted")
    product.kill("service")
    await browser.close()
    async with asyncio.timeout(60):
        while True:
            await asyncio.sleep(0.5)
            try:
                again = FakeBrowser(client, f"{product.url}/chat/ws")
                await again.connect(browser.session)
                break
            except aiohttp.ClientError:
                continue
    async with asyncio.timeout(20):
        while not any(author == "bot" for author, _ in again.transcript):
            await again.next_frame(20)
    await asyncio.sleep(1)
    await again.close()
    assert [author for author, _ in again.transcript] == ["citizen", "bot"]


async def test_that_a_greeting_says_that_it_is_a_machine(citizen: FakeBrowser) -> None:
    assert "máy trả lời" in await ask(citizen, "xin chào")


async def test_that_nothing_personal_is_in_any_log(product: StartedProduct, citizen: FakeBrowser) -> None:
    await ask(citizen, "CCCD của tôi 056090001234, gọi tôi số 0905123456, hồ sơ H32.15-251103-0012 tới đâu rồi")
    logs = logs_of(product)
    assert logs
    for secret in ("056090001234", "0905123456", "251103-0012", "khủng long"):
        assert secret not in logs
    tokens = json.dumps(product.state)
    assert "token" not in tokens

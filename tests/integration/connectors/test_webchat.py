"""The web chat as a citizen's browser sees it."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from tests.fakes.browser import FakeBrowser
from tests.fakes.rasa import FakeRasa, answer

from .conftest import HUMAN_CONTACT, RunningService


async def test_that_a_question_is_answered(service: RunningService, rasa: FakeRasa) -> None:
    browser = service.browser()
    welcome = await browser.connect()
    assert welcome["is_new"] and welcome["messages"][0]["seq"] == 0
    assert "máy" in welcome["messages"][0]["content"]["text"]
    message_id = await browser.say("Đăng ký khai sinh cần giấy tờ gì?")
    accepted = await browser.until("accepted")
    assert accepted == {"type": "accepted", "id": message_id, "seq": 1}
    said = await browser.until_said("bot")
    assert (said["seq"], said["content"]["text"]) == (2, "Trả lời: Đăng ký khai sinh cần giấy tờ gì?")
    assert rasa.turns[0]["is_payload"] is False


async def test_that_the_conversation_id_given_to_rasa_says_nothing_of_the_session(
    service: RunningService, rasa: FakeRasa
) -> None:
    browser = service.browser()
    await browser.connect()
    await browser.ask("xin chào")
    assert browser.session is not None
    assert rasa.turns[0]["conversation_id"] not in browser.session


async def test_that_history_comes_back_after_a_reload(service: RunningService) -> None:
    browser = service.browser()
    await browser.connect()
    await browser.ask("một")
    await browser.ask("hai")
    await browser.close()
    reloaded = service.browser()
    welcome = await reloaded.connect(browser.session)
    assert not welcome["is_new"]
    assert welcome["session"] == browser.session, "tabs would reload one another for ever"
    assert reloaded.transcript == [
        ("citizen", "một"),
        ("bot", "Trả lời: một"),
        ("citizen", "hai"),
        ("bot", "Trả lời: hai"),
    ]


async def test_that_a_message_repeated_after_a_lost_connection_is_answered_once(
    service: RunningService, rasa: FakeRasa
) -> None:
    browser = service.browser()
    await browser.connect()
    message_id = await browser.say("xin chào")
    await browser.close()
    await browser.connect()
    await browser.say("xin chào", message_id)
    await browser.until("accepted")
    await asyncio.sleep(0.5)
    again = service.browser()
    await again.connect(browser.session)
    assert again.transcript == [("citizen", "xin chào"), ("bot", "Trả lời: xin chào")]
    assert len(rasa.turns) == 1


async def test_that_two_tabs_see_the_same_conversation_once(service: RunningService) -> None:
    one, two = service.browser(), service.browser()
    await one.connect()
    await one.ask("một")
    await two.connect(one.session)
    await one.ask("hai")
    await two.until_said("bot")
    assert (
        two.transcript
        == one.transcript
        == [
            ("citizen", "một"),
            ("bot", "Trả lời: một"),
            ("citizen", "hai"),
            ("bot", "Trả lời: hai"),
        ]
    )


async def test_that_a_choice_is_taken_by_its_place_and_its_payload_stays_on_the_server(
    service: RunningService, rasa: FakeRasa
) -> None:
    choices = [{"label": "Lệ phí bao nhiêu?", "payload": "/ask_fee"}, {"label": "Ở đâu?", "payload": "/ask_place"}]
    rasa.behaviour = lambda turn: (
        answer("Anh/Chị hỏi gì?") | {"messages": [{"text": "Anh/Chị hỏi gì?", "choices": choices}]}
    )
    browser = service.browser()
    await browser.connect()
    await browser.say("khai sinh")
    offered = await browser.until_said("bot")
    assert "payload" not in json.dumps(browser.frames)
    await browser.send({"type": "choice", "id": "choice-0001", "seq": offered["seq"], "index": 1})
    own = await browser.until_said("citizen")
    assert own["content"]["text"] == "Ở đâu?"
    await browser.until_said("bot")
    assert (rasa.turns[1]["text"], rasa.turns[1]["is_payload"]) == ("/ask_place", True)


@pytest.mark.parametrize("typed", ["2", "số 2", "cái thứ hai", "o dau", "Ở ĐÂU?"])
async def test_that_a_typed_number_or_label_means_the_choice(
    service: RunningService, rasa: FakeRasa, typed: str
) -> None:
    choices = [{"label": "Lệ phí?", "payload": "/ask_fee"}, {"label": "Ở đâu?", "payload": "/ask_place"}]
    rasa.behaviour = lambda turn: answer("?") | {"messages": [{"text": "?", "choices": choices}]}
    browser = service.browser()
    await browser.connect()
    await browser.ask("khai sinh")
    await browser.ask(typed)
    assert rasa.turns[1]["text"] == "/ask_place"


async def test_that_the_greetings_choices_work(service: RunningService, rasa: FakeRasa) -> None:
    browser = service.browser()
    await browser.connect()
    await browser.send({"type": "choice", "id": "choice-0001", "seq": 0, "index": 1})
    await browser.until_said("bot")
    assert rasa.turns[0]["text"] == "/check_dossier"


@pytest.mark.parametrize(("seq", "index"), [(0, 49), (1, 0), (999, 0)])
async def test_that_a_choice_nobody_offered_is_refused(service: RunningService, seq: int, index: int) -> None:
    browser = service.browser()
    await browser.connect()
    await browser.ask("xin chào")
    await browser.send({"type": "choice", "id": "choice-0001", "seq": seq, "index": index})
    assert (await browser.until("refused"))["code"] == "choice_expired"


async def test_that_typed_text_never_counts_as_a_payload(service: RunningService, rasa: FakeRasa) -> None:
    browser = service.browser()
    await browser.connect()
    await browser.ask('/check_dossier{"receipt_code": "H32.15-251103-0012"}')
    assert rasa.turns[0]["is_payload"] is False


async def test_that_a_wish_for_a_person_is_answered_without_any_model(service: RunningService, rasa: FakeRasa) -> None:
    await rasa.stop()
    browser = service.browser()
    await browser.connect()
    assert await browser.ask("Gặp cán bộ") == HUMAN_CONTACT


class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "empty"),
            (" \n\t ", "empty"),
            ("\u200b\x00\x07", "empty"),
            ("a" * 1001, "too_long"),
            ("ă" * 100_000, "too_long"),
        ],
    )
    async def test_that_unusable_text_is_refused_and_the_next_message_works(
        self, service: RunningService, text: str, code: str
    ) -> None:
        browser = service.browser()
        await browser.connect()
        message_id = await browser.say(text)
        refused = await browser.until("refused")
        assert (refused["id"], refused["code"]) == (message_id, code)
        assert await browser.ask("xin chào") == "Trả lời: xin chào"

    @pytest.mark.parametrize(
        "text", ["😀😀😀", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "Robert'); DROP TABLE turns;--"]
    )
    async def test_that_odd_text_is_carried_as_it_is(self, service: RunningService, text: str) -> None:
        browser = service.browser()
        await browser.connect()
        assert await browser.ask(text) == f"Trả lời: {text}"

    async def test_that_control_characters_are_taken_out(self, service: RunningService, rasa: FakeRasa) -> None:
        browser = service.browser()
        await browser.connect()
        await browser.ask("khai\x00 sinh\u202e\n\n\n\ncho con")
        assert rasa.turns[0]["text"] == "khai sinh\n\ncho con"

    @pytest.mark.parametrize(
        ("frame", "code"),
        [
            ("{", "bad_json"),
            ("[]", "unknown_frame"),
            ("null", "unknown_frame"),
            ('{"type": "attack"}', "unknown_frame"),
            ('{"type": "message", "id": 5, "text": "x"}', "unknown_frame"),
            ('{"type": "message", "id": "../../etc", "text": "x"}', "unknown_frame"),
            ('{"type": "message", "id": "12345678", "text": {"a": 1}}', "unknown_frame"),
            ('{"type": "choice", "id": "12345678", "seq": -1, "index": 0}', "unknown_frame"),
            ('{"type": "hello", "session": null}', "unknown_frame"),
        ],
    )
    async def test_that_a_broken_frame_is_answered_in_words_and_the_next_message_works(
        self, service: RunningService, frame: str, code: str
    ) -> None:
        browser = service.browser()
        await browser.connect()
        await browser.send(frame)
        error = await browser.until("error")
        assert error["code"] == code and error["message"]
        assert await browser.ask("xin chào") == "Trả lời: xin chào"

    async def test_that_hello_comes_first(self, service: RunningService) -> None:
        async with service.client.ws_connect(f"{service.url}/chat/ws") as socket:
            await socket.send_json({"type": "message", "id": "12345678", "text": "xin chào"})
            assert (await socket.receive_json())["code"] == "hello_expected"

    @pytest.mark.parametrize("token", ["x", "abc.def.ghi", "IjEyMyI.aaaaaa.AAAAAAAAAAAAAAAAAAAAAAAAAAA"])
    async def test_that_a_forged_session_is_refused(self, service: RunningService, token: str) -> None:
        browser = service.browser()
        assert (await browser.connect(token))["code"] == "session_invalid"

    async def test_that_a_token_of_another_service_is_refused(self, service: RunningService) -> None:
        from connectors.webchat.session import SessionTokens

        forged = SessionTokens("another key that is quite long enough").issue("somebody")
        assert (await service.browser().connect(forged))["code"] == "session_invalid"

    async def test_that_a_flood_is_refused_in_words_and_harms_nobody_else(self, service: RunningService) -> None:
        flooder, citizen = service.browser(), service.browser()
        await flooder.connect()
        await citizen.connect()
        for number in range(500):
            await flooder.say(f"tin {number}")
        refusals = [await flooder.until("refused") for _ in range(400)]
        assert {refusal["code"] for refusal in refusals} == {"rate_limited"}
        assert "giây" in refusals[0]["message"]
        assert await citizen.ask("xin chào") == "Trả lời: xin chào"

    async def test_that_many_broken_frames_end_the_connection(self, service: RunningService) -> None:
        browser = service.browser()
        await browser.connect()
        for _ in range(25):
            await browser.send("{")
        assert browser.socket is not None
        while (message := await browser.socket.receive(5)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING)
        assert await service.browser().connect()

    async def test_that_other_sites_cannot_open_the_socket(self, service: RunningService) -> None:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
            await FakeBrowser(service.client, f"{service.url}/chat/ws").connect(
                headers={"Origin": "https://evil.example"}
            )
        assert refusal.value.status == 403

    async def test_that_a_message_over_the_frame_limit_closes_only_its_connection(
        self, service: RunningService
    ) -> None:
        browser = service.browser()
        await browser.connect()
        await browser.say("x" * 1_200_000)
        assert browser.socket is not None
        assert (await browser.socket.receive(5)).type is not aiohttp.WSMsgType.TEXT
        assert await service.browser().connect()


async def test_that_one_persons_conversation_never_reaches_another(service: RunningService) -> None:
    one, two = service.browser(), service.browser()
    await one.connect()
    await two.connect()
    await one.ask("bí mật của một")
    await two.ask("chào")
    await asyncio.sleep(0.3)
    assert two.transcript == [("citizen", "chào"), ("bot", "Trả lời: chào")]
    three = service.browser()
    await three.connect()
    assert three.transcript == []


async def test_that_ids_made_by_one_browser_do_not_clash_with_anothers(service: RunningService) -> None:
    one, two = service.browser(), service.browser()
    await one.connect()
    await two.connect()
    await one.say("một", "same-id-0001")
    await one.until_said("bot")
    await two.say("hai", "same-id-0001")
    assert (await two.until_said("bot"))["content"]["text"] == "Trả lời: hai"

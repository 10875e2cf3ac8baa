"""The channel, over real HTTP, with a processor that says what the test wants."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic

from bot.channel import ServiceChannel
from bot.tracker_store import BoundedTrackerStore

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet, ask_fee]
slots:
  procedure_code: {type: text, mappings: [{type: custom}]}
  offer: {type: any, mappings: [{type: custom}]}
  receipt_code: {type: text, mappings: [{type: custom}]}
forms:
  dossier_form: {required_slots: [receipt_code]}
actions: [action_answer]
"""
)
HEADERS = {"Authorization": "Bearer secret"}
Answer = Callable[[UserMessage, DialogueStateTracker], Awaitable[None]]


@dataclass
class Rasa:
    """The running app, and what the processor saw."""

    url: str = ""
    store: BoundedTrackerStore = field(default_factory=lambda: BoundedTrackerStore(DOMAIN))
    texts: list[str] = field(default_factory=list)
    answer: Answer | None = None
    ready: bool = True

    async def handle_message(self, message: UserMessage) -> None:
        self.texts.append(message.text)
        tracker = await self.store.get_or_create_tracker(message.sender_id, append_action_listen=False)
        ranking = [{"name": "ask_fee", "confidence": 0.9}, {"name": "greet", "confidence": 0.1}]
        tracker.update(
            UserUttered(message.text, {"name": "ask_fee", "confidence": 0.9}, [], {"intent_ranking": ranking})
        )
        if self.answer is not None:
            await self.answer(message, tracker)
        await self.store.save(tracker)


@pytest_asyncio.fixture
async def rasa(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rasa]:
    monkeypatch.setenv("HCC_RASA_TOKEN", "secret")
    state = Rasa(answer=say({"custom": {"text": "Miễn phí"}}))
    app = Sanic(f"test_{id(state)}", configure_logging=False)
    # Sanic rewrites its own methods when an app starts, which works once a process unless it is told of tests.
    monkeypatch.setattr(Sanic, "test_mode", True)
    app.blueprint(ServiceChannel.from_credentials({}).blueprint(None), url_prefix="/webhooks/service")  # type: ignore[arg-type]
    app.ctx.agent = SimpleNamespace(
        is_ready=lambda: state.ready,
        processor=SimpleNamespace(handle_message=state.handle_message, domain=DOMAIN),
        tracker_store=state.store,
    )
    server = await app.create_server(host="127.0.0.1", port=0, return_asyncio_server=True, access_log=False)
    await server.startup()
    state.url = f"http://127.0.0.1:{server.server.sockets[0].getsockname()[1]}/webhooks/service/"
    yield state
    await server.close()


def say(*messages: dict[str, Any]) -> Answer:
    async def answer(message: UserMessage, tracker: DialogueStateTracker) -> None:
        for said in messages:
            await message.output_channel.send_response(message.sender_id, said)

    return answer


async def turn(rasa: Rasa, headers: dict[str, str] = HEADERS, **body: Any) -> tuple[int, Any]:
    body = {"conversation_id": "c", "message_id": "m", "text": "lệ phí?", "slots": {}, **body}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{rasa.url}turn", json=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def test_that_a_turn_is_answered_as_the_protocol_says(rasa: Rasa) -> None:
    status, answer = await turn(rasa, slots={"procedure_code": "1.001193"})
    assert status == 200
    assert answer == {
        "messages": [{"text": "Miễn phí"}],
        "intent": "ask_fee",
        "confidence": 0.9,
        "ranking": [{"intent": "ask_fee", "confidence": 0.9}, {"intent": "greet", "confidence": 0.1}],
        "slots": {"procedure_code": "1.001193"},
        "understood": True,
        "lesson": None,
    }


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": ""}, {"Authorization": "Bearer \udcff"},
     {"Authorization": "Bearer wrong"}, {"Authorization": "Basic secret"},
     {"Authorization": "Bearer"}, {"Authorization": "secret"}],
)  # fmt: skip
async def test_that_nobody_gets_in_without_the_token(rasa: Rasa, headers: dict[str, str]) -> None:
    status, answer = await turn(rasa, headers)
    assert (status, answer["error"]["code"], rasa.texts) == (401, "unauthorized", [])


async def test_that_a_process_without_a_token_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HCC_RASA_TOKEN", raising=False)
    channel = ServiceChannel.from_credentials({})
    request = SimpleNamespace(headers={"authorization": "Bearer "})
    assert not channel._is_allowed(request)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": None}, {"text": 5}, {"text": "a" * 8001}, {"conversation_id": ""}, {"conversation_id": 5},
        {"conversation_id": "c" * 201}, {"slots": []}, {"slots": "x"}, {"is_payload": "yes"},
        {"is_payload": True, "text": "greet"}, {"is_payload": True, "text": "/restart"},
        {"is_payload": True, "text": "/back"}, {"is_payload": True, "text": "/greet; drop"}, {"message_id": 7},
    ],
    ids=str,
)  # fmt: skip
async def test_that_a_bad_body_is_refused(rasa: Rasa, wrong: dict[str, Any]) -> None:
    status, answer = await turn(rasa, **wrong)
    assert (status, answer["error"]["code"], rasa.texts) == (422, "bad_turn", [])


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe"])
async def test_that_what_is_no_json_object_is_refused_without_being_quoted(rasa: Rasa, body: bytes) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{rasa.url}turn", data=body, headers=HEADERS) as answer:
            assert answer.status == 422
            assert set((await answer.json())["error"]) == {"code", "message"}


@pytest.mark.parametrize("text", ["/greet", " /greet", "//greet", "/ /greet", "\n/greet", "\u00a0/greet"])
async def test_that_a_typed_slash_has_no_power(rasa: Rasa, text: str) -> None:
    assert (await turn(rasa, text=text))[0] == 200
    assert rasa.texts == ["greet"]


async def test_that_the_payload_of_a_choice_arrives_as_it_is(rasa: Rasa) -> None:
    payload = '/ask_fee{"procedure_code": "1.001193", "original_text": "a/b\\nc"}'
    assert (await turn(rasa, text=payload, is_payload=True))[0] == 200
    assert rasa.texts == [payload]


async def test_that_every_kind_of_answer_becomes_a_neutral_message(rasa: Rasa) -> None:
    rasa.answer = say(
        {"text": "Chọn đi", "buttons": [{"title": "Phí", "payload": "/ask_fee"}]},
        {"text": None, "custom": {"text": "Thẻ", "card": {"title": "T", "rows": []}, "_understood": False}},
        {"text": "hai\n\nđoạn"},
        {"text": ""},
    )
    _, answer = await turn(rasa)
    assert answer["messages"] == [
        {"text": "Chọn đi", "choices": [{"label": "Phí", "payload": "/ask_fee"}]},
        {"text": "Thẻ", "card": {"title": "T", "rows": []}},
        {"text": "hai\n\nđoạn"},
    ]
    assert answer["understood"] is False
    assert answer["lesson"] is None


async def test_that_what_is_to_be_learned_goes_beside_the_message(rasa: Rasa) -> None:
    mark = {"reason": "asked", "text": "ờ cái đó", "found": []}
    rasa.answer = say({"text": None, "custom": {"text": "Ý Anh/Chị là …?", "_lesson": mark}}, {"text": "và"})
    _, answer = await turn(rasa)
    assert answer["messages"] == [{"text": "Ý Anh/Chị là …?"}, {"text": "và"}]
    assert answer["lesson"] == mark


async def test_that_another_process_goes_on_from_the_snapshot(rasa: Rasa) -> None:
    async def start_form(message: UserMessage, tracker: DialogueStateTracker) -> None:
        await say({"text": "Mã?"})(message, tracker)
        for event in (
            ActionExecuted("dossier_form"),
            ActiveLoop("dossier_form"),
            SlotSet("requested_slot", "receipt_code"),
            SlotSet("offer", [{"intent": "ask_fee"}]),
            ActionExecuted("action_listen"),
        ):
            tracker.update(event)

    rasa.answer = start_form
    snapshot = (await turn(rasa))[1]["slots"]
    assert snapshot["_active_loop"] == "dossier_form"
    rasa.store.forget("c")
    seen = {}

    async def look(message: UserMessage, tracker: DialogueStateTracker) -> None:
        seen.update(loop=tracker.active_loop_name, slot=tracker.get_slot("requested_slot"), last=tracker.events)
        await say({"text": "ok"})(message, tracker)

    rasa.answer = look
    assert (await turn(rasa, slots=snapshot))[1]["slots"] == snapshot
    assert (seen["loop"], seen["slot"]) == ("dossier_form", "receipt_code")


async def test_that_an_answer_which_the_service_threw_away_leaves_no_trace(rasa: Rasa) -> None:
    async def remember(message: UserMessage, tracker: DialogueStateTracker) -> None:
        await say({"text": "x"})(message, tracker)
        tracker.update(SlotSet("procedure_code", "2.000001"))

    rasa.answer = remember
    await turn(rasa, slots={"procedure_code": "1.001193"})
    rasa.answer = say({"text": "y"})
    assert (await turn(rasa, slots={"procedure_code": "1.001193"}))[1]["slots"]["procedure_code"] == "1.001193"


async def test_that_unknown_things_in_a_snapshot_are_dropped(rasa: Rasa) -> None:
    slots = {"gone_slot": 1, "_active_loop": "gone_form", "_previous_action": "action_gone"}
    assert (await turn(rasa, slots=slots))[1]["slots"] == {}


async def test_that_silence_and_faults_are_errors_without_words_of_the_citizen(
    rasa: Rasa, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(message: UserMessage, tracker: DialogueStateTracker) -> None:
        tracker.update(SlotSet("procedure_code", "half done"))
        raise ValueError(f"cannot digest {message.text}")

    for answer in (fail, say()):
        rasa.answer = answer
        status, body = await turn(rasa, text="số căn cước 056088001234")
        assert status == 500
        assert body["error"]["code"] == "turn_failed"
        assert "056088001234" not in str(body)
    assert await rasa.store.retrieve("c") is None
    rasa.answer = say({"text": "lại được rồi"})
    assert (await turn(rasa))[0] == 200
    assert not any("056088001234" in record.getMessage() for record in caplog.records if record.levelno > logging.DEBUG)


async def test_that_turns_of_one_conversation_do_not_overlap(rasa: Rasa) -> None:
    running, most = 0, 0

    async def slow(message: UserMessage, tracker: DialogueStateTracker) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1
        await say({"text": message.text})(message, tracker)

    rasa.answer = slow
    answers = await asyncio.gather(*(turn(rasa, text=str(number)) for number in range(8)))
    assert most == 1
    assert sorted(answer["messages"][0]["text"] for _, answer in answers) == [str(number) for number in range(8)]
    await asyncio.gather(*(turn(rasa, conversation_id=str(number)) for number in range(8)))
    assert most > 1


async def test_that_health_tells_whether_a_model_is_there(rasa: Rasa) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(rasa.url) as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "ok"})
        rasa.ready = False
        async with session.get(rasa.url) as answer:
            assert answer.status == 503
    assert (await turn(rasa))[0] == 503

"""The rules and the form inside Rasa itself: a small model, real tracker, real action server, fake core service."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml

from actions.run import create_app
from tests.fakes.core import BIRTH, FakeCore, found

# Rasa and what it stands on warn a great deal; only our own code is held to silence.
pytestmark = pytest.mark.filterwarnings("ignore")

ROOT = Path(__file__).parents[3]
CODE = "H32.15-251103-0012"

# Keywords are enough: what is tested is what follows once the intent is known.
SENTENCES = {
    "chào trung tâm": "greet",
    "hồ sơ tới đâu rồi": "check_dossier",
    "thôi không làm nữa": "stop",
    "cho gặp nhân viên": "talk_to_human",
    "mấy giờ đóng cửa": "ask_working_hours",
    "số tổng đài": "ask_contact",
    "làm khai sinh": "find_procedure",
    "lệ phí bao nhiêu": "ask_fee",
    "quên mật khẩu": "recover_account",
    "bạn là máy à": "bot_challenge",
    "bạn khỏe không": "chitchat",
    "mã là": "inform",
    "đúng rồi": "affirm",
}
PIPELINE = """
recipe: default.v1
assistant_id: test
language: vi
pipeline:
  - name: WhitespaceTokenizer
  - name: KeywordIntentClassifier
    case_sensitive: false
  - name: FallbackClassifier
    threshold: 0.3
policies:
  - name: RulePolicy
    core_fallback_action_name: action_fallback
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A model of our domain and rules with a classifier that knows the sentences above."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    from rasa.model_training import train

    folder = tmp_path_factory.mktemp("rasa")
    domain = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    examples: dict[str, list[str]] = {name: [f"vidu {name}", f"mau {name}"] for name in domain["intents"]}
    for sentence, intent in SENTENCES.items():
        examples[intent].append(sentence)
    nlu = [
        {"intent": intent, "examples": "".join(f"- {example}\n" for example in texts)}
        for intent, texts in examples.items()
    ]
    (folder / "config.yml").write_text(PIPELINE, "utf-8")
    (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), "utf-8")
    result = train(
        domain=str(ROOT / "domain.yml"),
        config=str(folder / "config.yml"),
        training_files=[str(folder / "nlu.yml"), str(ROOT / "data" / "rules")],
        output=str(folder / "models"),
    )
    assert result.code == 0 and result.model
    yield result.model


@dataclass
class Said:
    """What the assistant said in one turn."""

    messages: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All texts of the turn."""
        return "\n".join(message["text"] for message in self.messages)


class Talk:
    """One conversation with the loaded model."""

    def __init__(self, agent: Any) -> None:
        self._agent = agent

    async def says(self, text: str) -> Said:
        """Say something and return the answer."""
        answers = await self._agent.handle_text(text, sender_id="conversation-1")
        assert all("custom" in answer for answer in answers), answers
        return Said([answer["custom"] for answer in answers])

    async def loop(self) -> str | None:
        """Return the form that is under way."""
        tracker = await self._agent.tracker_store.retrieve("conversation-1")
        return tracker.active_loop_name  # type: ignore[no-any-return]


@pytest_asyncio.fixture
async def talk(core: FakeCore, model: str) -> AsyncIterator[Talk]:
    """Rasa with the action server beside it."""
    from aiohttp import web
    from rasa.core.agent import Agent
    from rasa.utils.endpoints import EndpointConfig

    runner = web.AppRunner(create_app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
    agent = Agent.load(model, action_endpoint=EndpointConfig(url, selective_domain=True))
    yield Talk(agent)
    await runner.cleanup()
    await asyncio.sleep(0)


async def test_a_code_given_to_the_form_is_answered_and_the_form_ends(core: FakeCore, talk: Talk) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    question = await talk.says("hồ sơ tới đâu rồi")
    assert "H32.15-251103-0012 hoặc 000.17.22.H32-210531-0001" in question.text
    assert await talk.loop() == "dossier_form"
    answer = await talk.says("mã là h32.15 251103 0012 nha")
    assert "Đang xử lý" in answer.text and len(answer.messages) == 1
    assert await talk.loop() is None
    # The next question is about another dossier.
    assert "mã hồ sơ" in (await talk.says("hồ sơ tới đâu rồi")).text


async def test_a_code_at_once_never_enters_the_form(core: FakeCore, talk: Talk) -> None:
    core.set_status(CODE, "finished", "Đã xử lý xong")
    assert "Đã xử lý xong" in (await talk.says(f"{CODE} hồ sơ tới đâu rồi")).text
    assert await talk.loop() is None


async def test_two_unreadable_codes_end_the_form(core: FakeCore, talk: Talk) -> None:
    await talk.says("hồ sơ tới đâu rồi")
    first = await talk.says("mã là h32 15 88")
    assert "chưa đọc được mã" in first.messages[0]["text"] and "gửi giúp mã hồ sơ" in first.messages[1]["text"]
    second = await talk.says("mã là 99999")
    assert "vẫn chưa đọc được mã hồ sơ" in second.text and "1900 1023" in second.text
    assert await talk.loop() is None
    assert "trợ lý tự động" in (await talk.says("chào trung tâm")).text


@pytest.mark.parametrize(
    ("sentence", "seen"),
    [("thôi không làm nữa", "dừng"), ("cho gặp nhân viên", "1900 1023"), ("làm khai sinh", "Đăng ký khai sinh")],
)
async def test_another_concern_leaves_the_form(core: FakeCore, talk: Talk, sentence: str, seen: str) -> None:
    core.searches["làm khai sinh"] = found("one", BIRTH, subject="khai sinh")
    await talk.says("hồ sơ tới đâu rồi")
    answer = await talk.says(sentence)
    assert seen in answer.text and "gửi giúp mã hồ sơ" not in answer.text
    assert await talk.loop() is None


async def test_a_guide_in_between_is_given_and_a_code_still_works(core: FakeCore, talk: Talk) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    await talk.says("hồ sơ tới đâu rồi")
    assert "Quên mật khẩu" in (await talk.says("quên mật khẩu")).text
    assert "Đang xử lý" in (await talk.says(f"mã là {CODE}")).text
    assert await talk.loop() is None


async def test_a_facet_question_in_between(core: FakeCore, talk: Talk) -> None:
    core.searches["lệ phí bao nhiêu"] = found("none")
    await talk.says("hồ sơ tới đâu rồi")
    assert "lệ phí của thủ tục nào" in (await talk.says("lệ phí bao nhiêu")).text
    assert await talk.loop() is None


@pytest.mark.parametrize(
    ("sentence", "seen"),
    [
        ("mấy giờ đóng cửa", "7:00–11:30"),
        ("số tổng đài", "Anh/Chị liên hệ"),
        ("bạn là máy à", "máy"),
        ("bạn khỏe không", "trò chuyện"),
    ],
)
async def test_a_short_question_is_answered_and_the_form_asks_again(
    core: FakeCore, talk: Talk, sentence: str, seen: str
) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    await talk.says("hồ sơ tới đâu rồi")
    answer = await talk.says(sentence)
    assert seen in answer.messages[0]["text"] and "gửi giúp mã hồ sơ" in answer.messages[-1]["text"]
    assert "Đang xử lý" in (await talk.says(f"mã là {CODE}")).text


async def test_a_misunderstanding_in_between_leaves_the_form(core: FakeCore, talk: Talk) -> None:
    await talk.says("hồ sơ tới đâu rồi")
    answer = await talk.says("xyz abc")
    assert "Ý Anh/Chị là" in answer.text and answer.messages[0]["_understood"] is False
    assert await talk.loop() is None
    assert "gặp người" in (await talk.says("xyz abc")).text


async def test_facet_afterwards_and_choice_payloads(core: FakeCore, talk: Talk) -> None:
    core.searches["làm khai sinh"] = found("one", BIRTH, subject="khai sinh")
    core.searches["lệ phí bao nhiêu"] = found("none")
    card = await talk.says("làm khai sinh")
    assert "8.000 đồng" in (await talk.says("lệ phí bao nhiêu")).text
    payload = next(c["payload"] for c in card.messages[0]["choices"] if c["label"] == "Các bước làm")
    assert "1. Chuẩn bị giấy tờ." in (await talk.says(payload)).text


async def test_a_suggestion_keeps_a_sentence_with_quotes_and_braces(core: FakeCore, talk: Talk) -> None:
    sentence = 'xyz "{khai}" \\ sinh'
    first = await talk.says(sentence)
    payload = next(c["payload"] for c in first.messages[0]["choices"] if c["payload"].startswith("/find_procedure"))
    core.searches[sentence] = found("one", BIRTH, subject="khai sinh")
    assert "Đăng ký khai sinh" in (await talk.says(payload)).text

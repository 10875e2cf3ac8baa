"""What holds for the whole package: every intent is answered, every word is in a data file, nothing is left over."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
INTENTS: list[str] = DOMAIN["intents"]
SOURCES = sorted((ROOT / "actions").glob("*.py"))


def _rules() -> list[dict[str, Any]]:
    files = sorted((ROOT / "data" / "rules").glob("*.yml"))
    return [rule for path in files for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]]


def _shows_guide(rule: dict[str, Any]) -> bool:
    return any(step.get("action") == "action_show_guide" for step in rule["steps"])


def _messages() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, variants in DOMAIN["responses"].items():
        for variant in variants:
            yield name, variant["custom"]


def test_the_contract_has_39_intents_and_the_domain_names_them_all() -> None:
    assert len(INTENTS) == 40 and "nlu_fallback" in INTENTS


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_is_answered(intent: str, action_of_intent: dict[str, str]) -> None:
    action = action_of_intent[intent]
    assert action in DOMAIN["actions"] or action in DOMAIN["responses"]


def test_every_action_of_the_domain_exists_and_is_used() -> None:
    from rasa_sdk.executor import ActionExecutor

    executor = ActionExecutor()
    executor.register_package("actions")
    assert set(executor.actions) == set(DOMAIN["actions"])
    used = {step["action"] for rule in _rules() for step in rule["steps"] if "action" in step}
    used |= {f"utter_{rule['steps'][0]['intent']}" for rule in _rules() if _shows_guide(rule)}
    implicit = {"validate_dossier_form", "utter_ask_dossier_form_receipt_code"}
    assert set(DOMAIN["actions"]) | set(DOMAIN["responses"]) == (used | implicit) - set(DOMAIN["forms"])


def test_every_intent_has_a_citizens_wording() -> None:
    from actions.routing import HANDLERS, RESPONSES, SUGGESTIBLE
    from actions.wording import keys

    assert {f"intents.{intent}" for intent in INTENTS if intent != "nlu_fallback"} <= keys()
    assert set(INTENTS) >= SUGGESTIBLE
    assert all(f"utter_{intent}" in DOMAIN["responses"] for intent in RESPONSES)
    assert not RESPONSES & set(HANDLERS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_vietnamese_stands_in_code(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            decomposed = unicodedata.normalize("NFD", node.value.lower())
            assert not re.search("[\u0300-\u036fđ]", decomposed), f"{path.name}:{node.lineno}"


def test_every_sentence_is_used_and_every_used_one_exists() -> None:
    from actions.wording import keys

    code = "\n".join(path.read_text("utf-8") for path in SOURCES)
    files = "|".join({key.split(".")[0] for key in keys()})
    literal = set(re.findall(rf'"((?:{files})\.[a-z_0-9]+)"', code))
    assert literal <= keys()
    patterns = [
        re.compile(re.escape(head) + r"\w+") for head in re.findall(r'f"((?:procedure|intents)\.(?:[a-z]+_)?)\{', code)
    ]
    unused = {key for key in keys() - literal if not any(pattern.fullmatch(key) for pattern in patterns)}
    assert unused == set()


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_modules_stay_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 300


def test_fixed_answers_fit_the_message_format() -> None:
    from actions.messages import is_safe_url

    for name, message in _messages():
        assert set(message) <= {"text", "choices", "links"}, name
        assert 0 < len(message["text"]) <= 4000, name
        assert len(message.get("choices", [])) <= 13
        for choice in message.get("choices", []):
            assert choice["payload"].lstrip("/") in INTENTS, name
            assert len(choice["label"]) <= 40
        assert all(is_safe_url(link["url"]) for link in message.get("links", [])), name


def test_guides_have_a_link_and_ask_for_no_secret() -> None:
    from actions.routing import RESPONSES

    for intent in RESPONSES - {"help"}:
        message = DOMAIN["responses"][f"utter_{intent}"][0]["custom"]
        assert message["links"][0]["url"] == "https://hanhchinhcong.khanhhoa.gov.vn", intent
        assert not re.search(r"(gửi|cho) (Trung tâm )?(mật khẩu|số căn cước|mã OTP)", message["text"]) or (
            "không gửi" in message["text"]
        )


def test_greeting_says_that_it_is_a_machine() -> None:
    for name in ("utter_greet", "utter_bot_challenge"):
        assert "máy" in DOMAIN["responses"][name][0]["custom"]["text"]

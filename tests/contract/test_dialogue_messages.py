"""What the dialogue's files say fits the neutral message that the service takes (docs/protocols.md, section 1)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from backend.kernel.settings import PROJECT_ROOT
from connectors.messages import Message
from service.pipeline import GREETING_FILE, load_message

DOMAIN: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text("utf-8"))
FIXED_ANSWERS = [
    (name, number, variant) for name, variants in DOMAIN["responses"].items() for number, variant in enumerate(variants)
]
# The intents of the contract; evaluation sets are labelled with exactly these names.
INTENTS = frozenset(
    """greet goodbye thank affirm deny stop help bot_challenge inform find_procedure ask_documents ask_fee ask_duration
    ask_place ask_steps ask_form ask_legal_basis ask_conditions ask_online check_dossier pay_fee rate_service
    send_feedback talk_to_human register_account log_in change_password recover_account submit_dossier
    supplement_dossier use_postal_service document_store manage_notifications privacy_request ask_contact
    ask_working_hours chitchat insult out_of_scope""".split()
)


def without_marks(content: dict[str, Any]) -> dict[str, Any]:
    """Drop the marks for the channel, which it takes off before the service sees the message."""
    return {key: value for key, value in content.items() if not key.startswith("_")}


def payload_intents(message: Message) -> set[str]:
    found = {re.match(r"^/([a-z_]+)(\{.*\})?$", choice.payload) for choice in message.choices}
    assert None not in found, "a payload is /intent or /intent{json}"
    return {match[1] for match in found if match}


def test_that_the_domain_has_exactly_the_intents_of_the_contract() -> None:
    assert len(INTENTS) == 39
    assert set(DOMAIN["intents"]) == INTENTS | {"nlu_fallback"}


@pytest.mark.parametrize(("name", "number", "variant"), FIXED_ANSWERS)
def test_that_every_fixed_answer_is_a_message_with_choices_that_lead_somewhere(
    name: str, number: int, variant: dict[str, Any]
) -> None:
    message = Message.model_validate(without_marks(variant["custom"]))
    assert payload_intents(message) <= INTENTS


def test_that_the_greetings_choices_lead_somewhere() -> None:
    greeting = load_message(GREETING_FILE)
    assert payload_intents(greeting) <= INTENTS
    assert "máy" in greeting.text, "the AI Law (134/2025, article 11) wants people to know that it is a machine"


@pytest.mark.parametrize("intent", sorted(INTENTS))
def test_that_every_intent_has_examples(intent: str) -> None:
    examples = [
        example
        for path in (PROJECT_ROOT / "data" / "nlu").glob("*.yml")
        for block in yaml.safe_load(path.read_text("utf-8")).get("nlu", [])
        if block.get("intent") == intent
        for example in block["examples"].splitlines()
        if example.strip()
    ]
    assert len(examples) >= 30
    assert len({json.dumps(example.lower()) for example in examples}) == len(examples)

"""A fake core service, and a way to say something to one action."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

ROOT = Path(__file__).parents[3]

# The root's environment has no Rasa; the same files run there only to be skipped.
collect_ignore_glob = ["test_*.py"] if importlib.util.find_spec("rasa_sdk") is None else []


@dataclass
class Reply:
    """What an action said and set."""

    messages: list[dict[str, Any]]
    responses: list[str]
    events: list[dict[str, Any]]

    @property
    def text(self) -> str:
        """All that can be read, in order."""
        parts: list[str] = []
        for message in self.messages:
            parts.append(message["text"])
            card = message.get("card") or {}
            parts += [card.get("title", ""), *(f"{row['label']}: {row['value']}" for row in card.get("rows", []))]
            parts.append(card.get("note", ""))
        return "\n".join(part for part in parts if part)

    @property
    def choices(self) -> dict[str, str]:
        """Label → payload of all choices."""
        return {c["label"]: c["payload"] for message in self.messages for c in message.get("choices", [])}

    @property
    def links(self) -> dict[str, str]:
        """Label → address of all links."""
        return {link["label"]: link["url"] for message in self.messages for link in message.get("links", [])}

    @property
    def slots(self) -> dict[str, Any]:
        """The slots that were set."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def loops(self) -> list[str | None]:
        """The loops that were begun or ended."""
        return [event["name"] for event in self.events if event["event"] == "active_loop"]

    @property
    def understood(self) -> bool:
        """Whether the service would count this as an answer."""
        return all(message.get("_understood", True) for message in self.messages)


@pytest_asyncio.fixture
async def core(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """The core service, listening."""
    from actions.core_api import close_core_api
    from tests.fakes.core import FakeCore

    fake = FakeCore()
    await fake.start()
    monkeypatch.setenv("HCC_CORE_URL", fake.url)
    monkeypatch.setenv("HCC_SERVICE_TOKEN", "token-of-the-test")
    yield fake
    await close_core_api()
    await fake.stop()


class Citizen:
    """Says things to actions, with slots and the last answer carried along as Rasa does."""

    def __init__(self) -> None:
        from rasa_sdk.executor import ActionExecutor

        self._executor = ActionExecutor()
        self._executor.register_package("actions")
        self.slots: dict[str, Any] = {}
        self.loop: str | None = None
        self.last_action: str | None = None

    async def says(
        self,
        text: str,
        action: str,
        intent: str,
        entities: dict[str, str] | None = None,
        ranking: list[tuple[str, float]] | None = None,
    ) -> Reply:
        """Run ``action`` for a message and return its reply."""
        history: list[dict[str, Any]] = []
        if self.last_action:
            history += [
                {"event": "user", "text": "…"},
                {"event": "action", "name": self.last_action},
                {"event": "action", "name": "action_listen"},
            ]
        call = {
            "next_action": action,
            "sender_id": "conversation-1",
            "tracker": {
                "sender_id": "conversation-1",
                "slots": dict(self.slots),
                "latest_message": {
                    "text": text,
                    "intent": {"name": intent, "confidence": 0.9},
                    "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
                    "intent_ranking": [{"name": n, "confidence": c} for n, c in ranking or []],
                },
                "events": [*history, {"event": "user", "text": text}],
                "paused": False,
                "active_loop": {"name": self.loop} if self.loop else {},
                "latest_action_name": "action_listen",
            },
        }
        result = await self._executor.run(call)
        assert result is not None
        reply = Reply(
            [response["custom"] for response in result["responses"] if response["custom"]],
            [response["response"] for response in result["responses"] if response["response"]],
            result["events"],
        )
        self.slots.update(reply.slots)
        for loop in reply.loops:
            self.loop = loop
        self.last_action = action
        return reply

    async def takes(self, reply: Reply, label: str, actions: dict[str, str]) -> Reply:
        """Take a choice of ``reply``; ``actions`` tells which action its intent leads to."""
        import json

        payload = reply.choices[label]
        match = re.match(r"^/([a-z_]+)(\{.*\})?$", payload)
        assert match is not None
        intent, entities = match[1], json.loads(match[2]) if match[2] else {}
        return await self.says(payload, actions[intent], intent, entities)


@pytest.fixture
def citizen(core: Any) -> Citizen:
    """Somebody in a conversation."""
    return Citizen()


@pytest.fixture(scope="session")
def action_of_intent() -> dict[str, str]:
    """Which action each intent leads to, outside the form."""
    import yaml

    found: dict[str, str] = {}
    for path in sorted((ROOT / "data" / "rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text("utf-8"))["rules"]:
            if "condition" not in rule:
                found[rule["steps"][0]["intent"]] = rule["steps"][1]["action"]
    return found

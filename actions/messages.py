"""Builds channel-neutral messages (``docs/protocols.md``, section 1) within the limits that the service checks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from actions.wording import say

TEXT_LIMIT = 4000
ROW_LIMIT = 2000
LABEL_LIMIT = 120
LONGEST_WORD = 40
# A payload may have 1,000 characters; the rest is for the intent and what JSON escapes.
REMEMBERED_TEXT_LIMIT = 400


@dataclass(frozen=True)
class Step:
    """What a choice does when it is taken: an intent, and the values that come with it."""

    intent: str
    entities: dict[str, str] = field(default_factory=dict)

    def payload(self) -> str:
        """Return the step as Rasa reads it."""
        return f"/{self.intent}" + (json.dumps(self.entities, ensure_ascii=False) if self.entities else "")

    def to_json(self) -> dict[str, Any]:
        """Return the step as it is kept in the ``offer`` slot."""
        return {"intent": self.intent, "entities": self.entities}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Step:
        """Read what :meth:`to_json` wrote."""
        return cls(str(value["intent"]), dict(value.get("entities") or {}))


Choice = tuple[str, Step]


@dataclass
class Message:
    """One answer under construction."""

    text: str
    title: str | None = None
    rows: list[tuple[str, str]] = field(default_factory=list)
    note: str | None = None
    choices: list[Choice] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    understood: bool = True

    def to_json(self) -> dict[str, Any]:
        """Return the message as the channel hands it on."""
        message: dict[str, Any] = {"text": clip(self.text, TEXT_LIMIT)}
        if self.title:
            message["card"] = {
                "title": clip(self.title, 400),
                "rows": [{"label": label, "value": clip(value, ROW_LIMIT)} for label, value in self.rows if value],
            }
            if self.note:
                message["card"]["note"] = clip(self.note, 1000)
        if self.choices:
            message["choices"] = [
                {"label": clip(label, LABEL_LIMIT), "payload": step.payload()} for label, step in self.choices[:13]
            ]
        links = [(label, url) for label, url in self.links if is_safe_url(url)]
        if links:
            message["links"] = [{"label": clip(label, LABEL_LIMIT), "url": url} for label, url in links[:10]]
        if not self.understood:
            message["_understood"] = False
        return message


def clip(text: str, limit: int) -> str:
    """Shorten ``text`` to ``limit`` characters, visibly and at the end of a word."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 2]
    if not (text[limit - 2].isspace() or kept[-1:].isspace()) and len(words := kept.rsplit(maxsplit=1)) == 2:
        # A single endless word is cut where it must be.
        kept = words[0] if len(words[1]) <= LONGEST_WORD else kept
    return kept.rstrip(" ,;:(\n") + " …"


def is_safe_url(url: object) -> bool:
    """Tell whether the service lets this address through to a citizen."""
    text = str(url or "")
    own_path = text.startswith("/") and not text.startswith("//")
    return (text.startswith(("https://", "http://", "tel:")) or own_path) and len(text) <= 600


def bullets(lines: Iterable[str]) -> str:
    """Return lines with a dot before each."""
    return "\n".join(say("common.bullet", line=line) for line in lines)


def numbered(lines: Iterable[str]) -> str:
    """Return lines as a numbered list."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))

"""Channel-neutral messages: what is said to a citizen, and what a citizen says (``docs/protocols.md``, section 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

TEXT_LIMIT = 4000

Label = Annotated[str, StringConstraints(min_length=1, max_length=200)]
# Only web pages and our own paths: `javascript:` and the like never leave the service.
Url = Annotated[str, StringConstraints(pattern=r"^(https?://[^\s]+|/(?:[^/\s][^\s]*)?|tel:[+0-9 ]+)$", max_length=600)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(_Part):
    """A quick reply. ``payload`` stays on the server."""

    label: Label
    payload: Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class Link(_Part):
    """A button that opens a page."""

    label: Label
    url: Url


class CardRow(_Part):
    """One labelled fact."""

    label: Label
    value: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Card(_Part):
    """A titled list of facts."""

    title: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    rows: list[CardRow] = []
    note: Annotated[str, StringConstraints(max_length=1000)] | None = None


class Message(_Part):
    """Something said to a citizen; plain text everywhere, channels escape."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT)]
    card: Card | None = None
    choices: Annotated[list[Choice], Field(max_length=13)] = []
    links: Annotated[list[Link], Field(max_length=10)] = []

    def stored(self) -> dict[str, Any]:
        """Return the message as it is kept in the transcript, choices with their payloads."""
        return self.model_dump(mode="json", exclude_defaults=True)


def for_recipient(content: dict[str, Any]) -> dict[str, Any]:
    """Return stored content as a device may see it: choices without their payloads."""
    if "choices" not in content:
        return content
    return content | {"choices": [{"label": choice["label"]} for choice in content["choices"]]}


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """Something a citizen said, as a channel hands it in."""

    channel: str
    account: str
    """The account of ours that it was sent to (OA, page, bot, number); empty where there is only one."""
    user: str
    """The channel's own id of the person."""
    provider_message_id: str
    """Unique per channel and account; the same id twice is the same message."""
    text: str
    payload: str | None
    """Set when the person took a choice that we had offered."""
    sent_at: datetime
    client_id: str | None = None
    """The id under which the person's own device knows the message."""

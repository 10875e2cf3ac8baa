"""What the bot could learn from: the sentence behind an answer that may not be what was wanted.

The mark travels with the answer to the service, which masks and queues it (``docs/protocols.md``, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MARK = "_lesson"

# The intent was below the threshold; the search found an answer all the same.
UNSURE = "unsure"
# "Ý Anh/Chị là …?"
ASKED = "asked"
# A person was offered, after the second misunderstanding.
GAVE_UP = "gave_up"
# The search turned the sentence away.
NOT_FOUND = "not_found"
# Refused as no authority's business, without being sure.
REFUSED = "refused"
# The citizen turned down what was suggested.
REJECTED = "rejected"
REASONS = frozenset({UNSURE, ASKED, GAVE_UP, NOT_FOUND, REFUSED, REJECTED})


@dataclass(frozen=True)
class Lesson:
    """Why, about which sentence, and what the search brought for it."""

    reason: str
    text: str
    found: list[str]

    def attach_to(self, messages: list[dict[str, Any]]) -> None:
        """Mark the last of an answer's messages that can bear a mark; a fixed text of the domain cannot."""
        for message in reversed(messages):
            if message.get("custom"):
                message["custom"][MARK] = {"reason": self.reason, "text": self.text, "found": self.found}
                return

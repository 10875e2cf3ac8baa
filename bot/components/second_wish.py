"""A second wish in one message: "hồ sơ tới đâu rồi, sẵn cho hỏi thứ bảy có làm không".

The first is answered, the second offered. A message is cut only where people begin anew, and a part counts only if the
classifier is sure of it by itself, so that a story before the wish is never taken for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rasa.nlu.tokenizers.tokenizer import Token

SECOND_WISH = "second_wish"
SECOND_INTENT = "second_intent"

_SURE = 0.75
# A message that is taken for something with less than this is about both of its parts.
_TAKEN_FOR_ONE = 0.7
_FEWEST_WORDS = 2
_MOST_PARTS = 4
_BEGINNINGS = frozenset(
    (
        "va|san|voi lai|san tien|san day|tien the|luon tien|nhan tien|ngoai ra|dong thoi"
        "|con nua|hoi them|cho hoi them|a con|roi con"
    ).split("|")
)
_LONGEST_BEGINNING = 3
_ENDS = re.compile(r"[.?!;]\s|\n")
# What is said besides a wish, or for one that is under way.
_NO_WISH = frozenset(
    {"greet", "goodbye", "thank", "affirm", "deny", "stop", "help", "bot_challenge", "inform", "chitchat", "insult"}
    | {"out_of_scope", "nlu_fallback"}
)
_OF_PROCEDURE = "ask_"
_ABOUT_CENTRE = frozenset({"ask_contact", "ask_working_hours"})

Guess = Callable[[Sequence[Token]], tuple[str | None, float]]


@dataclass(frozen=True)
class Part:
    """A stretch of a message, and what it asks for by itself."""

    start: int
    end: int
    intent: str
    confidence: float


@dataclass(frozen=True)
class TwoWishes:
    """The part to answer now, and the one to offer."""

    answered: Part
    offered: Part


def two_wishes(
    text: str, tokens: Sequence[Token], intent: str | None, confidence: float, guess: Guess
) -> TwoWishes | None:
    """Return the two wishes of a message that as a whole is taken for ``intent``; None if it has one."""
    if intent is None or intent in _NO_WISH:
        return None
    parts = list(_parts(text, tokens))
    if not 2 <= len(parts) <= _MOST_PARTS:
        return None
    sure: list[Part] = []
    for part in parts:
        wish, certainty = guess(part)
        if wish is not None and wish not in _NO_WISH and certainty >= _SURE and len(part) >= _FEWEST_WORDS:
            sure.append(Part(part[0].start, part[-1].end, wish, certainty))
    taken = [part for part in sure if part.intent == intent]
    others = [part for part in sure if part.intent != intent and not _belong_together(intent, part.intent)]
    if not taken or len(others) != 1:
        return None
    own, other = taken[0], others[0]
    is_about_both = confidence < _TAKEN_FOR_ONE or (_is_facet(own.intent) and _is_facet(other.intent))
    return TwoWishes(other, own) if is_about_both and other.start < own.start else TwoWishes(own, other)


def _is_facet(intent: str) -> bool:
    return intent.startswith(_OF_PROCEDURE) and intent not in _ABOUT_CENTRE


def _belong_together(first: str, second: str) -> bool:
    """Tell whether one only names the procedure that the other asks about."""
    pair = {first, second}
    return "find_procedure" in pair and any(map(_is_facet, pair))


def _parts(text: str, tokens: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    number = 0
    while number < len(tokens):
        token = tokens[number]
        begun = 0 if not part else _words_that_begin_anew(tokens[number:])
        ends = part and _ENDS.search(text, part[-1].end, token.start) is not None
        if part and (begun or ends):
            yield part
            part = []
            number += begun
            continue
        part.append(token)
        number += 1
    if part:
        yield part


def _words_that_begin_anew(tokens: Sequence[Token]) -> int:
    for count in range(_LONGEST_BEGINNING, 0, -1):
        if " ".join(token.lemma for token in tokens[:count]) in _BEGINNINGS:
            return count
    return 0

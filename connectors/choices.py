"""Maps what a citizen types back to a choice that was offered: its label, a part of it, its number, "cái thứ hai"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from vietnamese.folding import fold, tokens

_ORDINALS = {
    "nhat": 1, "mot": 1, "hai": 2, "nhi": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9, "muoi": 10,
}  # fmt: skip
_NUMBER = "|".join(["[1-9]|1[0-3]", *_ORDINALS])
# "2", "số 2", "cái thứ hai", "chọn cái số 2 nhé", "mục 3"; a bare number word ("ba") is too often another word.
_BY_NUMBER = re.compile(
    r"^(?:(?:toi |em |minh )?(?:chon |lay )?)(?:(?:cai|muc|dong|lua chon|y|thu tuc) )?"
    rf"(?:(?:so|thu) (?P<word>{_NUMBER})|(?P<digit>[1-9]|1[0-3]))(?: (?:nhe|nha|a|di|do|ban|em))?$"
)
_LAST = re.compile(r"^(?:(?:toi |em |minh )?(?:chon |lay )?)(?:cai|muc|dong|lua chon) (?:cuoi|cuoi cung|sau cung)$")
# What people put around a part of a name: "em chọn cái có yếu tố nước ngoài nhé".
_BEFORE_PART = re.compile(
    r"^(?:(?:da|toi|em|minh|tui|con|chau) )?(?:(?:chon|lay|la|muon) )?(?:(?:cai|muc|dong|thu tuc|y) )?"
)
_AFTER_PART = re.compile(r"(?: (?:nhe|nha|nghen|a|di|do|ay|ban))+$")
# Answers in themselves, though a label may hold the word.
_SHORTEST_PART = 3
_NO_PART = frozenset({"co", "khong", "dung", "roi", "sai", "thoi", "huy", "uh", "ok", "vang", "da", "lai"})


def match_choice(text: str, choices: Sequence[dict[str, Any]]) -> str | None:
    """Return the payload of the choice that ``text`` means, or None if it means none."""
    if not choices or len(text) > 300:
        return None
    words = " ".join(tokens(fold(text)))
    for choice in choices:
        if words and words == " ".join(tokens(fold(choice["label"]))):
            return str(choice["payload"])
    if _LAST.match(words):
        return str(choices[-1]["payload"])
    by_number = _BY_NUMBER.match(words)
    if by_number is None:
        return _by_part(words, choices)
    found = by_number["word"] or by_number["digit"]
    number = _ORDINALS.get(found) or int(found)
    return str(choices[number - 1]["payload"]) if number <= len(choices) else None


def _by_part(words: str, choices: Sequence[dict[str, Any]]) -> str | None:
    """Return the only choice whose label holds ``words``; where two hold them, they tell nothing."""
    part = _AFTER_PART.sub("", _BEFORE_PART.sub("", words))
    if len(part) < _SHORTEST_PART or part in _NO_PART:
        return None
    holding = [choice for choice in choices if f" {part} " in f" {' '.join(tokens(fold(choice['label'])))} "]
    return str(holding[0]["payload"]) if len(holding) == 1 else None

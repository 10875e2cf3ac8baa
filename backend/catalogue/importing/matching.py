"""Finds the procedure that a row without a code means. Where there is any doubt, there is no match."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from vietnamese.folding import accented, fold, tokens

_CUT = 92.0
_NEAREST = 5
# Vietnamese syllables are short: "trú" and "trực" are other words, not slips. Only long ones may differ by a letter.
_LEAST_LETTERS_OF_A_SLIP = 5
_MOST_SLIPS = 1
_LEAST_WORDS_WITH_A_SLIP = 5


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several procedures fit as well."""

    codes: tuple[str, ...]


class NameMatcher:
    """Knows procedures by name and field."""

    def __init__(self, known: Iterable[tuple[str, str, str]], fillers: Collection[str]) -> None:
        """Take ``(code, name, field id)``; ``fillers`` are words without which a name says the same."""
        self._fillers = frozenset(fillers)
        self._by_field: dict[str, dict[str, list[str]]] = {}
        for code, name, field in known:
            codes = self._by_field.setdefault(field, {}).setdefault(self._plain(name), [])
            if code not in codes:
                codes.append(code)

    def find(self, name: str, field: str) -> str | Ambiguous | None:
        """Return the code of the one procedure of this name in this field."""
        names = self._by_field.get(field, {})
        plain = self._plain(name)
        codes = names.get(plain)
        if codes is None:
            near = process.extract(plain, list(names), scorer=fuzz.ratio, score_cutoff=_CUT, limit=_NEAREST)
            codes = [code for other, _, _ in near if _same_words(plain.split(), other.split()) for code in names[other]]
        if not codes:
            return None
        return codes[0] if len(codes) == 1 else Ambiguous(tuple(sorted(codes)))

    def _plain(self, name: str) -> str:
        return " ".join(word for word in tokens(accented(name)) if word not in self._fillers)


def _same_words(ones: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether two names are the same but for a slip: "cấp" and "cấp lại" are not, however long the rest is."""
    if len(ones) != len(others):
        return False
    slips = 0
    for one, other in zip(ones, others, strict=True):
        if one == other:
            continue
        is_long = min(len(one), len(other)) >= _LEAST_LETTERS_OF_A_SLIP
        is_slip = fold(one) == fold(other) or (is_long and Levenshtein.distance(one, other) == 1)
        if not is_slip or any(letter.isdigit() for letter in one + other):
            return False
        slips += 1
    return slips <= _MOST_SLIPS and (not slips or len(ones) >= _LEAST_WORDS_WITH_A_SLIP)

"""Finds the word that was meant when a word of the question occurs nowhere in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

_SHORTEST = 3
_LONGEST = 24
_TRUSTED_ALONE = 4
"""A shorter word is only corrected if its neighbours speak for it: nearly every three letters are near some word."""


class Vocabulary(Protocol):
    """Knows in how many texts each folded word, and each pair of words, stands."""

    def words(self) -> Iterable[str]:
        """Return the single words."""

    def frequency(self, term: str) -> int:
        """Return in how many texts a word or a pair stands."""


class SpellingHelper:
    """Corrects words by what stands in the catalogue."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._count = vocabulary.frequency
        self._by_length: dict[int, list[str]] = {}
        for word in vocabulary.words():
            self._by_length.setdefault(len(word), []).append(word)

    def meant(self, word: str, before: str, after: str) -> tuple[str, ...]:
        """Return what ``word`` stands for between its neighbours: two words written as one, or one letter wrong."""
        if self._count(word) or not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        return self._as_two_words(word) or self._one_letter_wrong(word, before, after)

    def _as_two_words(self, word: str) -> tuple[str, ...]:
        cuts = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
        known = [cut for cut in cuts if self._count(f"{cut[0]} {cut[1]}")]
        return max(known, key=lambda cut: self._count(f"{cut[0]} {cut[1]}"), default=())

    def _one_letter_wrong(self, word: str, before: str, after: str) -> tuple[str, ...]:
        near = [w for length in range(len(word) - 1, len(word) + 2) for w in self._by_length.get(length, ())]
        found = process.extract(word, near, scorer=DamerauLevenshtein.distance, score_cutoff=1, limit=None)

        def support(candidate: str) -> tuple[int, int]:
            beside = self._count(f"{before} {candidate}") + self._count(f"{candidate} {after}")
            return beside, self._count(candidate)

        best = max((match for match, _, _ in found), key=support, default=None)
        if best is None or (len(word) < _TRUSTED_ALONE and support(best)[0] == 0):
            return ()
        return (best,)

"""Finds the word that was meant when a word of the question occurs nowhere in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

_SHORTEST = 3
_LONGEST = 24
_TRUSTED_ALONE = 4
"""A shorter word is only corrected if its neighbours speak for it: nearly every three letters are near some word."""


class SpellingHelper:
    """Knows how often each folded word and each pair of words occurs in the catalogue."""

    def __init__(self, words: Mapping[str, int], pairs: Mapping[str, int]) -> None:
        self._words = words
        self._pairs = pairs
        self._by_length: dict[int, list[str]] = {}
        for word in words:
            if word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)

    def meant(self, word: str, before: str, after: str) -> tuple[str, ...]:
        """Return what ``word`` stands for between its neighbours: two words written as one, or one letter wrong."""
        if word in self._words or not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        return self._as_two_words(word) or self._one_letter_wrong(word, before, after)

    def _as_two_words(self, word: str) -> tuple[str, ...]:
        cuts = ((word[:at], word[at:]) for at in range(2, len(word) - 1))
        known = [cut for cut in cuts if f"{cut[0]} {cut[1]}" in self._pairs]
        return max(known, key=lambda cut: self._pairs[f"{cut[0]} {cut[1]}"], default=())

    def _one_letter_wrong(self, word: str, before: str, after: str) -> tuple[str, ...]:
        near = [w for length in range(len(word) - 1, len(word) + 2) for w in self._by_length.get(length, ())]
        found = process.extract(word, near, scorer=DamerauLevenshtein.distance, score_cutoff=1, limit=None)

        def support(candidate: str) -> tuple[int, int]:
            beside = self._pairs.get(f"{before} {candidate}", 0) + self._pairs.get(f"{candidate} {after}", 0)
            return beside, self._words[candidate]

        best = max((match for match, _, _ in found), key=support, default=None)
        if best is None or (len(word) < _TRUSTED_ALONE and support(best)[0] == 0):
            return ()
        return (best,)

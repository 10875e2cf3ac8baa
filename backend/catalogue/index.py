"""An inverted index over short texts, each owned by one procedure, held in numpy arrays."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]

_SATURATION = 1.2


@dataclass(frozen=True, slots=True)
class IndexedText:
    """A text to index: its weighted terms. ``length_penalty`` is BM25's b.

    ``kind`` separates official names from everyday sentences: how telling a word is differs between them.
    """

    owner: int
    kind: str
    terms: Sequence[tuple[str, float]]
    length_penalty: float
    is_marked: bool = True
    """Whether its writer used diacritics."""


class InvertedIndex:
    """Scores texts against weighted query terms (BM25) and keeps the best text of each owner."""

    def __init__(self, texts: Iterable[IndexedText], owner_count: int) -> None:
        ordered = sorted(texts, key=lambda text: text.owner)
        lengths = [sum(weight for _, weight in text.terms) for text in ordered]
        average = sum(lengths) / len(ordered) if ordered else 1.0
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        owners_with: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
        owners_of_kind: dict[str, set[int]] = defaultdict(set)
        for number, (text, length) in enumerate(zip(ordered, lengths, strict=True)):
            owners_of_kind[text.kind].add(text.owner)
            damping = _SATURATION * (1 - text.length_penalty + text.length_penalty * length / average)
            counts: dict[str, float] = defaultdict(float)
            for term, weight in text.terms:
                counts[term] += weight
            for term, count in counts.items():
                postings[term].append((number, count * (_SATURATION + 1) / (count + damping)))
                owners_with[term][text.kind].add(text.owner)
        self._owner_count = owner_count
        self._owners: IntArray = np.array([text.owner for text in ordered], dtype=np.int32)
        self.is_marked: NDArray[np.bool_] = np.array([text.is_marked for text in ordered], dtype=bool)
        self._starts = np.flatnonzero(np.diff(self._owners, prepend=-1))
        self._postings: dict[str, tuple[IntArray, FloatArray]] = {
            term: (
                np.array([number for number, _ in entries], dtype=np.int32),
                np.array([weight for _, weight in entries], dtype=np.float32),
            )
            for term, entries in postings.items()
        }
        self.rarity_of_unknown = math.log(1 + 2 * owner_count)
        # A word is only as telling as in the kind of text where it is most common: "toi" stands in no official name.
        self._rarity = {
            term: min(
                self.rarity_of_unknown,
                *(
                    math.log(1 + (len(owners_of_kind[kind]) + 0.5) / (len(owners) + 0.5))
                    for kind, owners in by_kind.items()
                ),
            )
            for term, by_kind in owners_with.items()
        }

    def __contains__(self, term: str) -> bool:
        return term in self._postings

    def rarity(self, term: str) -> float:
        """Return how telling ``term`` is; an unknown one is the most telling of all."""
        return self._rarity.get(term, self.rarity_of_unknown)

    def text_scores(self, query: Mapping[str, float]) -> FloatArray:
        """Return the score of each text for the weighted query terms."""
        found = [
            (self._postings[term], weight * self._rarity[term])
            for term, weight in query.items()
            if term in self._postings
        ]
        if not found:
            return np.zeros(len(self._owners), dtype=np.float32)
        numbers = np.concatenate([posting[0] for posting, _ in found])
        weights = np.concatenate([posting[1] * np.float32(factor) for posting, factor in found])
        return np.bincount(numbers, weights, minlength=len(self._owners)).astype(np.float32)

    def best_of_each_owner(self, scores: FloatArray) -> FloatArray:
        """Return each owner's best text score."""
        best = np.zeros(self._owner_count, dtype=np.float32)
        if len(self._owners):
            best[self._owners[self._starts]] = np.maximum.reduceat(scores, self._starts)
        return best

"""An inverted index over bags of terms, one bag an owner, held in numpy arrays and scored by BM25."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int32]


class BagIndex:
    """Which owner's bag holds which term how often.

    The bags are what is said of each owner, over all texts: a question seldom repeats one sentence, it joins words of
    several. ``length_penalty`` is BM25's b, ``saturation`` its k1.
    """

    def __init__(self, bags: Iterable[Mapping[str, float]], *, saturation: float, length_penalty: float) -> None:
        self._ids: dict[str, int] = {}
        ids, owners, counts, lengths = array("i"), array("i"), array("f"), array("f")
        for owner, bag in enumerate(bags):
            for term, count in bag.items():
                ids.append(self._ids.setdefault(term, len(self._ids)))
                owners.append(owner)
                counts.append(count)
            lengths.append(math.fsum(bag.values()))
        self.owner_count = len(lengths)
        all_ids = np.frombuffer(ids, dtype=np.int32) if ids else np.zeros(0, dtype=np.int32)
        order = np.argsort(all_ids, kind="stable")
        self._owners: IntArray = np.array(owners, dtype=np.int32)[order]
        all_counts = np.array(counts, dtype=np.float32)[order]
        length = np.array(lengths, dtype=np.float32)
        share = length / max(float(length.mean()), 1.0) if len(length) else length
        damping = saturation * (1 - length_penalty + length_penalty * share[self._owners])
        self._weights: FloatArray = (all_counts * (saturation + 1) / (all_counts + damping)).astype(np.float32)
        frequencies = np.bincount(all_ids, minlength=len(self._ids))
        self._starts = np.concatenate(([0], np.cumsum(frequencies)))
        self._rarity: FloatArray = np.log(1 + (self.owner_count - frequencies + 0.5) / (frequencies + 0.5)).astype(
            np.float32
        )
        self.rarity_of_unknown = math.log(1 + 2 * max(self.owner_count, 1))

    def __contains__(self, term: str) -> bool:
        return term in self._ids

    def frequency(self, term: str) -> int:
        """Return how many bags hold ``term``."""
        number = self._ids.get(term)
        return 0 if number is None else int(self._starts[number + 1] - self._starts[number])

    def rarity(self, term: str) -> float:
        """Return how telling ``term`` is; an unknown one is the most telling of all."""
        number = self._ids.get(term)
        return self.rarity_of_unknown if number is None else float(self._rarity[number])

    def holds(self, owner: int, term: str) -> bool:
        """Tell whether the owner's bag holds ``term``."""
        number = self._ids.get(term)
        if number is None:
            return False
        holders = self._owners[self._starts[number] : self._starts[number + 1]]
        at = int(np.searchsorted(holders, owner))
        return at < len(holders) and int(holders[at]) == owner

    def scores(self, query: Mapping[str, float]) -> FloatArray:
        """Return each owner's score for weighted query terms."""
        scores = np.zeros(self.owner_count, dtype=np.float32)
        for term, weight in query.items():
            number = self._ids.get(term)
            if number is not None:
                part = slice(self._starts[number], self._starts[number + 1])
                # A term stands once for each owner, so that no sum is lost.
                scores[self._owners[part]] += self._weights[part] * np.float32(weight * float(self._rarity[number]))
        return scores

    def words(self) -> Iterator[str]:
        """Yield each single word."""
        return (term for term in self._ids if term.isascii() and term.isalpha())

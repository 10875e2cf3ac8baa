"""From folded words to the features of the intent classifier.

Four blocks, each weighted by tf-idf and normalised for itself: words and pairs of neighbours; characters inside words
(typing errors, teencode); words that begin and end the message (where Vietnamese puts greetings and question words);
pairs of words with up to three others between them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

BLOCKS = ("words", "characters", "edges", "gaps")
RECEIPT_CODE_WORD = "mahosoxx"

_MAX_WORDS = 120


def normalise_words(words: Iterable[str]) -> list[str]:
    """Return the first words; a longer number counts by its length alone."""
    return ["0" * min(len(word), 4) if word.isdigit() and len(word) > 1 else word for word in islice(words, _MAX_WORDS)]


@lru_cache(maxsize=16384)
def _characters_of(word: str) -> tuple[str, ...]:
    padded = f" {word[:24]} "
    grams: list[str] = []
    for size in (2, 3, 4, 5):
        if len(padded) <= size:
            grams.append(padded)
            break
        grams.extend(padded[start : start + size] for start in range(len(padded) - size + 1))
    return tuple(grams)


def features_of(words: list[str]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Return the raw features of a normalised message, one list for each of ``BLOCKS``."""
    if not words:
        return [], [], [], []
    pairs = [f"{first} {second}" for first, second in zip(words, words[1:], strict=False)]
    characters = [gram for word in words for gram in _characters_of(word)]
    edges = [f"^{words[0]}", f"{words[-1]}$", f"#{min(len(words), 12)}"]
    if pairs:
        edges += [f"^{pairs[0]}", f"{pairs[-1]}$"]
    gaps = [f"{word} … {later}" for index, word in enumerate(words) for later in words[index + 2 : index + 5]]
    return words + pairs, characters, edges, gaps

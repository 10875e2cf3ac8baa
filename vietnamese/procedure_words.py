"""The words of a message that name or describe a procedure: what is left without politeness and questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vietnamese.folding import accented, fold_word, tokens
from vietnamese.rewriting import Word
from vietnamese.syllables import is_marked

FoundWords = tuple[int, int, str]


class ProcedureWords:
    """Knows the phrases that only surround what is asked for."""

    def __init__(self, surroundings: Iterable[str]) -> None:
        """``surroundings``: politeness, questions, and words that only refer back ("cái đó")."""
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for text in surroundings:
            phrase = tuple(tokens(accented(text)))
            if phrase:
                self._by_first.setdefault(fold_word(phrase[0]), []).append(phrase)
        for phrases in self._by_first.values():
            phrases.sort(key=len, reverse=True)

    def find(self, words: Sequence[Word], taken: Sequence[tuple[int, int]] = ()) -> FoundWords | None:
        """Return the stretch from the first to the last telling word and the telling words in it, or None.

        ``taken`` are places of other values: codes, numbers, days.
        """
        left = [
            word
            for word in self._without_surroundings(words)
            if any(map(str.isalpha, word.text))
            and not any(word.start < end and start < word.end for start, end in taken)
        ]
        if sum(len(word.text) for word in left) < 3:
            return None
        return left[0].start, left[-1].end, " ".join(word.text for word in left)

    def _without_surroundings(self, words: Sequence[Word]) -> list[Word]:
        left: list[Word] = []
        position = 0
        while position < len(words):
            length = self._length_of_phrase(words, position)
            if not length:
                left.append(words[position])
            position += length or 1
        return left

    def _length_of_phrase(self, words: Sequence[Word], position: int) -> int:
        for phrase in self._by_first.get(fold_word(words[position].text), ()):
            stretch = words[position : position + len(phrase)]
            if len(stretch) == len(phrase) and all(map(_agrees, stretch, phrase)):
                return len(phrase)
        return 0


def _agrees(written: Word, listed: str) -> bool:
    return written.text == listed if is_marked(written.text) else written.text == fold_word(listed)

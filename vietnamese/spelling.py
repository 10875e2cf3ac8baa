"""Mends single words: stretched letters, keys that the input method left over, words run together or torn apart.

Everything is held against a vocabulary, and nothing that is a word already is touched.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache

from vietnamese.folding import accented, fold, fold_word, tokens
from vietnamese.rewriting import Word
from vietnamese.syllables import is_bare_syllable, is_syllable
from vietnamese.telex import from_telex, from_vni

_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_STRETCHED_WITHOUT_VOWEL = re.compile(r"([^\W\d_])\1{3,}")
_DOUBLED = re.compile(r"([^\W\d_])\1")
_DOUBLED_AT_END = re.compile(r"([^\W\d_])\1\Z")
# "khôg" and "hìh": the n before the last letter is left out on purpose.
_CLIPPED = re.compile(r"([aăâeêioôơuưy\W]|[^\x00-\x7f])([gh])\Z")
_VOWEL = re.compile("[aeiouy]")
_SHORTEST_JOINED, _LONGEST_JOINED = 4, 40
_LONGEST_COMPOUND = 14
_SHORTEST_PIECE, _LONGEST_PIECE = 2, 7
_COST_OF_COMPOUND, _COST_OF_SYLLABLE = 2, 3
_VNI_STRONG = re.compile(r"[a-z]+[1-9]+[a-z]+[1-9]*|[a-z]+(?:[6-9][1-5]|[1-5][6-9])", re.ASCII)
_VNI_NUMBERED = re.compile(r"([a-z]+)[1-9]+", re.ASCII)


class Spelling:
    """Knows the syllables, the words of two syllables, the foreign words, and the words of the rules."""

    def __init__(
        self,
        *,
        syllables: Collection[str],
        compounds: Collection[str],
        foreign: Collection[str],
        numbered: Collection[str],
        shorthand: Collection[str],
    ) -> None:
        """``numbered``: folded words that numbers follow, so that ``to2`` is not taken for ``tò``."""
        self._syllables = frozenset(syllables)
        self._bare_syllables = frozenset(map(fold, syllables))
        self._compounds = {"".join(pieces): pieces for pieces in (tuple(tokens(accented(text))) for text in compounds)}
        self._compounds |= {
            fold(joined): tuple(map(fold, pieces)) for joined, pieces in self._compounds.items() if fold(joined)
        }
        self._pairs = frozenset(pair for pair in self._compounds.values() if len(pair) == 2)
        self._no_slips = frozenset((*foreign, *shorthand))
        self._numbered = frozenset(numbered)
        self.respelled = lru_cache(maxsize=20_000)(self._respelled)

    def mend(self, words: Sequence[Word]) -> list[Word]:
        """Return the words mended one by one, then those that were torn apart joined."""
        decodes_vni = self._writes_vni(words)
        mended: list[Word] = []
        for word in words:
            pieces = (word.text,) if word.is_protected else self.respelled(word.text)
            if decodes_vni and pieces == (word.text,) and not word.is_protected:
                pieces = (self._from_vni(word.text) or word.text,)
            if pieces == (word.text,):
                mended.append(word)
            else:
                mended += _replaced(word, pieces)
        return self._join(mended)

    def _respelled(self, word: str) -> tuple[str, ...]:
        if word in self._no_slips or not word.isalpha():
            return (word,)
        stretched = _STRETCHED if _VOWEL.search(fold(word)) else _STRETCHED_WITHOUT_VOWEL
        word = stretched.sub(r"\1", word)
        if self._is_known(word):
            return (word,)
        decoded = from_telex(word)
        if decoded is not None and decoded in self._syllables:
            return (decoded,)
        for mended in (
            _DOUBLED.sub(r"\1", word),
            _CLIPPED.sub(r"\1n\2", word),
        ):
            if mended in self._syllables or mended in self._bare_syllables:
                return (mended,)
        shortened = _DOUBLED_AT_END.sub(r"\1", word)
        if shortened in self._no_slips:
            return (shortened,)
        return self._cut(word) or (word,)

    def _is_known(self, word: str) -> bool:
        return is_syllable(word) or is_bare_syllable(word) or word in self._no_slips

    def _cut(self, word: str) -> tuple[str, ...] | None:
        """Return the words that were run together in ``word``, the cheapest way, if at least one is a compound."""
        if not _SHORTEST_JOINED <= len(word) <= _LONGEST_JOINED:
            return None
        best: list[tuple[int, tuple[str, ...], bool] | None] = [(0, (), False)] + [None] * len(word)
        for start in range(len(word)):
            so_far = best[start]
            if so_far is None:
                continue
            cost, pieces, has_compound = so_far
            for end in range(start + _SHORTEST_PIECE, min(start + _LONGEST_COMPOUND, len(word)) + 1):
                part = word[start:end]
                found = self._compounds.get(part)
                if found is not None:
                    way = (cost + _COST_OF_COMPOUND, (*pieces, *found), True)
                elif end - start <= _LONGEST_PIECE and (part in self._syllables or part in self._bare_syllables):
                    way = (cost + _COST_OF_SYLLABLE, (*pieces, part), has_compound)
                else:
                    continue
                known = best[end]
                if known is None or (not way[2], way[0]) < (not known[2], known[0]):
                    best[end] = way
        whole = best[len(word)]
        return whole[1] if whole is not None and whole[2] else None

    def _join(self, words: list[Word]) -> list[Word]:
        joined: list[Word] = []
        position = 0
        while position < len(words):
            if position + 1 < len(words) and self._belong_together(joined, words, position):
                first, second = words[position], words[position + 1]
                text = first.text + second.text
                joined.append(replace(first, text=text, end=second.end, is_rewritten=True))
                position += 2
            else:
                joined.append(words[position])
                position += 1
        return joined

    def _belong_together(self, before: Sequence[Word], words: Sequence[Word], position: int) -> bool:
        """Tell whether two neighbours are the torn halves of one syllable: ``ch ứng``, ``gi ấy tờ``, ``chứn g``."""
        first, second = words[position], words[position + 1]
        if second.begins_clause or first.is_protected or second.is_protected:
            return False
        text = first.text + second.text
        if not text.isalpha() or text not in self._syllables and text not in self._bare_syllables:
            return False
        has_no_vowel = [_VOWEL.search(fold_word(half.text)) is None for half in (first, second)]
        if not any(has_no_vowel) and first.text not in ("gi", "qu"):
            return False
        if not any(half.text in self._no_slips or self._stands_alone(half.text) for half in (first, second)):
            return True
        following = words[position + 2].text if position + 2 < len(words) else ""
        preceding = before[-1].text if before else ""
        return (text, following) in self._pairs or (preceding, text) in self._pairs

    def _stands_alone(self, half: str) -> bool:
        return half in ("gi", "qu") or (len(half) == 1 and _VOWEL.search(fold(half)) is None)

    def _writes_vni(self, words: Sequence[Word]) -> bool:
        likely = [word.text for word in words if not word.is_protected and self._from_vni(word.text)]
        if any(_VNI_STRONG.fullmatch(text) and not self._is_numbered(text) for text in likely):
            return True
        return len(likely) > 1 and not all(map(self._is_numbered, likely))

    def _is_numbered(self, text: str) -> bool:
        match = _VNI_NUMBERED.fullmatch(text)
        return match is not None and match[1] in self._numbered

    def _from_vni(self, text: str) -> str | None:
        if text.isalpha() or text.isdigit() or not text.isascii() or text in self._no_slips:
            return None
        decoded = from_vni(text)
        if decoded is None or len(decoded) == 1 or decoded in self._syllables:
            return decoded if decoded is None or len(decoded) > 1 else None
        return fold(decoded) if fold(decoded) in self._bare_syllables else None


def _replaced(word: Word, pieces: Sequence[str]) -> list[Word]:
    """Return the pieces as words; where they are the letters that were written, each keeps its own place."""
    exact = "".join(pieces) == word.text and len(word.text) == word.end - word.start
    words: list[Word] = []
    start = word.start
    for number, piece in enumerate(pieces):
        end = start + len(piece) if exact else word.end
        words.append(Word(piece, start, end, is_rewritten=True, begins_clause=word.begins_clause and number == 0))
        start = end if exact else word.start
    return words

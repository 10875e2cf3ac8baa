"""From text to the terms that the search compares: folded words, words with their marks, and pairs of words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from vietnamese.folding import fold, tokens
from vietnamese.normalising import default_treatment

# `ky`/`kí`, `lý`/`lí`, `qui`/`quy`: the same syllable in two spellings, both in daily use.
_FINAL_Y = re.compile(r"^([bcdđghklmnpqrstvx]{1,3}u?)[yỳýỷỹỵ]$")
_TO_I = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")


def _one_spelling(word: str) -> str:
    if _FINAL_Y.match(word) and (len(word) < 3 or word[-2] != "u" or word.startswith("qu")):
        return word[:-1] + word[-1].translate(_TO_I)
    return word


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: as written, and in one spelling with and without diacritics.

    ``marked`` tells that it carries a diacritic, so that its writer meant it.
    """

    written: str
    accented: str
    folded: str
    marked: bool


def words_of(text: str) -> list[Word]:
    """Return the words of ``text`` with shorthand, dialect and slips of the keyboard written out."""
    return as_words(treated(text))


def treated(text: str) -> str:
    """Return ``text`` as words in small letters with single spaces between them, treated."""
    return " ".join(token for word in default_treatment().words(text) for token in tokens(word.text))


def as_words(treated_text: str) -> list[Word]:
    """Return the words of a text that has been treated."""
    return [_word(token) for token in treated_text.split()]


@lru_cache(maxsize=20_000)
def _word(token: str) -> Word:
    spelled = _one_spelling(token)
    folded = fold(spelled)
    return Word(token, spelled, folded, spelled != folded)


def unit_terms(words: list[Word]) -> list[str]:
    """Return the folded words as terms."""
    return [word.folded for word in words]


def pair_terms(words: list[Word]) -> list[str]:
    """Return the folded pairs of neighbouring words: most Vietnamese words are two syllables."""
    return [f"{first.folded} {second.folded}" for first, second in zip(words, words[1:], strict=False)]


def marked_terms(words: list[Word]) -> list[str]:
    """Return the words that carry diacritics as terms of their own; a question without diacritics has none."""
    return [f"\u02bc{word.accented}" for word in words if word.marked]

"""Unicode normalisation, tone-mark position and folding of Vietnamese text.

Half of the citizens type without diacritics, and those who type them place the tone mark by either of two rules
(``hoà``/``hòa``). Everything that compares words goes through here first.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"
# Zero-width characters, and marks of writing direction that can make a line look like another.
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xAD])
_CONTROL = dict.fromkeys([*range(32), *range(127, 160)], " ")
_SPACES = re.compile(r"\s+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_LONGEST_REMEMBERED = 32
_TOKEN = re.compile(r"[^\W_]+")
# Old-style tone placement puts the mark on the first vowel of an open oa/oe/uy; `qu` is a consonant, so `quý` stays.
_OLD_STYLE = re.compile(
    rf"(?<![qQ])([oO])([{_TONES}])([aAeE])(?![a-zA-Z\u0300-\u036f])|(?<![qQ])([uU])([{_TONES}])([yY])(?![a-zA-Z\u0300-\u036f])"
)


def clean(text: str) -> str:
    """Return ``text`` in NFC, without control and zero-width characters, white space squeezed to single blanks."""
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE).translate(_CONTROL))
    return _SPACES.sub(" ", text).strip()


def clean_lines(text: str) -> str:
    """Return ``text`` cleaned line by line, at most one empty line between two others."""
    lines = [clean(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def normalise_tone_position(text: str) -> str:
    """Move tone marks of open ``oa``, ``oe`` and ``uy`` to the second vowel: ``hòa`` → ``hoà``, ``thủy`` → ``thuỷ``."""

    def move(match: re.Match[str]) -> str:
        first, tone, second = (match[1], match[2], match[3]) if match[1] else (match[4], match[5], match[6])
        return first + second + tone

    return unicodedata.normalize("NFC", _OLD_STYLE.sub(move, unicodedata.normalize("NFD", text)))


def accented(text: str) -> str:
    """Return the comparison form that keeps diacritics: clean, lower case, one tone position."""
    return normalise_tone_position(clean(text).lower())


def fold(text: str) -> str:
    """Return the comparison form without diacritics: ``Đăng ký khai sinh`` → ``dang ky khai sinh``.

    ``đ`` has no Unicode decomposition and is mapped by hand; forgetting it is the classic fault of the field.
    """
    decomposed = unicodedata.normalize("NFD", clean(text).lower().replace("đ", "d").replace("ð", "d"))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    # A mark on a blank leaves two blanks behind, which the second folding would squeeze.
    return clean(bare)


def fold_word(word: str) -> str:
    """Return ``fold(word)``, remembered: most words of a message were in another."""
    return _fold_short(word) if len(word) <= _LONGEST_REMEMBERED else fold(word)


@lru_cache(maxsize=20_000)
def _fold_short(word: str) -> str:
    return fold(word)


def tokens(folded: str) -> list[str]:
    """Split an ``accented`` or ``fold``-ed text into its words; punctuation separates."""
    return _TOKEN.findall(folded)

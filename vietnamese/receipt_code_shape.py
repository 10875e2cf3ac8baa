"""The shape of a text: what is left for the search for receipt codes once the ways to write a symbol are set aside.

One symbol stands for one letter or digit, one for a whole run of separators; zero-width characters vanish. Each symbol
remembers where it came from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from vietnamese.spoken_codes import SPOKEN_SEPARATORS, spoken_codes

BLANK = " "  # a separator of white space only
TIGHT = "-"  # a separator of punctuation only
LOOSE = "_"  # both: " - ", ". "
SEPARATORS = frozenset((BLANK, TIGHT, LOOSE))
DIGIT_LIKE = frozenset("0123456789OolIi")

_SMALL_OTHER_LETTER = "~"
_CAPITAL_OTHER_LETTER = "^"
_ANYTHING_ELSE = "|"
_INVISIBLE = ""
_LONGEST_SEPARATOR = 24
_PUNCTUATION = frozenset(".,:()_-/\\·•∙‧⋅−⁄∕。、，．：")
_LETTERS_TO_DIGITS = str.maketrans("OolIi", "00111")
# What dictation writes for the signs of a code.
_SPOKEN_SEPARATOR = re.compile(rf"(?<![a-z])(?:{SPOKEN_SEPARATORS})(?![a-z])|(?<=\d )(?:ngay|so)(?= \d)")
_TEN = re.compile(r"(?<![^\W_])mư[ơờ]i(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """Symbols of a text; ``symbols[i]`` was written as ``text[starts[i]:ends[i]]``."""

    symbols: str
    starts: list[int]
    ends: list[int]


def as_digits(written: str) -> str:
    """Return digit-like symbols as digits: ``OO12`` → ``0012``."""
    return written.translate(_LETTERS_TO_DIGITS)


def is_letter(symbol: str) -> bool:
    """Tell whether ``symbol`` stands for a letter of any alphabet."""
    return symbol.isalpha() or symbol in (_SMALL_OTHER_LETTER, _CAPITAL_OTHER_LETTER)


def ends_word(before: str, letter: str) -> bool:
    """Tell whether ``letter`` ends a word; a capital behind a small letter starts something new (``mãH32``)."""
    starts_anew = letter.isupper() and not (before.isupper() or before == _CAPITAL_OTHER_LETTER)
    return is_letter(before) and not starts_anew


def shape_of(text: str) -> Shape:
    """Return the shape of ``text`` in linear time."""
    symbols: list[str] = []
    plain: list[str] = []
    starts: list[int] = []
    for index, character in enumerate(text):
        symbol, base = _symbol_of(character)
        if symbol:
            symbols.append(symbol)
            plain.append(base)
            starts.append(index)
        elif symbols and unicodedata.combining(character) and symbols[-1].isalpha():
            symbols[-1] = _CAPITAL_OTHER_LETTER if symbols[-1].isupper() else _SMALL_OTHER_LETTER
    bare = "".join(plain)
    for spoken in _SPOKEN_SEPARATOR.finditer(bare):
        symbols[spoken.start() : spoken.end()] = TIGHT * (spoken.end() - spoken.start())
    for start, end, code in reversed(list(spoken_codes(bare, _tens(text, starts)))):
        symbols[start:end] = code
        starts[start:end] = [starts[start]] * (len(code) - 1) + [starts[end - 1]]
    return _with_single_separators("".join(symbols), starts)


def _tens(text: str, starts: list[int]) -> dict[int, bool]:
    """Tell, for the places of symbols where "muoi" was written with diacritics, whether it was ``mươi``."""
    if "m" not in text.lower():
        return {}
    places = {start: place for place, start in enumerate(starts)}
    composed = unicodedata.normalize("NFC", text)
    if len(composed) != len(text):
        return {}
    return {places[ten.start()]: "ờ" not in ten[0].lower() for ten in _TEN.finditer(text) if ten.start() in places}


def _with_single_separators(symbols: str, starts: list[int]) -> Shape:
    kept: list[str] = []
    kept_starts: list[int] = []
    kept_ends: list[int] = []
    for run in re.finditer(r"[ \-]+|[^ \-]", symbols):
        first, last = run.start(), run.end() - 1
        symbol = symbols[first]
        if symbol in SEPARATORS and last > first:
            kinds = set(run[0])
            symbol = LOOSE if len(kinds) > 1 else kinds.pop()
        if last - first >= _LONGEST_SEPARATOR:
            symbol = _ANYTHING_ELSE
        kept.append(symbol)
        kept_starts.append(starts[first])
        kept_ends.append(starts[last] + 1)
    return Shape("".join(kept), kept_starts, kept_ends)


@lru_cache(maxsize=4096)
def _symbol_of(character: str) -> tuple[str, str]:
    """Return the symbol of ``character`` and its small base letter, for spoken separators; "" for an invisible one."""
    if character in _PUNCTUATION:
        return TIGHT, TIGHT
    if character.isspace():
        return BLANK, BLANK
    category = unicodedata.category(character)
    if category in ("Cf", "Mn", "Me", "Cc"):
        return _INVISIBLE, _INVISIBLE
    if category == "Pd":
        return TIGHT, TIGHT
    if category == "Nd":
        digit = str(unicodedata.decimal(character))
        return digit, digit
    if not category.startswith("L"):
        return _ANYTHING_ELSE, _ANYTHING_ELSE
    compatible = unicodedata.normalize("NFKD", character)
    if len(compatible) == 1 and compatible.isascii():
        return compatible, compatible.lower()
    base = compatible[0].lower()
    other = _CAPITAL_OTHER_LETTER if category == "Lu" else _SMALL_OTHER_LETTER
    return other, base if len(base) == 1 and base.isascii() else other

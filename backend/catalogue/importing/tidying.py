"""Cheap tidying of long texts: an import reads twenty million characters."""

from __future__ import annotations

import re
import unicodedata

from vietnamese.folding import clean_lines

# Control characters but for line ends and tabs, and the invisible ones that :func:`vietnamese.folding.clean` drops.
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")

# Ranges such as "à-ỹ" hold capitals as well, since Unicode lists most Vietnamese letters in pairs.
LOWER = "a-z" + "".join(letter for letter in map(chr, range(0xE0, 0x1EFA)) if letter.islower())
UPPER = "A-Z" + "".join(letter for letter in map(chr, range(0xC0, 0x1EFA)) if letter.isupper())


def tidy(text: str) -> str:
    """Return the text in NFC without control and invisible characters; lines stay."""
    if _ODD.search(text):
        return clean_lines(_SURROGATES.sub("", text))
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def squeezed(text: str) -> str:
    """Return a tidied text on one line."""
    return " ".join(text.split())

"""Reads what an input method left undone: ``giaays`` (Telex) and ``gia6y1`` (VNI) are both ``giấy``.

What is decoded here is only a proposal; whether it is taken is for ``spelling`` to say, since ``pass`` and ``form``
can be decoded too.
"""

from __future__ import annotations

import re
import unicodedata

from vietnamese.syllables import is_syllable

_LONGEST = 12
_TELEX_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_TELEX_LETTERS = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "ow": "ơ", "uw": "ư", "dd": "đ"}
_VNI_LETTERS = {"6": {"a": "â", "e": "ê", "o": "ô"}, "7": {"o": "ơ", "u": "ư"}, "8": {"a": "ă"}, "9": {"d": "đ"}}
_VOWELS = "aăâeêioôơuưy"
_HORNED = str.maketrans("uo", "ươ")
_VNI_WORD = re.compile(r"[a-z]+[1-9][a-z1-9]*", re.ASCII)
# The vowel that bears the tone: the only one with a sign of its own, else by where it stands among the others.
_SIGNED = "ăâêôơư"
_ON_SECOND_VOWEL = ("oa", "oe", "uy")


def from_telex(word: str) -> str | None:
    """Return the syllable that the keys of ``word``, in small letters, stand for, or None."""
    if not 3 <= len(word) <= _LONGEST or not word.isalpha():
        return None
    letters: list[str] = []
    tone = ""
    for position, letter in enumerate(word):
        has_vowel = any(known in _VOWELS for known in letters)
        if letter in _TELEX_TONES and has_vowel and position:
            if tone:
                return None
            tone = _TELEX_TONES[letter]
        else:
            letters.append(letter)
    return _syllable(_with_telex_letters("".join(letters)), tone)


def from_vni(word: str) -> str | None:
    """Return the syllable that the keys of ``word``, in small letters, stand for, or None."""
    if len(word) > _LONGEST or _VNI_WORD.fullmatch(word) is None:
        return None
    letters, tone = "", ""
    for letter in word:
        if letter in _VNI_TONES:
            if tone:
                return None
            tone = _VNI_TONES[letter]
        elif letter in _VNI_LETTERS:
            changed = _with_sign(letters, _VNI_LETTERS[letter])
            if changed is None:
                return None
            letters = changed
        else:
            letters += letter
    return _syllable(letters, tone)


def _with_telex_letters(word: str) -> str:
    word = word.replace("uow", "ươ").replace("uwow", "ươ")
    for keys, letter in _TELEX_LETTERS.items():
        word = word.replace(keys, letter)
    # The key may come late: "ddaast", "giayas", "duocw", "dangd".
    for key, (sign, marked) in {
        "w": ("", ""),
        "d": ("d", "đ"),
        "a": ("a", "â"),
        "e": ("e", "ê"),
        "o": ("o", "ô"),
    }.items():
        if len(word) > 2 and word.endswith(key):
            stem = word[:-1]
            if key == "w":
                return _with_horn(stem)
            if sign in stem and not (key != "d" and stem[-1] in _VOWELS and is_syllable(word)):
                return stem.replace(sign, marked, 1)
    return word


def _with_horn(stem: str) -> str:
    if "uo" in stem:
        return stem.replace("uo", "uo".translate(_HORNED), 1)
    for plain, horned in (("o", "ơ"), ("u", "ư"), ("a", "ă")):
        if plain in stem:
            return stem.replace(plain, horned, 1)
    return stem + "w"


def _with_sign(letters: str, signs: dict[str, str]) -> str | None:
    if "uo" in letters and "u" in signs:
        return letters.replace("uo", "uo".translate(_HORNED), 1)
    for position in range(len(letters) - 1, -1, -1):
        if letters[position] in signs:
            return letters[:position] + signs[letters[position]] + letters[position + 1 :]
    return None


def _syllable(letters: str, tone: str) -> str | None:
    if tone:
        position = _tone_position(letters)
        if position is None:
            return None
        letters = unicodedata.normalize("NFC", letters[: position + 1] + tone + letters[position + 1 :])
    return letters if is_syllable(letters) else None


def _tone_position(letters: str) -> int | None:
    """Return where the tone goes, by the newer rule: ``hoà``, ``thuỷ``."""
    start = 2 if letters.startswith(("qu", "gi")) and any(letter in _VOWELS for letter in letters[2:]) else 0
    vowels = [position for position in range(start, len(letters)) if letters[position] in _VOWELS]
    if not vowels:
        return None
    signed = [position for position in vowels if letters[position] in _SIGNED]
    if signed:
        return signed[-1]
    if len(vowels) == 1:
        return vowels[0]
    is_closed = letters[-1] not in _VOWELS
    group = "".join(letters[position] for position in vowels)
    return vowels[1] if is_closed or len(vowels) > 2 or group in _ON_SECOND_VOWEL else vowels[0]

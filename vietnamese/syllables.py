"""What a Vietnamese syllable looks like: an onset, a rime and a tone that the rime can carry.

With it a slip of the input method is told from a word: ``giaays`` is no syllable, ``giấy`` is one.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from vietnamese.folding import fold, fold_word, normalise_tone_position

_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_TONES_OF_STOPS = {"", "\u0301", "\u0323"}
_ONSETS = frozenset("b c ch d g gh gi h k kh l m n ng ngh nh ph qu r s t th tr v x".split()) | {"", "đ"}
_BEFORE_FRONT_VOWELS_ONLY = frozenset(("k", "gh", "ngh"))
_NEVER_BEFORE_FRONT_VOWELS = frozenset(("c", "g", "ng"))
_FRONT_VOWELS = frozenset("eêiy")
_RIMES = frozenset((
    "a", "ai", "am", "an", "ang", "anh", "ao", "au", "ay", "ac", "ach", "ap", "at",
    "ăm", "ăn", "ăng", "ăc", "ăp", "ăt", "âm", "ân", "âng", "âu", "ây", "âc", "âp", "ât",
    "e", "em", "en", "eng", "eo", "ec", "ep", "et", "ê", "êm", "ên", "ênh", "êu", "êch", "êp", "êt",
    "i", "ia", "im", "in", "inh", "iu", "ich", "ip", "it",
    "iêm", "iên", "iêng", "iêu", "iêc", "iêp", "iêt",
    "o", "oa", "oai", "oam", "oan", "oang", "oanh", "oao", "oay", "oac", "oach", "oap", "oat",
    "oăm", "oăn", "oăng", "oăc", "oăt", "oe", "oen", "oeo", "oet",
    "oi", "om", "on", "ong", "oc", "op", "ot", "oong", "ooc",
    "ô", "ôi", "ôm", "ôn", "ông", "ôc", "ôp", "ôt", "ơ", "ơi", "ơm", "ơn", "ơp", "ơt",
    "u", "ua", "ui", "um", "un", "ung", "uc", "up", "ut", "uân", "uâng", "uât", "uây",
    "uê", "uênh", "uêch", "ui", "uơ", "uy", "uya", "uych", "uynh", "uyt", "uyu", "uyn", "uyên", "uyêt",
    "uôi", "uôm", "uôn", "uông", "uôc", "uôt",
    "ư", "ưa", "ưi", "ưng", "ưu", "ưc", "ưt", "ươi", "ươm", "ươn", "ương", "ươu", "ươc", "ươp", "ươt",
    "y", "yêm", "yên", "yêng", "yêu", "yêt",
))  # fmt: skip
_BARE_RIMES = frozenset(fold(rime) for rime in _RIMES)
_LONGEST_SYLLABLE = 7
_LONGEST_ONSET = 3


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Tell whether ``word``, in small letters, can be a Vietnamese syllable written with its diacritics."""
    if len(word) > _LONGEST_SYLLABLE:
        return False
    toneless, tone = _without_tone(normalise_tone_position(word))
    if tone is None:
        return False
    return any(
        rime in _RIMES and _fit(onset, rime) and (tone in _TONES_OF_STOPS or not rime.endswith(("c", "ch", "p", "t")))
        for onset, rime in _cuts(toneless)
    )


@lru_cache(maxsize=50_000)
def is_bare_syllable(word: str) -> bool:
    """Tell whether ``word``, in small letters, can be a Vietnamese syllable written without diacritics."""
    return (
        len(word) <= _LONGEST_SYLLABLE
        and word.isascii()
        and any(rime in _BARE_RIMES and _fit(onset, rime) for onset, rime in _cuts(word))
    )


def is_marked(word: str) -> bool:
    """Tell whether ``word`` carries a diacritic, ``đ`` among them."""
    return not word.isascii() and fold_word(word) != word


def _without_tone(word: str) -> tuple[str, str | None]:
    """Return the word without its tone, and the tone; None where there are two."""
    decomposed = unicodedata.normalize("NFD", word)
    tones = [character for character in decomposed if character in _TONES]
    if len(tones) > 1:
        return word, None
    bare = "".join(character for character in decomposed if character not in _TONES)
    return unicodedata.normalize("NFC", bare), tones[0] if tones else ""


def _cuts(word: str) -> list[tuple[str, str]]:
    cuts = [(word[:at], word[at:]) for at in range(min(_LONGEST_ONSET, len(word) - 1) + 1) if word[:at] in _ONSETS]
    if word.startswith("gi"):
        # The i of "gi" belongs to both in "gì", "gìn", "giêng".
        cuts.append(("gi", word[1:]))
    return cuts


def _fit(onset: str, rime: str) -> bool:
    is_front = rime[0] in _FRONT_VOWELS
    if onset in _BEFORE_FRONT_VOWELS_ONLY:
        return is_front
    if onset == "qu":
        return rime[0] not in "uư"
    return not (is_front and onset in _NEVER_BEFORE_FRONT_VOWELS) or (onset == "g" and rime[0] == "i")

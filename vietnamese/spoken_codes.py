"""Receipt codes as dictation writes them: ``hát ba hai chấm mười lăm gạch hai lăm mười một không ba gạch …``."""

from __future__ import annotations

import re
from collections.abc import Iterator

SPOKEN_SEPARATORS = r"cham|phay|tru|xuyet|gach(?: (?:ngang|noi|duoi|cheo))?"
_DIGITS = {
    "khong": "0", "linh": "0", "le": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5",
    "lam": "5", "nham": "5", "sau": "6", "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_TEN = "muoi"
_ONES_ONLY = frozenset(("lam", "nham", "khong", "linh", "le"))
_NUMBER = rf"(?:{'|'.join(_DIGITS)}|{_TEN}|\d{{1,6}})"
_PIECE = rf"(?:{SPOKEN_SEPARATORS}|{_NUMBER})"
# The letter of the unit, spoken as the alphabet names it, and enough behind it to be nothing else.
_SPOKEN_CODE = re.compile(
    rf"(?<![a-z\d])(?:{_PIECE}[ -]+){{0,12}}?(?:hat|hac|hach|h)(?:[ -]+{_PIECE}){{6,40}}(?![a-z\d])"
)
_WORD = re.compile(rf"{SPOKEN_SEPARATORS}|[a-z]+|\d+")
_SEPARATOR = "-"


def spoken_codes(plain: str, ten_is_of_tens: dict[int, bool]) -> Iterator[tuple[int, int, str]]:
    """Yield ``(start, end, code)``, the code in figures, for what sounds like a code in ``plain``.

    ``plain`` has no diacritics; ``ten_is_of_tens`` tells, for a place where "muoi" stands, if ``mươi`` or ``mười`` was
    written there.
    """
    for match in _SPOKEN_CODE.finditer(plain):
        yield match.start(), match.end(), _in_figures(match, ten_is_of_tens)


def _in_figures(code: re.Match[str], ten_is_of_tens: dict[int, bool]) -> str:
    written: list[str] = []
    # Digits said since the last separator, or since the last ten and its ones: behind one of them "muoi" makes it the
    # tens ("hai muoi chin"), behind two it begins a number of its own ("hai lam | muoi mot").
    loose: list[str] = []
    words = [(word.start() + code.start(), word[0]) for word in _WORD.finditer(code[0])]
    for number, (place, word) in enumerate(words):
        following = words[number + 1][1] if number + 1 < len(words) else ""
        if word == _TEN:
            can_be_tens = bool(loose) and loose[-1] not in _ONES_ONLY
            is_tens = can_be_tens and ten_is_of_tens.get(place, len(loose) == 1)
            has_ones = following in _DIGITS and _DIGITS[following] != "0"
            written.append(("" if is_tens else "1") + ("" if has_ones else "0"))
            loose = []
        elif word in _DIGITS:
            written.append(_DIGITS[word])
            if not number or words[number - 1][1] != _TEN:
                loose.append(word)
        else:
            written.append(word if word.isdigit() else "H" if word.startswith("h") else _SEPARATOR)
            loose = []
    return "".join(written)

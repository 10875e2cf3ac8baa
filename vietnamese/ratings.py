"""How content a citizen is, on the scale from 1 to 5: ``5 sao``, ``10 điểm``, ``rất hài lòng``, ``tệ``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vietnamese.folding import fold
from vietnamese.rewriting import Word

FoundRating = tuple[int, int, int]

BEST = 5
_FIGURES = dict(zip("mot hai ba bon nam sau bay tam chin muoi".split(), map(str, range(1, 11)), strict=True))
_SYMBOLS = re.compile(r"[⭐★]+")
_OUT_OF = re.compile(r"(?<![\d/.])(\d{1,2}) ?/ ?(5|10)(?![\d/])")
_NOT_BEFORE = frozenset("san hang resort homestay quan tru hoi gom phuc".split())
_WORDS = {
    "rat khong hai long": 1, "khong hai long": 2, "chua hai long": 2, "khong hai long lam": 2, "rat hai long": 5,
    "hoan toan hai long": 5, "qua hai long": 5, "hai long": 4, "tam hai long": 3, "kha hai long": 4,
}  # fmt: skip
# These are said of many things; only of a service, or alone, they rate.
_WORDS_OF_SERVICE = {
    "rat te": 1, "qua te": 1, "te qua": 1, "te": 1, "kem": 2, "rat kem": 1, "qua kem": 1, "binh thuong": 3,
    "tam duoc": 3, "tot": 4, "rat tot": 5, "qua tot": 5, "tuyet voi": 5, "xuat sac": 5, "on": 4,
}  # fmt: skip
_SERVICE = frozenset("cham danh gia phuc vu thai do can bo dich vu nhan vien chat luong".split())
_LONGEST = 5
_LONGEST_ALONE = 5
_PARTICLES = frozenset("a em anh chi nhe nha ban minh thay toi cho da qua lam cung".split())


def find_ratings(text: str, words: Sequence[Word]) -> list[FoundRating]:
    """Return the ratings in ``text``; ``words`` are its treated words."""
    found = [(match.start(), match.end(), min(BEST, len(match[0]))) for match in _SYMBOLS.finditer(text)]
    for match in _OUT_OF.finditer(text):
        if 1 <= int(match[1]) <= int(match[2]) and re.match(r"\s*(?:sao|điểm|diem|nhé|nha|ạ|$)", text[match.end() :]):
            found.append((match.start(), match.end(), _on_scale(int(match[1]), int(match[2]))))
    bare = [fold(word.text) for word in words]
    found += [(words[start].start, words[end - 1].end, rating) for start, end, rating in _in_words(bare)]
    return _without_overlaps(found)


def _in_words(bare: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    is_of_service = len(_SERVICE.intersection(bare)) > 1
    content = [word for word in bare if word not in _PARTICLES]
    position = 0
    while position < len(bare):
        found = _figure(bare, position)
        if found is None:
            is_alone = len(content) <= 2 and len(bare) <= _LONGEST_ALONE
            found = _phrase(bare, position, also_of_service=is_of_service or is_alone)
        if found is None:
            position += 1
        else:
            yield position, position + found[0], found[1]
            position += found[0]


def _figure(bare: Sequence[str], position: int) -> tuple[int, int] | None:
    figure = _FIGURES.get(bare[position], bare[position])
    unit = bare[position + 1] if position + 1 < len(bare) else ""
    if unit not in ("sao", "diem") or not figure.isdecimal() or not 1 <= int(figure) <= 2 * BEST:
        return None
    if position and bare[position - 1] in _NOT_BEFORE:
        return None
    number = int(figure)
    if unit == "sao":
        return (2, number) if number <= BEST else None
    return 2, _on_scale(number, BEST if number <= BEST else 2 * BEST)


def _phrase(bare: Sequence[str], position: int, *, also_of_service: bool) -> tuple[int, int] | None:
    for length in range(_LONGEST, 0, -1):
        phrase = " ".join(bare[position : position + length])
        rating = _WORDS.get(phrase) or (_WORDS_OF_SERVICE.get(phrase) if also_of_service else None)
        if rating is not None:
            return min(length, len(bare) - position), rating
    return None


def _on_scale(number: int, whole: int) -> int:
    return max(1, min(BEST, round(number * BEST / whole)))


def _without_overlaps(found: list[FoundRating]) -> list[FoundRating]:
    kept: list[FoundRating] = []
    for start, end, rating in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, rating))
    return kept

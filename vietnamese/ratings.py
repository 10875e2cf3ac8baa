"""How content a citizen is, on the scale from 1 to 5: ``5 sao``, ``10 điểm``, ``rất hài lòng``, ``tệ``."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from vietnamese.folding import accented, fold, fold_word
from vietnamese.rewriting import Word
from vietnamese.syllables import is_marked

FoundRating = tuple[int, int, int]

BEST = 5
_FIGURES = dict(zip("mot hai ba bon nam sau bay tam chin muoi".split(), map(str, range(1, 11)), strict=True))
_SYMBOLS = re.compile(r"[⭐★]+")
_OUT_OF = re.compile(r"(?<![\d/.])(\d{1,2}) ?/ ?(5|10)(?![\d/])")
_BEHIND_A_RATING = re.compile(r"\s*(?:sao|điểm|diem|nhé|nha|ạ|$)")
_NOT_BEFORE = frozenset("san hang resort homestay quan tru hoi gom phuc".split())
_SERVICE = ("danh gia", "phuc vu", "thai do", "can bo", "dich vu", "nhan vien", "cham diem", "chat luong")
_LONGEST = 5
_LONGEST_ALONE = 5
_PARTICLES = frozenset("a em anh chi nhe nha ban minh thay toi cho da qua lam cung".split())


class Ratings:
    """Knows the words that rate; those said of many things rate only a service, or alone."""

    def __init__(self, phrases: Mapping[str, int], phrases_of_service: Mapping[str, int]) -> None:
        self._phrases = _in_both_forms(phrases)
        self._all_phrases = self._phrases | _in_both_forms(phrases_of_service)

    @classmethod
    def read(cls, path: Path) -> Ratings:
        """Read a table of what is said, its rating, and whether only a service is rated with it."""
        phrases: dict[str, dict[str, int]] = {"": {}, "service": {}}
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval=""):
                phrases[row["of"]][row["said"]] = int(row["rating"])
        return cls(phrases[""], phrases["service"])

    def find(self, text: str, words: Sequence[Word]) -> list[FoundRating]:
        """Return the ratings in ``text``; ``words`` are its treated words."""
        found = [(match.start(), match.end(), min(BEST, len(match[0]))) for match in _SYMBOLS.finditer(text)]
        for match in _OUT_OF.finditer(text):
            if 1 <= int(match[1]) <= int(match[2]) and _BEHIND_A_RATING.match(text, match.end()):
                found.append((match.start(), match.end(), _on_scale(int(match[1]), int(match[2]))))
        found += [(words[start].start, words[end - 1].end, rating) for start, end, rating in self._in_words(words)]
        return _without_overlaps(found)

    def _in_words(self, words: Sequence[Word]) -> Iterator[tuple[int, int, int]]:
        bare = [fold_word(word.text) for word in words]
        content = [word for word in bare if word not in _PARTICLES]
        is_alone = len(content) <= 2 and len(bare) <= _LONGEST_ALONE
        text = " ".join(bare)
        phrases = self._all_phrases if is_alone or any(said in text for said in _SERVICE) else self._phrases
        position = 0
        while position < len(bare):
            found = _figure(bare, position) or _phrase(
                words[position : position + _LONGEST], phrases, is_alone=is_alone
            )
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


def _phrase(words: Sequence[Word], phrases: Mapping[str, int], *, is_alone: bool) -> tuple[int, int] | None:
    for length in range(len(words), 0, -1):
        said = " ".join(word.text for word in words[:length])
        # One word without diacritics may be many another: "te", "kem", "tot".
        if said in phrases and (length > 1 or is_alone or is_marked(said)):
            return length, phrases[said]
    return None


def _in_both_forms(phrases: Mapping[str, int]) -> dict[str, int]:
    return {form(phrase): rating for phrase, rating in phrases.items() for form in (accented, fold)}


def _on_scale(number: int, whole: int) -> int:
    return max(1, min(BEST, round(number * BEST / whole)))


def _without_overlaps(found: list[FoundRating]) -> list[FoundRating]:
    kept: list[FoundRating] = []
    for start, end, rating in sorted(found):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, rating))
    return kept

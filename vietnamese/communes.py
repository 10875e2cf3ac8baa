"""Communes by present and former names, with or without diacritics, and the unit that a former one belongs to now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from vietnamese.folding import accented, fold, fold_word, tokens
from vietnamese.rewriting import Word
from vietnamese.syllables import is_marked

_KINDS = {
    "phuong": "phuong", "p": "phuong", "xa": "xa", "x": "xa", "thi tran": "thi tran", "tt": "thi tran",
    "dac khu": "dac khu", "huyen dao": "dac khu",
}  # fmt: skip
# "huyện Diên Khánh" and "thành phố Cam Ranh" were larger than the communes of that name.
_LARGER = frozenset(("huyen", "tinh", "pho", "tp", "thi xa", "quan", "khu", "duong", "truong", "cho", "song", "nui"))
_BEFORE_A_PLACE = frozenset(
    "o tai ra ve duoi ben que den toi tu len qua thuoc khu thon vuc gan vo vao trong to cho dia chi".split()
)
_FORMER = frozenset(("cu", "truoc", "xua"))
_LONGEST_STEM = 4


@dataclass(frozen=True, slots=True)
class FoundCommune:
    """Present units that a stretch may mean, that of the same name first.

    ``former_name`` is the whole former name if the stretch can only mean a unit that is no longer.
    """

    start: int
    end: int
    units: tuple[str, ...]
    former_name: str | None


@dataclass(slots=True)
class _Named:
    """What one folded stem stands for: full names, present ones to themselves, former ones to where they went."""

    present: list[str] = field(default_factory=list)
    former: dict[str, list[str]] = field(default_factory=dict)


class Communes:
    """Finds communes in messages."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        """``names``: each present name with the former ones merged into it."""
        self._by_stem: dict[str, _Named] = {}
        for present, formers in names.items():
            self._named(present).present.append(present)
            for former in formers:
                self._named(former).former.setdefault(former, []).append(present)

    def find(self, text: str, words: Sequence[Word]) -> list[FoundCommune]:
        """Return the communes in ``text``; ``words`` are its treated words."""
        bare = [fold_word(word.text) for word in words]
        found: list[FoundCommune] = []
        position = 0
        while position < len(words):
            commune, length = self._at(text, words, bare, position)
            if commune is not None:
                found.append(commune)
            position += length
        return found

    def _named(self, name: str) -> _Named:
        return self._by_stem.setdefault(_stem_of(name), _Named())

    def _at(
        self, text: str, words: Sequence[Word], bare: Sequence[str], position: int
    ) -> tuple[FoundCommune | None, int]:
        kind, kind_length = _kind_at(bare, position)
        start = position + kind_length
        for length in range(_LONGEST_STEM, 0, -1):
            stem = " ".join(bare[start : start + length])
            named = self._by_stem.get(stem) if start + length <= len(bare) else None
            if named is None:
                continue
            end = start + length
            is_former = end < len(bare) and bare[end] in _FORMER
            if not kind and not _is_a_place(text, words, bare, position, end, is_former):
                return None, 1
            written = [word.text for word in words[start:end]]
            units, former_name = _resolve(named, kind, written, is_former)
            if units:
                last = end if is_former and bare[end] == "cu" else end - 1
                return FoundCommune(words[position].start, words[last].end, units, former_name), last + 1 - position
        return None, 1


def _resolve(named: _Named, kind: str, written: Sequence[str], is_former: bool) -> tuple[tuple[str, ...], str | None]:
    present = [name for name in named.present if _agrees(name, written)]
    former = {name: units for name, units in named.former.items() if _agrees(name, written)}
    of_kind = [name for name in present if _kind_of(name) == kind]
    former_of_kind = {name: units for name, units in former.items() if _kind_of(name) == kind}
    if kind and (of_kind or former_of_kind):
        present, former = of_kind, former_of_kind
    if is_former and former:
        present = []
    elif kind and present:
        former = {}
    units = dict.fromkeys((*present, *(unit for found in former.values() for unit in found)))
    former_name = next(iter(former)) if len(former) == 1 and not present else None
    return tuple(units), former_name


def _is_a_place(text: str, words: Sequence[Word], bare: Sequence[str], start: int, end: int, is_former: bool) -> bool:
    """Tell whether a name without "xã" or "phường" is meant as a place: the whole message, or introduced, or a name."""
    before = bare[start - 1] if start else ""
    if before in _LARGER:
        return False
    if is_former or before in _BEFORE_A_PLACE or end - start == len(words):
        return True
    written = [text[word.start : word.end] for word in words[start:end]]
    return all(word[:1].isupper() and not word.isupper() for word in written) and not text.istitle()


def _kind_at(bare: Sequence[str], position: int) -> tuple[str, int]:
    for length in (2, 1):
        kind = _KINDS.get(" ".join(bare[position : position + length]))
        if kind is not None and position + length < len(bare):
            return kind, length
    return "", 0


def _kind_of(name: str) -> str:
    return _kind_at([*tokens(fold(name)), ""], 0)[0]


def _stem_of(name: str) -> str:
    bare = tokens(fold(name))
    return " ".join(bare[_kind_at(bare, 0)[1] :])


def _agrees(name: str, written: Iterable[str]) -> bool:
    """Tell whether the written words have the name's diacritics, as far as they have any."""
    stem = tokens(accented(name))[-len(list(written)) :]
    return all(not is_marked(word) or word == listed for word, listed in zip(written, stem, strict=True))

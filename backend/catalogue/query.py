"""Understands what a person wrote when looking for a procedure: the subject, and what only surrounds it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from backend.catalogue.record import Level
from backend.catalogue.terms import Word, pair_terms, words_of
from vietnamese.folding import clean

_CODE = re.compile(r"(?<![\d.])(\d)[.,]?\s?(\d{6}(?:\.[A-Z0-9.]*[A-Z0-9])?)(?![\d.-]*\d)", re.IGNORECASE)

# A facet word may still be part of a name ("hồ sơ", "giấy tờ"), so it counts, only little.
FACET_WEIGHT = 0.15
_WORDS_BEFORE_A_FIELD = frozenset({"linh", "vuc", "ve", "nganh", "mang"})

# "giấy" is left out of names like a word for doing, but asks for nothing yet; the others ask for nothing in particular.
_NO_DOING = ("giay",)
_ANY_DOING = (*_NO_DOING, "lam", "xin", "can", "lo")

_LONGEST_QUESTION = 1000
_MOST_WORDS = 150

Phrase = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question and how much it counts in the search."""

    word: Word
    weight: float
    is_expanded: bool = False
    """Official words have been added for it, so that it need not stand in the catalogue itself."""

    @property
    def is_around(self) -> bool:
        """Whether it is politeness or a facet, which only surrounds the subject."""
        return self.weight <= FACET_WEIGHT


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood."""

    terms: tuple[Term, ...]
    expansions: tuple[Phrase, ...] = ()
    subject: str = ""
    code: str | None = None
    level: Level | None = None
    field_id: str | None = None
    """The field that the question names, if it names nothing else."""
    field_is_official: bool = False
    """The field was named by its official name, which is no procedure's name."""
    agency_id: str | None = None
    special_cases: frozenset[int] = frozenset()
    """Numbers of the special cases that the question mentions."""
    core: tuple[str, ...] = ()
    """The folded words of the subject without "làm", "đăng ký" and the like, to compare with a whole name."""
    is_bare: bool = False
    """The subject is a thing without a word for doing anything about it."""
    is_thing: bool = False
    """The same, or with no more than "làm", "xin"."""
    is_marked: bool = False
    """The writer uses diacritics, so a word without them is meant that way."""

    @property
    def has_subject(self) -> bool:
        """Whether anything is left besides politeness, facets and filters."""
        return any(term.weight > FACET_WEIGHT for term in self.terms)


@dataclass(frozen=True, slots=True)
class SpecialCase:
    """A circumstance that some procedures are for; who does not mention it seldom means them."""

    in_name: Sequence[Phrase]
    asked_by: Sequence[Phrase]


@dataclass(frozen=True, slots=True)
class QueryWords:
    """The word lists of ``data/catalogue/query-words.yml``."""

    fillers: Sequence[Phrase]
    facets: Sequence[Phrase]
    actions: Sequence[Phrase]
    commonplaces: Sequence[Phrase]
    levels: Mapping[Level, Sequence[Phrase]]
    not_levels: Sequence[Phrase]
    expansions: Mapping[Phrase, Phrase]
    special_cases: Sequence[SpecialCase]

    @classmethod
    def read(cls, path: Path) -> QueryWords:
        """Read the word lists."""
        lists = yaml.safe_load(path.read_text("utf-8"))
        return cls(
            fillers=_phrases(lists["fillers"]),
            facets=_phrases(lists["facets"]),
            actions=_phrases(lists["actions"]),
            commonplaces=_phrases(lists["commonplaces"]),
            levels={Level(level): _phrases(texts) for level, texts in lists["levels"].items()},
            not_levels=_phrases(lists["not_levels"]),
            expansions={
                tuple(words_of(lay)): tuple(words_of(official)) for lay, official in lists["expansions"].items()
            },
            special_cases=[
                SpecialCase(_phrases(case["name"]), _phrases((*case["name"], *case["asked"])))
                for case in lists["special_cases"]
            ],
        )


def _phrases(texts: Iterable[str]) -> list[Phrase]:
    return [phrase for text in texts if (phrase := tuple(words_of(str(text))))]


def _agrees(written: Word, listed: Word) -> bool:
    return written.folded == listed.folded and (not written.marked or written.accented == listed.accented)


class PhraseFinder:
    """Finds listed phrases in a question, longest first, with or without diacritics."""

    def __init__(self, phrases: Iterable[tuple[Phrase, str]]) -> None:
        self._by_first: dict[str, list[tuple[Phrase, str]]] = {}
        for phrase, meaning in phrases:
            self._by_first.setdefault(phrase[0].folded, []).append((phrase, meaning))
        for candidates in self._by_first.values():
            candidates.sort(key=lambda candidate: -len(candidate[0]))

    def find(self, words: Sequence[Word]) -> Iterable[tuple[int, int, str]]:
        """Yield ``(start, end, meaning)`` of the phrases found, without overlaps."""
        position = 0
        while position < len(words):
            for phrase, meaning in self._by_first.get(words[position].folded, ()):
                end = position + len(phrase)
                if end <= len(words) and all(map(_agrees, words[position:end], phrase)):
                    yield position, end, meaning
                    position = end
                    break
            else:
                position += 1


class QueryReader:
    """Turns what a person wrote into a :class:`Query`."""

    def __init__(
        self,
        words: QueryWords,
        *,
        field_names: Mapping[str, Sequence[str]],
        agency_names: Mapping[str, Sequence[str]],
        procedure_names: Iterable[Sequence[Word]] = (),
    ) -> None:
        """``field_names`` and ``agency_names``: the official name of each first, then the everyday ones."""
        self.words = words
        self._surroundings = PhraseFinder((phrase, "") for phrase in (*words.fillers, *words.facets))
        self._actions = PhraseFinder((phrase, "") for phrase in words.actions)
        self._levels = PhraseFinder(
            [(p, level) for level, phrases in words.levels.items() for p in phrases]
            + [(p, "") for p in words.not_levels]
        )
        # An agency's one-word alias ("xã") says no more than the level does.
        self._agencies = PhraseFinder(
            (p, agency) for agency, names in agency_names.items() for p in _phrases(names) if len(p) > 1
        )
        self._expansions = PhraseFinder((lay, str(n)) for n, lay in enumerate(words.expansions))
        self._expanded = list(words.expansions.values())
        cases = list(enumerate(words.special_cases))
        self._special_asked = PhraseFinder((p, str(n)) for n, case in cases for p in case.asked_by)
        self._special_named = PhraseFinder((p, str(n)) for n, case in cases for p in case.in_name)
        self._fields: dict[tuple[str, ...], list[tuple[Phrase, str, bool]]] = {}
        for identifier, names in field_names.items():
            for number, phrase in enumerate(_phrases(names)):
                key = tuple(word.folded for word in phrase)
                self._fields.setdefault(key, []).append((phrase, identifier, number == 0))
        self._known_pairs = {pair for name in procedure_names for pair in pair_terms(list(name))}

    def read(self, text: str) -> Query:
        """Understand ``text``; what comes after a thousand letters adds nothing."""
        text = clean(text[:_LONGEST_QUESTION])
        code = _CODE.search(text)
        if code:
            text = f"{text[: code.start()]} {text[code.end() :]}"
        words = words_of(text)[:_MOST_WORDS]
        is_marked = any(word.marked for word in words)
        weights = [1.0] * len(words)
        level, agency = self._read_filters(words, weights)
        self._weaken_surroundings(words, weights, is_marked=is_marked)
        left = [word for word, weight in zip(words, weights, strict=True) if weight == 1.0]
        core = self.core_of([word for word, weight in zip(words, weights, strict=True) if weight > FACET_WEIGHT])
        field_id, is_official = self._field_named(left)
        expansions = list(self._expansions.find(words))
        expanded = {position for start, end, _ in expansions for position in range(start, end)}
        return Query(
            terms=tuple(
                Term(word, weight, position in expanded)
                for position, (word, weight) in enumerate(zip(words, weights, strict=True))
                if weight
            ),
            expansions=tuple(self._expanded[int(number)] for _, _, number in expansions),
            subject=" ".join(word.written for word in left),
            code=f"{code[1]}.{code[2].upper()}" if code else None,
            level=level,
            field_id=field_id,
            field_is_official=is_official,
            agency_id=agency,
            special_cases=frozenset(int(number) for _, _, number in self._special_asked.find(words)),
            core=core,
            is_bare=all(word.folded in (*core, *_NO_DOING) for word in left),
            is_thing=all(word.folded in (*core, *_ANY_DOING) for word in left),
            is_marked=is_marked,
        )

    def core_of(self, words: Sequence[Word]) -> tuple[str, ...]:
        """Return the folded words that are left without those for doing, which everybody chooses freely."""
        doing = {position for start, end, _ in self._actions.find(words) for position in range(start, end)}
        return tuple(word.folded for position, word in enumerate(words) if position not in doing)

    def core_of_name(self, words: Sequence[Word]) -> tuple[str, ...]:
        """Return the folded words that tell a procedure's name from others."""
        words = list(words)
        weights = [1.0] * len(words)
        self._weaken_surroundings(words, weights, is_marked=True)
        return self.core_of([word for word, weight in zip(words, weights, strict=True) if weight > FACET_WEIGHT])

    def special_cases_of(self, name: Sequence[Word]) -> frozenset[int]:
        """Return the numbers of the special cases that a procedure of this name is for."""
        return frozenset(int(number) for _, _, number in self._special_named.find(name))

    def _read_filters(self, words: list[Word], weights: list[float]) -> tuple[Level | None, str | None]:
        level: Level | None = None
        agency: str | None = None
        for start, end, meaning in self._levels.find(words):
            if not meaning:
                continue
            level = level or Level(meaning)
            weights[start:end] = [0.0] * (end - start)
        for start, end, meaning in self._agencies.find(words):
            agency = agency or meaning
            weights[start:end] = [min(weight, FACET_WEIGHT) for weight in weights[start:end]]
        return level, agency

    def _weaken_surroundings(self, words: list[Word], weights: list[float], *, is_marked: bool) -> None:
        for start, end, _ in self._surroundings.find(words):
            # Without diacritics a lone "can" may be "cần" as well as the first half of "căn cước".
            if is_marked or end - start > 1 or not self._begins_a_known_pair(words[start : start + 2]):
                weights[start:end] = [min(old, FACET_WEIGHT) for old in weights[start:end]]

    def _begins_a_known_pair(self, words: Sequence[Word]) -> bool:
        return any(pair in self._known_pairs for pair in pair_terms(list(words)))

    def _field_named(self, words: Sequence[Word]) -> tuple[str | None, bool]:
        is_explicit = False
        while words and words[0].folded in _WORDS_BEFORE_A_FIELD:
            words = words[1:]
            is_explicit = True
        for phrase, identifier, is_official in self._fields.get(tuple(word.folded for word in words), ()):
            if all(map(_agrees, words, phrase)):
                return identifier, is_official or is_explicit
        return None, False

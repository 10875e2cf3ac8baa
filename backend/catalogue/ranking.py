"""Scores every procedure, and every matter that is handled elsewhere, for one question."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.catalogue.elsewhere import ElsewhereTopic
from backend.catalogue.entries import SearchEntry
from backend.catalogue.index import BagIndex, FloatArray
from backend.catalogue.query import FACET_WEIGHT, Query, QueryReader
from backend.catalogue.record import Level
from backend.catalogue.terms import Word, marked_terms, pair_terms, unit_terms
from backend.catalogue.tuning import Tuning

WordsOf = Callable[[str], list[Word]]

_LONGEST_NAME_WITHIN = 12


@dataclass(frozen=True, slots=True)
class Scores:
    """What a question comes to."""

    procedures: FloatArray
    """One score a procedure, to rank by."""
    likeness: FloatArray
    """One number a procedure: about the share of the question that it explains."""
    elsewhere: FloatArray
    """The same for each matter that is handled elsewhere."""
    named: FloatArray
    """Of each procedure: how many words long is the name of it that stands whole in the question."""
    terms: dict[str, float]
    """The folded terms of the question that were looked for, with their weights."""


class Ranking:
    """Holds the indexes over names, everyday phrasings and contexts of a fixed set of procedures."""

    def __init__(
        self,
        entries: Sequence[SearchEntry],
        topics: Sequence[ElsewhereTopic],
        reader: QueryReader,
        tuning: Tuning,
        words_of: WordsOf,
    ) -> None:
        """``words_of`` is not kept: it may hold all the texts."""
        self._count = len(entries)
        self._agencies = np.array([entry.agency_id for entry in entries], dtype=object)
        self._tuning = tuning
        self.called: dict[tuple[str, ...], set[int]] = {}
        """Which procedures are called so, officially or in short, whatever the word for doing it."""
        self._short_names: dict[tuple[str, ...], int] = {}
        for number, entry in enumerate(entries):
            for name in (entry.name, entry.short_name):
                self.called.setdefault(reader.core_of_name(words_of(name)), set()).add(number)
            self._short_names.setdefault(_folded(words_of(entry.short_name)), number)
        self.called.pop((), None)
        # Bags are made one by one: all at once they would take ten times the room of the index.
        self.whole = BagIndex(
            itertools.chain(
                (_bag(entry.phrasings, _named(entry, words_of), words_of) for entry in entries),
                (_bag(topic.phrasings, Counter(), words_of) for topic in topics),
            ),
            saturation=tuning.saturation,
            length_penalty=tuning.length_penalty,
        )
        self._names = BagIndex(
            (_named(entry, words_of) for entry in entries),
            saturation=1.2,
            length_penalty=tuning.name_length_penalty,
        )
        self._contexts = BagIndex(
            (Counter(_terms(words_of(entry.context))) for entry in entries), saturation=1.2, length_penalty=0.3
        )
        self._popularity: FloatArray = np.array([entry.popularity for entry in entries], dtype=np.float32)
        self._is_unphrased = np.array([not entry.phrasings for entry in entries], dtype=bool)
        self._at_level = {level: np.array([level in entry.levels for entry in entries], dtype=bool) for level in Level}
        cases = [reader.special_cases_of(words_of(entry.name)) for entry in entries]
        self._special: NDArray[np.bool_] = np.array(
            [[case in own for own in cases] for case in range(len(reader.words.special_cases))], dtype=bool
        )
        self._ministry_only: NDArray[np.bool_] = np.array(
            [entry.levels == (Level.MINISTRY,) for entry in entries], dtype=bool
        )

    def score(self, query: Query) -> Scores:
        """Return the scores of everything for ``query``."""
        tuning = self._tuning
        count = self._count
        weighed = self._weigh(query)
        terms = {**weighed.subject, **{term: FACET_WEIGHT * weight for term, weight in weighed.around.items()}}
        total = sum(weight * self.whole.rarity(term) for term, weight in terms.items()) or 1.0
        subject = self.whole.scores(weighed.subject) + tuning.mark_weight * self.whole.scores(weighed.marked)
        around = self.whole.scores(weighed.around)
        # "how much does it cost" tells two procedures apart a little, and a procedure from a price not at all.
        likeness = (subject + FACET_WEIGHT * around) / total
        names = self._names.scores(terms)
        # A thing alone ("giấy phép lái xe") asks for what is called so, the most asked for first.
        is_short = len(query.core) <= (tuning.words_of_a_thing if query.is_thing else 2)
        name_weight = tuning.name_weight_of_thing if is_short else tuning.name_weight
        popularity_share = tuning.popularity_share_of_thing if is_short else tuning.popularity_share
        scores = (subject + tuning.around_weight * around)[:count] + name_weight * names
        scores = np.where(self._is_unphrased, scores * tuning.unphrased_factor, scores)
        if query.agency_id is not None:
            of_agency = self._agencies == query.agency_id
            scores = np.where(of_agency, scores * tuning.agency_factor, scores)
        scores = np.where(scores > 0, scores + tuning.context_weight * self._contexts.scores(terms), 0)
        scores = scores * (1 + popularity_share * self._popularity)
        if query.level is not None:
            scores = np.where(self._at_level[query.level], scores, scores * tuning.other_level_factor)
        else:
            scores = np.where(self._ministry_only, scores * tuning.ministry_factor, scores)
            # Of the same thing at several offices, the nearest.
            scores = np.where(self._at_level[Level.COMMUNE], scores * tuning.commune_factor, scores)
        special = tuning.special_case_of_bare_factor if query.is_bare else tuning.special_case_factor
        scores = np.where(self.not_mentioned(query), scores * special, scores)
        named = np.zeros(count, dtype=np.float32)
        for numbers, length in self._named_within(query.core):
            named[numbers] = np.maximum(named[numbers], length)
            scores[numbers] *= 1 + min(tuning.named_within_share * length, tuning.named_within_most)
        return Scores(
            procedures=(scores / total).astype(np.float32),
            likeness=likeness[:count].astype(np.float32),
            elsewhere=likeness[count:].astype(np.float32),
            named=named,
            terms=terms,
        )

    def is_named(self, number: int, core: Sequence[str]) -> bool:
        """Tell whether the procedure's name holds all of the subject's words, and each beside the next."""
        pairs = (f"{first} {second}" for first, second in zip(core, core[1:], strict=False))
        return len(core) > 1 and all(self._names.holds(number, pair) for pair in pairs)

    def said_in_full(self, words: list[Word]) -> int | None:
        """Return the number of the procedure whose short name this is, as a choice shows it."""
        return self._short_names.get(_folded(words))

    def not_mentioned(self, query: Query) -> NDArray[np.bool_]:
        """Return which procedures are for a special case that the question does not mention."""
        not_mentioned = np.zeros(self._count, dtype=bool)
        for case, special in enumerate(self._special):
            if case not in query.special_cases:
                not_mentioned |= special
        return not_mentioned

    def _named_within(self, core: tuple[str, ...]) -> Iterator[tuple[list[int], int]]:
        """Yield the procedures whose whole name stands in the question, and how many words that is."""
        for start in range(len(core)):
            for length in range(2, min(_LONGEST_NAME_WITHIN, len(core) - start) + 1):
                numbers = self.called.get(core[start : start + length])
                if numbers:
                    yield list(numbers), length

    def _weigh(self, query: Query) -> _Weighed:
        tuning = self._tuning
        weighed = _Weighed({}, {}, {})
        for term in query.terms:
            if not term.is_expanded or term.word.folded in self.whole:
                weighed.add(term.word.folded, 1.0 if term.is_around else term.weight, is_around=term.is_around)
            if term.word.marked:
                weighed.marked[marked_terms([term.word])[0]] = term.weight
        for first, second in zip(query.terms, query.terms[1:], strict=False):
            pair = pair_terms([first.word, second.word])[0]
            if first.is_expanded and second.is_expanded and pair not in self.whole:
                continue
            is_around = first.is_around or second.is_around
            weight = 1.0 if is_around else min(first.weight, second.weight)
            weighed.add(pair, tuning.pair_weight * weight, is_around=is_around)
        for phrase in query.expansions:
            for unit in unit_terms(list(phrase)):
                weighed.add(unit, tuning.expansion_weight)
            for pair in pair_terms(list(phrase)):
                weighed.add(pair, tuning.expansion_weight * tuning.pair_weight)
        for said in weighed.subject:
            weighed.around.pop(said, None)
        return weighed


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The terms of a question with their weights: of the subject, of what surrounds it, and with their diacritics."""

    subject: dict[str, float]
    around: dict[str, float]
    marked: dict[str, float]

    def add(self, term: str, weight: float, *, is_around: bool = False) -> None:
        """Note a term; what is said twice counts once, with the greater weight."""
        terms = self.around if is_around else self.subject
        terms[term] = max(terms.get(term, 0.0), weight)


def _named(entry: SearchEntry, words_of: WordsOf) -> Counter[str]:
    names = dict.fromkeys((entry.name, entry.short_name))
    return Counter(term for name in names for term in _terms(words_of(name)))


def _bag(texts: Iterable[str], bag: Counter[str], words_of: WordsOf) -> Counter[str]:
    for text in texts:
        bag.update(set(_terms(words_of(text))))
    return bag


def _folded(words: list[Word]) -> tuple[str, ...]:
    return tuple(word.folded for word in words)


def _terms(words: list[Word]) -> list[str]:
    return [*unit_terms(words), *pair_terms(words), *marked_terms(words)]

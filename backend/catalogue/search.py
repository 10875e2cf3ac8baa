"""Finds procedures by what people write. Built from the whole catalogue, held in memory, never changed in place."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backend.catalogue.anchors import Anchors
from backend.catalogue.entries import MOST_CHOICES, Hit, SearchEntry, SearchFilters, SearchResult, Verdict
from backend.catalogue.index import FloatArray, IndexedText, InvertedIndex
from backend.catalogue.query import FACET_WEIGHT, Query, QueryReader, Term
from backend.catalogue.record import Level
from backend.catalogue.spelling import SpellingHelper
from backend.catalogue.terms import marked_terms, pair_terms, unit_terms, words_of
from backend.catalogue.tuning import Tuning

_LONGEST_NAME_WITHIN = 12
# Each costs a third of a millisecond; a text with more unknown words is not about procedures.
_MOST_CORRECTIONS = 8


class CatalogueSearch:
    """Searches a fixed set of procedures."""

    def __init__(self, entries: Sequence[SearchEntry], reader: QueryReader, tuning: Tuning | None = None) -> None:
        self.entries = tuple(entries)
        self._tuning = tuning or Tuning()
        self.reader = reader
        self._number_of = {entry.code: number for number, entry in enumerate(self.entries)}
        texts = list(self._texts())
        self._index = InvertedIndex(texts, len(self.entries))
        self._whole = InvertedIndex(self._wholes(texts), len(self.entries))
        self._contexts = InvertedIndex(
            (
                self._text(number, "context", entry.context, 0.3)
                for number, entry in enumerate(self.entries)
                if entry.context
            ),
            len(self.entries),
        )
        self._called = self._whole_names()
        self._anchors = Anchors(self.entries, reader)
        self._spelling = SpellingHelper(*self._occurrences())
        self._popularity: FloatArray = np.array([entry.popularity for entry in self.entries], dtype=np.float32)
        self._at_level = {
            level: np.array([level in entry.levels for entry in self.entries], dtype=bool) for level in Level
        }
        cases = [reader.special_cases_of(entry.name) for entry in self.entries]
        self._special: NDArray[np.bool_] = np.array(
            [[case in own for own in cases] for case in range(len(reader.words.special_cases))], dtype=bool
        )
        self._ministry_only: NDArray[np.bool_] = np.array(
            [entry.levels == (Level.MINISTRY,) for entry in self.entries], dtype=bool
        )

    def _texts(self) -> Iterator[IndexedText]:
        tuning = self._tuning
        for number, entry in enumerate(self.entries):
            for name in dict.fromkeys((entry.name, entry.short_name)):
                yield self._text(number, "name", name, tuning.name_length_penalty)
            for phrasing in entry.phrasings:
                yield self._text(number, "phrasing", phrasing, tuning.phrasing_length_penalty)

    def _text(self, owner: int, kind: str, text: str, length_penalty: float) -> IndexedText:
        words, weights = self.reader.weighted_words(text)
        terms: list[tuple[str, float]] = []
        for word, weight in zip(words, weights, strict=True):
            terms.append((word.folded, weight))
            if word.marked:
                terms.append((marked_terms([word])[0], weight))
        pairs = pair_terms(words)
        terms.extend((pair, min(two)) for pair, two in zip(pairs, zip(weights, weights[1:], strict=False), strict=True))
        return IndexedText(owner, kind, terms, length_penalty, any(word.marked for word in words))

    def _wholes(self, texts: Sequence[IndexedText]) -> Iterator[IndexedText]:
        """All that is said of a procedure as one text: a question may join words of several phrasings."""
        for owner, group in itertools.groupby(texts, key=lambda text: text.owner):
            seen: dict[str, float] = {}
            kind = "name"
            for text in group:
                kind = text.kind
                for term, weight in text.terms:
                    seen[term] = (
                        seen.get(term, 0.0) + weight if self._tuning.whole_counts else max(seen.get(term, 0.0), weight)
                    )
            yield IndexedText(owner, kind, list(seen.items()), self._tuning.whole_length_penalty)

    def _whole_names(self) -> dict[tuple[str, ...], set[int]]:
        """Return which procedures are called so, officially or in short, whatever the word for doing it."""
        called: dict[tuple[str, ...], set[int]] = {}
        for number, entry in enumerate(self.entries):
            for name in (entry.name, entry.short_name):
                called.setdefault(self.reader.read(name).core, set()).add(number)
        called.pop((), None)
        return called

    def _occurrences(self) -> tuple[dict[str, int], dict[str, int]]:
        """Count the words and the pairs of words of all texts."""
        units: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        for entry in self.entries:
            for text in dict.fromkeys((entry.name, entry.short_name, *entry.phrasings)):
                words = words_of(text, self.reader.words.abbreviations)
                units.update(unit_terms(words))
                pairs.update(pair_terms(words))
        return dict(units), dict(pairs)

    def search(
        self, text: str, filters: SearchFilters | None = None, *, limit: int = 10, offset: int = 0
    ) -> SearchResult:
        """Find procedures for what a person wrote; never raises, whatever the text."""
        query = self._respelled(self.reader.read(text))
        allowed = self._allowed(filters or SearchFilters())
        if query.code is not None:
            return self._by_code(query, allowed)
        if not self.entries:
            return SearchResult(query, Verdict.NONE, (), 0)
        if not query.has_subject or query.field_is_official:
            return self._list(query, allowed, limit, offset, is_blank=not text.strip())
        scores, wanted = self._score(query)
        scores = np.where(allowed, scores, np.float32(0))
        called_so = [number for number in self._called.get(query.core, ()) if allowed[number]]
        said = self._anchors.said_in_full(text)
        if said is not None and allowed[said]:
            called_so = [said]
        verdict = Verdict.ONE if called_so == [said] else self._judge(query, scores, wanted, called_so)
        if verdict is Verdict.NONE:
            if query.field_id and not query.is_not_here:
                return self._list(query, allowed, limit, offset, is_blank=False)
            return SearchResult(query, Verdict.NONE, (), 0)
        # Who says a name gets what is called so first, whatever else holds the same words.
        ranked = scores.copy()
        ranked[called_so] += scores.max() + 1
        order = np.argsort(-ranked, kind="stable")[: offset + limit]
        hits = tuple(Hit(self.entries[n], min(1.0, float(ranked[n]))) for n in order[offset:] if ranked[n] > 0)
        return SearchResult(query, verdict, hits, int((ranked > 0).sum()))

    def _allowed(self, filters: SearchFilters) -> NDArray[np.bool_]:
        if filters == SearchFilters():
            return np.ones(len(self.entries), dtype=bool)
        return np.array([filters.allow(entry) for entry in self.entries], dtype=bool)

    def _by_code(self, query: Query, allowed: NDArray[np.bool_]) -> SearchResult:
        number = self._number_of.get(query.code or "")
        if number is None or not allowed[number]:
            return SearchResult(query, Verdict.NONE, (), 0)
        return SearchResult(query, Verdict.ONE, (Hit(self.entries[number], 1.0),), 1)

    def _list(
        self, query: Query, allowed: NDArray[np.bool_], limit: int, offset: int, *, is_blank: bool
    ) -> SearchResult:
        """List what the question's filters leave, the most asked for first."""
        is_filtered = bool(query.field_id or query.agency_id or query.level) or not allowed.all()
        if not is_filtered and not is_blank:
            return SearchResult(query, Verdict.NONE, (), 0)
        named = SearchFilters(query.level, query.field_id, query.agency_id)
        left = np.flatnonzero(allowed & self._allowed(named))
        ordered = sorted(left, key=lambda n: (-self.entries[n].popularity, not self.entries[n].has_record, n))
        hits = tuple(Hit(self.entries[n], self.entries[n].popularity / 5) for n in ordered[offset : offset + limit])
        return SearchResult(query, Verdict.LIST if hits else Verdict.NONE, hits, len(ordered))

    def _judge(self, query: Query, scores: FloatArray, wanted: float, called_so: Sequence[int]) -> Verdict:
        """Tell what the scores amount to; ``wanted`` is the weight of all that the question says.

        A long, chatty question is answered if enough telling words of it are explained, a short one if most of it is.
        """
        tuning = self._tuning
        best, second = np.partition(np.append(scores, (0, 0)), -2)[[-1, -2]]
        evidence = best * wanted / self._index.rarity_of_unknown
        leading = np.argsort(-scores, kind="stable")[:MOST_CHOICES].tolist()
        if is_anchored := self._anchors.hold(query, leading):
            is_answered = best >= tuning.enough_share or best * evidence >= tuning.enough_evidence
        else:
            is_close = best >= tuning.enough_share_of_strange and evidence >= tuning.least_evidence_of_strange
            is_answered = is_close or best * evidence >= tuning.enough_evidence_of_strange
        if query.is_not_here or not (is_answered or called_so):
            return Verdict.NONE
        # "đăng ký khai sinh" names a procedure; "khai sinh" alone may be any of several.
        if len(called_so) == 1 and not query.is_bare:
            return Verdict.ONE
        first = scores[called_so[0]] if len(called_so) == 1 else best
        near = tuning.near_when_short
        if not query.is_bare:
            near = tuning.near if len(query.core) > tuning.short_words else near
            # Who does not mention a special case seldom means it, so it is a weak rival of the plain procedure.
            plain = np.where(self._not_mentioned(query), scores * tuning.special_rival_factor, scores)
            second = np.partition(np.append(plain, (0, 0)), -2)[-2]
        rival = second if first == best else best
        # What is known by its name only, or shares nothing telling with the question, is offered, not asserted.
        may_be_one = bool(called_so) or (is_anchored and self.entries[leading[0]].has_record)
        dominates = may_be_one and first >= tuning.sure_share and rival < first * near
        return Verdict.ONE if dominates else Verdict.SEVERAL

    def _respelled(self, query: Query) -> Query:
        """Put in the place of words that occur nowhere those that were probably meant."""
        terms: list[Term] = []
        corrections_left = _MOST_CORRECTIONS
        for number, term in enumerate(query.terms):
            before = terms[-1].word.folded if terms else ""
            after = query.terms[number + 1].word.folded if number + 1 < len(query.terms) else ""
            meant: tuple[str, ...] = ()
            if term.word.folded not in self._index and corrections_left:
                corrections_left -= 1
                meant = self._spelling.meant(term.word.folded, before, after)
            weight = term.weight * self._tuning.spelling_weight if meant else term.weight
            terms.extend([Term(word, weight) for part in meant for word in words_of(part)] or [term])
        core = self.reader.core_of([term.word for term in terms if term.weight > FACET_WEIGHT])
        return replace(query, terms=tuple(terms), core=core)

    def _weigh(self, query: Query) -> tuple[dict[str, float], dict[str, float]]:
        """Return the terms of a question with their weights: without diacritics, and with."""
        tuning = self._tuning
        folded: dict[str, float] = {}
        marked: dict[str, float] = {}

        def add(term: str, weight: float) -> None:
            folded[term] = max(folded.get(term, 0.0), weight)

        for term in query.terms:
            if not term.is_expanded or term.word.folded in self._index:
                add(term.word.folded, term.weight)
            if term.word.marked:
                marked[marked_terms([term.word])[0]] = term.weight
        for first, second in zip(query.terms, query.terms[1:], strict=False):
            pair = pair_terms([first.word, second.word])[0]
            if first.is_expanded and second.is_expanded and pair not in self._index:
                continue
            add(pair, tuning.pair_weight * min(first.weight, second.weight))
        for phrase in query.expansions:
            for unit in unit_terms(list(phrase)):
                add(unit, tuning.expansion_weight)
            for pair in pair_terms(list(phrase)):
                add(pair, tuning.expansion_weight * tuning.pair_weight)
        return folded, marked

    def _score(self, query: Query) -> tuple[FloatArray, float]:
        """Return each procedure's score: about the share of the question that it explains; and the whole."""
        tuning = self._tuning
        folded, marked = self._weigh(query)
        total = sum(weight * self._index.rarity(term) for term, weight in folded.items()) * (1 + tuning.whole_weight)
        scores = self._with_marks(self._index, folded, marked) + tuning.whole_weight * self._with_marks(
            self._whole, folded, marked
        )
        if query.agency_id is not None:
            of_agency = self._allowed(SearchFilters(agency_id=query.agency_id))
            scores = np.where(of_agency, scores * tuning.agency_factor, scores)
        context = self._contexts.best_of_each_owner(self._contexts.text_scores(folded))
        scores = np.where(scores > 0, scores + tuning.context_weight * context, 0)
        scores = scores * (1 + tuning.popularity_share * self._popularity)
        if query.level is not None:
            scores = np.where(self._at_level[query.level], scores, scores * tuning.other_level_factor)
        else:
            scores = np.where(self._ministry_only, scores * tuning.ministry_factor, scores)
        special = tuning.special_case_of_bare_factor if query.is_bare else tuning.special_case_factor
        scores = np.where(self._not_mentioned(query), scores * special, scores)
        for numbers, length in self._named_within(query.core):
            scores[numbers] *= 1 + min(tuning.named_within_share * length, tuning.named_within_most)
        return (scores / total).astype(np.float32), total

    def _not_mentioned(self, query: Query) -> NDArray[np.bool_]:
        """Return which procedures are for a special case that the question does not mention."""
        not_mentioned = np.zeros(len(self.entries), dtype=bool)
        for case, special in enumerate(self._special):
            if case not in query.special_cases:
                not_mentioned |= special
        return not_mentioned

    def _named_within(self, core: tuple[str, ...]) -> Iterator[tuple[list[int], int]]:
        """Yield the procedures whose whole name stands in the question, and how many words that is."""
        for start in range(len(core)):
            for length in range(2, min(_LONGEST_NAME_WITHIN, len(core) - start) + 1):
                numbers = self._called.get(core[start : start + length])
                if numbers:
                    yield list(numbers), length

    def _with_marks(self, index: InvertedIndex, folded: dict[str, float], marked: dict[str, float]) -> FloatArray:
        """Score with a bonus where the diacritics agree; who writes without them is matched as well as ever."""
        scores = index.text_scores(folded)
        if marked:
            agreeing = index.text_scores(marked)
            share = self._tuning.mark_weight
            scores = np.where(
                index.is_marked, scores + share * agreeing, scores * (1 + share * self._tuning.unmarked_text_share)
            )
            scores = scores / np.float32(1 + share)
        return index.best_of_each_owner(scores)

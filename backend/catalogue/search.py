"""Finds procedures by what people write. Built from the whole catalogue, held in memory, never changed in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backend.catalogue.elsewhere import ElsewhereTopic
from backend.catalogue.entries import Hit, SearchEntry, SearchFilters, SearchResult, Verdict
from backend.catalogue.index import FloatArray
from backend.catalogue.judging import Judge
from backend.catalogue.query import FACET_WEIGHT, Query, QueryReader, Term
from backend.catalogue.ranking import Ranking, Scores, WordsOf
from backend.catalogue.spelling import SpellingHelper
from backend.catalogue.terms import words_of
from backend.catalogue.tuning import Tuning

# Each costs a third of a millisecond; a text with more unknown words is not about procedures.
_MOST_CORRECTIONS = 8
_LONGEST_SHORT_NAME = 120


class CatalogueSearch:
    """Searches a fixed set of procedures."""

    def __init__(
        self,
        entries: Sequence[SearchEntry],
        reader: QueryReader,
        topics: Sequence[ElsewhereTopic] = (),
        tuning: Tuning | None = None,
        words_of: WordsOf = words_of,
    ) -> None:
        """``words_of`` may know the catalogue's own texts already."""
        # Sentences are only needed to build the indexes.
        self.entries = tuple(replace(entry, phrasings=()) for entry in entries)
        self.reader = reader
        self._topics = tuple(replace(topic, phrasings=()) for topic in topics)
        self._tuning = tuning or Tuning()
        self._number_of = {entry.code: number for number, entry in enumerate(self.entries)}
        self._ranking = Ranking(entries, topics, reader, self._tuning, words_of)
        self._judge = Judge(self._ranking, self._tuning)
        self._spelling = SpellingHelper(self._ranking.whole)

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
        scores = self._ranking.score(query)
        ranked = np.where(allowed, scores.procedures, np.float32(0))
        if ranked.max() < scores.procedures.max() * self._tuning.least_share_within_filters:
            # What was asked for lies outside of the filters; what is inside is something else.
            return SearchResult(query, Verdict.NONE, (), 0)
        called_so = [number for number in self._ranking.called.get(query.core, ()) if allowed[number]]
        said = self._ranking.said_in_full(words_of(text)) if len(text) <= _LONGEST_SHORT_NAME else None
        if said is not None and allowed[said]:
            called_so = [said]
        verdict = Verdict.ONE if called_so == [said] else self._judge.verdict(query, scores, ranked, called_so)
        if verdict is Verdict.NONE:
            listed = self._list(query, allowed, limit, offset, is_blank=False) if query.field_id else None
            return listed if listed and listed.hits else self._nothing(query, scores, ranked)
        worth = (ranked > 0) & (ranked >= ranked.max() * self._tuning.least_share_of_best)
        worth[called_so] = True
        # Who says a name gets what is called so first, whatever else holds the same words.
        share = ranked / (1 + ranked)
        share[called_so] = 1
        order = np.lexsort((-ranked, -share))[: offset + limit]
        hits = tuple(Hit(self.entries[n], float(share[n])) for n in order[offset:] if worth[n])
        return SearchResult(query, verdict, hits, int(worth.sum()))

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

    def _nothing(self, query: Query, scores: Scores, ranked: FloatArray) -> SearchResult:
        """Turn a question away: with the matter that it is about, or else with the nearest field."""
        nearest = int(np.argmax(ranked))
        if self._topics:
            topic = int(np.argmax(scores.elsewhere))
            if scores.elsewhere[topic] > scores.likeness[nearest] * self._tuning.name_before_elsewhere:
                return SearchResult(query, Verdict.NONE, (), 0, elsewhere=self._topics[topic])
        field = self.entries[nearest].field_id if ranked[nearest] > 0 else None
        return SearchResult(query, Verdict.NONE, (), 0, nearest_field_id=field)

    def _respelled(self, query: Query) -> Query:
        """Put in the place of words that occur nowhere those that were probably meant."""
        terms: list[Term] = []
        corrections_left = _MOST_CORRECTIONS
        for number, term in enumerate(query.terms):
            before = terms[-1].word.folded if terms else ""
            after = query.terms[number + 1].word.folded if number + 1 < len(query.terms) else ""
            meant: tuple[str, ...] = ()
            if term.word.folded not in self._ranking.whole and corrections_left:
                corrections_left -= 1
                meant = self._spelling.meant(term.word.folded, before, after)
            weight = term.weight * self._tuning.spelling_weight if meant else term.weight
            terms.extend([Term(word, weight) for part in meant for word in words_of(part)] or [term])
        core = self.reader.core_of([term.word for term in terms if term.weight > FACET_WEIGHT])
        return replace(query, terms=tuple(terms), core=core)

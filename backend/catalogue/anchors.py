"""What a question must share with a procedure's name before few and faint likenesses are taken for an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from backend.catalogue.entries import SearchEntry
from backend.catalogue.query import Query, QueryReader
from backend.catalogue.terms import pair_terms, words_of

# A pair of words in the names of more fields than these ("giấy phép", "đăng ký") does not tell what is wanted.
_MOST_FIELDS = 4


class Anchors:
    """Knows which pairs of words in procedures' names tell what a procedure is about, and the short names whole."""

    def __init__(self, entries: Sequence[SearchEntry], reader: QueryReader) -> None:
        fields: dict[str, set[str]] = defaultdict(set)
        owners: dict[str, set[int]] = defaultdict(set)
        for number, entry in enumerate(entries):
            for name in (entry.name, entry.short_name):
                for pair in pair_terms(words_of(name, reader.words.abbreviations)):
                    fields[pair].add(entry.field_id)
                    owners[pair].add(number)
        said_of_anything = {
            pair
            for phrase in (*reader.words.facets, *reader.words.actions, *reader.words.commonplaces)
            for pair in pair_terms(list(phrase))
        }
        self._owners = {
            pair: frozenset(numbers)
            for pair, numbers in owners.items()
            if len(fields[pair]) <= _MOST_FIELDS and pair not in said_of_anything
        }

        self._short_names: dict[tuple[str, ...], int] = {}
        for number, entry in enumerate(entries):
            self._short_names.setdefault(_folded(entry.short_name), number)

    def said_in_full(self, text: str) -> int | None:
        """Return the number of the procedure whose short name ``text`` is, as a choice shows it."""
        return self._short_names.get(_folded(text))

    def hold(self, query: Query, numbers: Iterable[int]) -> bool:
        """Tell whether the question names one of the procedures in part, or says an everyday word for it.

        A single word has no neighbour to be told by.
        """
        if query.expansions or len(query.terms) == 1:
            return True
        best = set(numbers)
        pairs = pair_terms([term.word for term in query.terms])
        return any(not best.isdisjoint(self._owners.get(pair, ())) for pair in pairs)


def _folded(text: str) -> tuple[str, ...]:
    return tuple(word.folded for word in words_of(text))

"""The search's numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """Weights, factors and thresholds, found on questions with known answers.

    ``*_of_strange``: for a question that shares no telling pair of words with the names of what was found.
    ``*_weight`` counts beside a plain word's 1; ``*_factor`` multiplies a score; ``enough_*`` and ``sure_share`` decide
    between an answer, a choice and "not found"; ``near`` is how close a rival must come to make it a choice.
    """

    pair_weight: float = 0.6
    mark_weight: float = 0.25
    unmarked_text_share: float = 0.7
    expansion_weight: float = 0.7
    spelling_weight: float = 0.8
    context_weight: float = 0.1
    whole_weight: float = 0.5
    whole_length_penalty: float = 0.0
    whole_counts: bool = True
    name_length_penalty: float = 0.75
    phrasing_length_penalty: float = 0.4
    popularity_share: float = 0.04
    other_level_factor: float = 0.9
    ministry_factor: float = 0.93
    agency_factor: float = 1.05
    special_case_factor: float = 0.8
    special_case_of_bare_factor: float = 0.85
    special_rival_factor: float = 0.7
    named_within_share: float = 0.04
    named_within_most: float = 0.3
    enough_share: float = 0.6
    enough_evidence: float = 0.55
    enough_share_of_strange: float = 0.8
    least_evidence_of_strange: float = 1.5
    enough_evidence_of_strange: float = 1.6
    sure_share: float = 0.4
    near: float = 0.78
    near_when_short: float = 0.72
    short_words: int = 2

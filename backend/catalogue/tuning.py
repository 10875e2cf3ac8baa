"""The search's numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """Weights, factors and thresholds, found on questions with known answers (docs/quality.md says how).

    ``*_weight`` counts beside a plain word's 1; ``*_factor`` multiplies a score; ``near`` is how close a rival must
    come to make an answer a choice. ``confidence_*``: a logistic regression over ``Evidence.features``.
    """

    saturation: float = 1.6
    length_penalty: float = 0.5
    pair_weight: float = 0.6
    around_weight: float = 0.6
    mark_weight: float = 0.25
    name_weight: float = 0.1
    name_weight_of_thing: float = 0.6
    words_of_a_thing: int = 4
    name_length_penalty: float = 0.5
    unphrased_factor: float = 1.4
    expansion_weight: float = 0.5
    spelling_weight: float = 0.8
    context_weight: float = 0.1
    popularity_share: float = 0.01
    popularity_share_of_thing: float = 0.15
    other_level_factor: float = 0.9
    commune_factor: float = 1.03
    ministry_factor: float = 0.93
    agency_factor: float = 1.05
    special_case_factor: float = 0.85
    special_case_of_bare_factor: float = 0.85
    special_rival_factor: float = 0.8
    named_within_share: float = 0.02
    named_within_most: float = 0.3
    least_share_of_best: float = 0.25
    least_share_within_filters: float = 0.4
    enough_confidence: float = 0.2
    confidence_bias: float = -7.95
    confidence_weights: tuple[float, ...] = (0.60, 2.11, 0.13, 2.30, 1.29, 4.91, 1.53, 0.58)
    name_before_elsewhere: float = 0.8
    all_explained: float = 0.97
    enough_pairs: float = 0.35
    clearly_nearer: float = 1.15
    nearer_to_be_asserted: float = 1.3
    sure_share: float = 0.4
    sure_explained: float = 0.7
    near: float = 0.78
    near_when_called_so: float = 0.85
    near_when_short: float = 0.72
    near_when_thing: float = 0.6
    short_words: int = 4

"""Decides what the scores of a question amount to: one answer, a choice, or that it is not known."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from backend.catalogue.entries import Verdict
from backend.catalogue.index import FloatArray
from backend.catalogue.query import Query
from backend.catalogue.ranking import Ranking, Scores
from backend.catalogue.tuning import Tuning


class Judge:
    """Weighs the best scores against each other and against what is handled elsewhere."""

    def __init__(self, ranking: Ranking, tuning: Tuning) -> None:
        self._ranking = ranking
        self._tuning = tuning

    def verdict(self, query: Query, scores: Scores, ranked: FloatArray, called_so: Sequence[int]) -> Verdict:
        """Tell what ``ranked`` amounts to; ``called_so`` are the procedures whose very name the question says."""
        if not (called_so or self._is_known(query, scores, ranked)):
            return Verdict.NONE
        # "đăng ký khai sinh" names a procedure; "khai sinh" alone may be any of several.
        if (len(called_so) == 1 and not query.is_thing) or self._is_nearly_called_so(query, scores, ranked):
            return Verdict.ONE
        tuning = self._tuning
        best, second = np.partition(np.append(ranked, (0, 0)), -2)[[-1, -2]]
        first = ranked[called_so[0]] if len(called_so) == 1 else best
        near = tuning.near
        if len(called_so) == 1 and not query.is_bare:
            near = tuning.near_when_called_so
        elif len(query.core) <= tuning.short_words:
            near = tuning.near_when_bare if query.is_thing else tuning.near_when_short
        if not query.is_bare:
            # Who does not mention a special case seldom means it, so it is a weak rival of the plain procedure.
            plain = np.where(self._ranking.not_mentioned(query), ranked * tuning.special_rival_factor, ranked)
            second = np.partition(np.append(plain, (0, 0)), -2)[-2]
        rival = second if first == best else best
        dominates = first >= tuning.sure_share and rival < first * near
        is_sure = dominates and (bool(called_so) or self._may_be_asserted(scores, ranked))
        return Verdict.ONE if is_sure else Verdict.SEVERAL

    def _is_nearly_called_so(self, query: Query, scores: Scores, ranked: FloatArray) -> bool:
        """Tell whether the question is a procedure's name and a word more: "làm khai sinh cho con"."""
        longest = float(scores.named.max()) if len(scores.named) else 0.0
        is_whole = 0 < len(query.core) - longest <= 1 and longest > 1
        alone = np.flatnonzero(scores.named == longest)
        return is_whole and not query.is_bare and len(alone) == 1 and int(alone[0]) == int(np.argmax(ranked))

    def _may_be_asserted(self, scores: Scores, ranked: FloatArray) -> bool:
        """Tell whether the best explains most of the question, and more of it than what is handled elsewhere."""
        best = int(np.argmax(ranked))
        rival = float(scores.elsewhere.max()) if len(scores.elsewhere) else 0.0
        _, _, explained, *_ = self.features(scores, ranked)
        is_clear = float(scores.likeness[best]) > rival * self._tuning.nearer_to_be_asserted
        return explained >= self._tuning.sure_explained and is_clear

    def _is_known(self, query: Query, scores: Scores, ranked: FloatArray) -> bool:
        tuning = self._tuning
        if self.confidence(scores, ranked) >= tuning.enough_confidence:
            return True
        # Two words say too little to be sure of, but they may be the name of the thing.
        best = int(np.argmax(ranked))
        rival = float(scores.elsewhere.max()) if len(scores.elsewhere) else 0.0
        is_nearer = float(scores.likeness[best]) >= rival * tuning.name_before_elsewhere
        if is_nearer and (scores.named[best] > 0 or self._ranking.is_named(best, query.core)):
            return True
        _, _, explained, pairs, *_ = self.features(scores, ranked)
        is_explained = explained >= tuning.all_explained and pairs >= tuning.enough_pairs
        return is_explained and float(scores.likeness[best]) > rival * tuning.clearly_nearer

    def confidence(self, scores: Scores, ranked: FloatArray) -> float:
        """Return how likely it is, 0 to 1, that the question is about a procedure at all."""
        features = self.features(scores, ranked)
        weights = self._tuning.confidence_weights
        logit = self._tuning.confidence_bias + sum(w * x for w, x in zip(weights, features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def features(self, scores: Scores, ranked: FloatArray) -> tuple[float, ...]:
        """Return what the confidence is worked out of; ``tuning`` names the parts in the same order."""
        if not len(ranked) or not scores.terms:
            return (0.0,) * 8
        best = int(np.argmax(ranked))
        whole = self._ranking.whole
        elsewhere = float(scores.elsewhere.max()) if len(scores.elsewhere) else 0.0
        share = float(scores.likeness[best])
        told = explained = pairs = 0.0
        for term, weight in scores.terms.items():
            telling = weight * whole.rarity(term)
            is_held = whole.holds(best, term)
            if " " in term:
                pairs += telling * is_held
            else:
                told += telling
                explained += telling * is_held
        unknown = whole.rarity_of_unknown
        return (
            share,
            math.log1p(explained / unknown),
            explained / told if told else 0.0,
            math.log1p(pairs / unknown),
            share - elsewhere,
            math.log((share + 0.05) / (elsewhere + 0.05)),
            math.log1p(told / unknown),
            math.log1p(float(scores.named[best])),
        )

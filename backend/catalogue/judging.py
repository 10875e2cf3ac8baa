"""Decides what the scores of a question amount to: one answer, a choice, or that it is not known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backend.catalogue.entries import Verdict
from backend.catalogue.index import FloatArray
from backend.catalogue.query import Query
from backend.catalogue.ranking import Ranking, Scores
from backend.catalogue.tuning import Tuning


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best procedure of a question. Amounts are in words as telling as an unknown one."""

    best: int
    likeness: float
    """About the share of the question that it explains."""
    elsewhere: float
    """The same of the nearest matter that is handled elsewhere."""
    told: float
    """All that the question's words tell."""
    explained: float
    """What of that stands in the procedure's name and sentences."""
    pairs: float
    """What the pairs of words tell that stand there."""
    named: float
    """How many words long is the name of it that stands whole in the question."""

    @property
    def explained_share(self) -> float:
        return self.explained / self.told if self.told else 0.0

    def is_nearer(self, times: float) -> bool:
        """Tell whether the procedure is more like the question than ``times`` what is handled elsewhere."""
        return self.likeness > self.elsewhere * times

    @property
    def features(self) -> tuple[float, ...]:
        """What the confidence is worked out of: ``Tuning.confidence_weights`` has their weights in this order."""
        return (
            self.likeness,
            math.log1p(self.explained),
            self.explained_share,
            math.log1p(self.pairs),
            self.likeness - self.elsewhere,
            math.log((self.likeness + 0.05) / (self.elsewhere + 0.05)),
            math.log1p(self.told),
            math.log1p(self.named),
        )


class Judge:
    """Weighs the best scores against each other and against what is handled elsewhere."""

    def __init__(self, ranking: Ranking, tuning: Tuning) -> None:
        self._ranking = ranking
        self._tuning = tuning

    def verdict(self, query: Query, scores: Scores, ranked: FloatArray, called_so: Sequence[int]) -> Verdict:
        """Tell what ``ranked`` amounts to; ``called_so`` are the procedures whose very name the question says."""
        evidence = self.evidence(scores, ranked)
        if not (called_so or self._is_known(query, evidence)):
            return Verdict.NONE
        # "đăng ký khai sinh" names a procedure; "khai sinh" alone may be any of several.
        if (len(called_so) == 1 and not query.is_thing) or _is_nearly_called_so(query, scores, evidence.best):
            return Verdict.ONE
        first, rival = self._first_and_rival(query, ranked, called_so)
        dominates = first >= self._tuning.sure_share and rival < first * self._near(query, called_so)
        is_sure = dominates and (bool(called_so) or self._may_be_asserted(evidence))
        return Verdict.ONE if is_sure else Verdict.SEVERAL

    def evidence(self, scores: Scores, ranked: FloatArray) -> Evidence:
        """Gather what speaks for the best of ``ranked``."""
        best = int(np.argmax(ranked))
        whole = self._ranking.whole
        told = explained = pairs = 0.0
        for term, weight in scores.terms.items():
            telling = weight * whole.rarity(term) / whole.rarity_of_unknown
            is_held = whole.holds(best, term)
            if " " in term:
                pairs += telling * is_held
            else:
                told += telling
                explained += telling * is_held
        return Evidence(
            best=best,
            likeness=float(scores.likeness[best]),
            elsewhere=float(scores.elsewhere.max()) if len(scores.elsewhere) else 0.0,
            told=told,
            explained=explained,
            pairs=pairs,
            named=float(scores.named[best]),
        )

    def confidence(self, evidence: Evidence) -> float:
        """Return how likely it is, 0 to 1, that the question is about a procedure at all."""
        weights = self._tuning.confidence_weights
        logit = self._tuning.confidence_bias + sum(w * x for w, x in zip(weights, evidence.features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    def _is_known(self, query: Query, evidence: Evidence) -> bool:
        tuning = self._tuning
        if self.confidence(evidence) >= tuning.enough_confidence:
            return True
        # Two words say too little to be sure of, but they may be the name of the thing.
        is_named = evidence.named > 0 or self._ranking.is_named(evidence.best, query.core)
        if is_named and evidence.is_nearer(tuning.name_before_elsewhere):
            return True
        is_explained = evidence.explained_share >= tuning.all_explained and evidence.pairs >= tuning.enough_pairs
        return is_explained and evidence.is_nearer(tuning.clearly_nearer)

    def _first_and_rival(self, query: Query, ranked: FloatArray, called_so: Sequence[int]) -> tuple[float, float]:
        best, second = np.partition(np.append(ranked, (0, 0)), -2)[[-1, -2]]
        first = ranked[called_so[0]] if len(called_so) == 1 else best
        if not query.is_bare:
            # Who does not mention a special case seldom means it, so it is a weak rival of the plain procedure.
            factor = self._tuning.special_rival_factor
            plain = np.where(self._ranking.not_mentioned(query), ranked * factor, ranked)
            second = np.partition(np.append(plain, (0, 0)), -2)[-2]
        return float(first), float(second if first == best else best)

    def _near(self, query: Query, called_so: Sequence[int]) -> float:
        tuning = self._tuning
        if len(called_so) == 1 and not query.is_bare:
            return tuning.near_when_called_so
        if len(query.core) > tuning.short_words:
            return tuning.near
        return tuning.near_when_thing if query.is_thing else tuning.near_when_short

    def _may_be_asserted(self, evidence: Evidence) -> bool:
        """Tell whether the best explains most of the question, and more of it than what is handled elsewhere."""
        tuning = self._tuning
        return evidence.explained_share >= tuning.sure_explained and evidence.is_nearer(tuning.nearer_to_be_asserted)


def _is_nearly_called_so(query: Query, scores: Scores, best: int) -> bool:
    """Tell whether the question is a procedure's name and a word more: "làm khai sinh cho con"."""
    longest = float(scores.named.max())
    is_whole = 0 < len(query.core) - longest <= 1 and longest > 1
    alone = np.flatnonzero(scores.named == longest)
    return is_whole and not query.is_bare and len(alone) == 1 and int(alone[0]) == best

"""Figures of a set of measured times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """Times in milliseconds."""

    n: int
    p50: float
    p95: float
    p99: float


def times_of(seconds: Sequence[float]) -> Times:
    """Return the figures of measured times."""
    if not seconds:
        return Times(0, float("nan"), float("nan"), float("nan"))
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)

    return Times(len(ordered), at(0.50), at(0.95), at(0.99))

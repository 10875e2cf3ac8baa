"""Rate limits. In memory, one set a process: they fail open, which suits public look-ups and chat, not OTP.

The generic cell rate algorithm keeps one number a key. The `limits` library was measured first: its asynchronous memory
storage sweeps all keys in a thread again and again, which cost a tenth of the service's time under load.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from backend.kernel.errors import RateLimited

_LIMIT = re.compile(r"^(?P<count>[1-9]\d*)/(?P<times>[1-9]\d*)? ?(?P<unit>second|minute|hour|day)$")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_SWEEP_ABOVE = 50_000
"""Fewest keys at which used-up ones are forgotten."""
_MOST_KEYS = 400_000
"""About 100 MB."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most ``count`` hits at once, refilled evenly over ``seconds``."""

    count: int
    seconds: float


@lru_cache(maxsize=256)
def parse_limit(text: str) -> RateLimit:
    """Read ``"20/minute"`` or ``"10/5 second"``; raises ``ValueError``."""
    match = _LIMIT.match(text)
    if match is None:
        raise ValueError(f"not a rate limit: {text!r}")
    return RateLimit(int(match["count"]), int(match["times"] or 1) * _SECONDS[match["unit"]])


class RateLimiter:
    """Counts hits of named limits per key."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._full_again_at: dict[tuple[str, ...], float] = {}
        self._sweep_above = _SWEEP_ABOVE

    def hit(self, limit: str, *key: str) -> float:
        """Count one hit of ``key``; return 0, or after how many seconds the next one would be let through."""
        rate = parse_limit(limit)
        now = self._monotonic()
        interval = rate.seconds / rate.count
        name = (limit, *key)
        full_again_at = max(now, self._full_again_at.get(name, now))
        wait = full_again_at + interval - rate.seconds - now
        if wait > 1e-9:
            return wait
        self._full_again_at[name] = full_again_at + interval
        if len(self._full_again_at) > self._sweep_above:
            self._sweep(now)
        return 0.0

    def _sweep(self, now: float) -> None:
        left = {known: at for known, at in self._full_again_at.items() if at > now}
        if len(left) > _MOST_KEYS:
            # Somebody floods us under ever new names. The limits nearest to being full again protect the least.
            left = dict(sorted(left.items(), key=lambda item: item[1])[-_MOST_KEYS // 2 :])
        self._full_again_at = left
        # Twice as many as are in use: else, with that many in use, each hit would go through all of them.
        self._sweep_above = max(_SWEEP_ABOVE, 2 * len(left))

    def require(self, limit: str, *key: str) -> None:
        """Count one hit of ``key``; raise :class:`RateLimited` if that is one too many."""
        wait = self.hit(limit, *key)
        if wait:
            raise RateLimited({"retry_after_seconds": max(1, math.ceil(wait))})

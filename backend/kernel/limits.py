"""Rate limits. In memory, one set a process: they fail open, which suits public look-ups and chat, not OTP."""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from backend.kernel.errors import RateLimited


class RateLimiter:
    """Counts hits of named limits such as ``"20/minute"`` per key."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._items: dict[str, RateLimitItem] = {}

    def _item(self, limit: str) -> RateLimitItem:
        return self._items.setdefault(limit, parse(limit))

    async def hit(self, limit: str, *key: str) -> bool:
        """Count one hit of ``key``; return False if that is one too many."""
        return await self._limiter.hit(self._item(limit), *key)

    async def require(self, limit: str, *key: str) -> None:
        """Count one hit of ``key``; raise :class:`RateLimited` if that is one too many."""
        if not await self.hit(limit, *key):
            window = await self._limiter.get_window_stats(self._item(limit), *key)
            raise RateLimited({"retry_after_seconds": max(1, math.ceil(window.reset_time - time.time()))})

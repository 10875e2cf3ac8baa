"""The one way the service calls others over HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import aiohttp


@contextlib.asynccontextmanager
async def http_client(
    *, timeout_seconds: float, connections: int = 100, headers: dict[str, str] | None = None
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a client session: bounded time and connections, no cookies kept, environment proxies ignored."""
    async with aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout_seconds, sock_connect=min(5.0, timeout_seconds)),
        connector=aiohttp.TCPConnector(limit=connections),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=headers,
        trust_env=False,
    ) as session:
        yield session

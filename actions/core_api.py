"""The only client of the core service (``docs/protocols.md``, section 3).

What can go wrong, as callers see it::

    CoreError
    ├── CoreUnavailable       nobody there, too slow, a 5xx, or no JSON: say so and name other ways
    └── CoreRefused           the core answered with an error of its own
        ├── RecordNotFound    404: unknown, or not to be shown
        ├── ReceiptCodeInvalid  422 about a receipt code; ``reason`` is ``format`` or ``date``
        └── RateLimited       429
"""

from __future__ import annotations

import asyncio
import os
import weakref
from typing import Any
from urllib.parse import quote

import aiohttp

DEFAULT_BASE_URL = "http://127.0.0.1:8080"
QUERY_LIMIT = 300
COMMUNE_QUERY_LIMIT = 100
# A citizen waits for the sum of these; Rasa gives an action ten seconds.
_TIMEOUT = aiohttp.ClientTimeout(total=3.0, sock_connect=1.0)

Answer = dict[str, Any]


class CoreError(Exception):
    """The core service gave no usable answer."""


class CoreUnavailable(CoreError):
    """The core service is down, too slow or stumbling."""


class CoreRefused(CoreError):
    """The core service answered with an error."""

    def __init__(self, status: int, code: str, details: Answer) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.details = details


class RecordNotFound(CoreRefused):
    """There is no such record, or it may not be shown."""


class ReceiptCodeInvalid(CoreRefused):
    """The text cannot be a receipt code."""

    @property
    def reason(self) -> str:
        """Return ``format`` or ``date``."""
        return str(self.details.get("reason", "format"))


class RateLimited(CoreRefused):
    """Too many questions from this conversation."""


class CoreTransport:
    """One keep-alive session to the core service, shared by all conversations of this process."""

    def __init__(self, base_url: str, token: str) -> None:
        self._base_url = base_url.rstrip("/") + "/api/v1"
        self._session = aiohttp.ClientSession(
            timeout=_TIMEOUT,
            connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=60),
            headers={"Authorization": f"Bearer {token}"} if token else None,
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def get(self, path: str, params: dict[str, str], conversation_id: str) -> Answer:
        """Fetch one JSON object or raise a :class:`CoreError`."""
        headers = {"X-HCC-Conversation": conversation_id}
        try:
            try:
                status, body = await self._fetch(path, params, headers)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                # A kept-alive connection that the core closed (it was restarted) fails once; reading again is harmless.
                status, body = await self._fetch(path, params, headers)
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
            raise CoreUnavailable(type(error).__name__) from None
        if status == 200 and isinstance(body, dict):
            return body
        raise _error_of(status, body)

    async def _fetch(self, path: str, params: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
        async with self._session.get(self._base_url + path, params=params, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()


def _error_of(status: int, body: Any) -> CoreError:
    error = body.get("error") if isinstance(body, dict) else None
    if status >= 500 or not isinstance(error, dict):
        return CoreUnavailable(f"status {status}")
    code = str(error.get("code", ""))
    details = error.get("details")
    kind = CoreRefused
    if status == 404:
        kind = RecordNotFound
    elif status == 429:
        kind = RateLimited
    elif code == "receipt_code_invalid":
        kind = ReceiptCodeInvalid
    return kind(status, code, details if isinstance(details, dict) else {})


class CoreApi:
    """The core service as one conversation sees it."""

    def __init__(self, transport: CoreTransport, conversation_id: str) -> None:
        self._transport = transport
        self._conversation_id = conversation_id

    async def _get(self, path: str, **params: str) -> Answer:
        return await self._transport.get(path, params, self._conversation_id)

    async def search_procedures(self, sentence: str, limit: int, offset: int = 0, **filters: str) -> Answer:
        """Search with the citizen's whole sentence; the core takes politeness and facet words out.

        ``filters``: level, field, agency, audience, online.
        """
        return await self._get("/procedures", q=sentence[:QUERY_LIMIT], limit=str(limit), offset=str(offset), **filters)

    async def procedure(self, code: str) -> Answer:
        """Return the whole record of a procedure."""
        return await self._get(f"/procedures/{quote(code, safe='')}")

    async def dossier_status(self, receipt_code: str) -> Answer:
        """Return the coarse status that anybody who has the code may see."""
        return await self._get(f"/dossiers/{quote(receipt_code, safe='')}/status")

    async def centre(self) -> Answer:
        """Return how to reach the centre and whether it is open now."""
        return await self._get("/centre")

    async def centre_day(self, iso_date: str) -> Answer:
        """Return whether the centre works on a day."""
        return await self._get("/centre/day", date=iso_date)

    async def fields(self) -> list[Answer]:
        """Return the fields of the catalogue."""
        return list((await self._get("/fields")).get("items") or [])

    async def communes(self, words: str) -> list[Answer]:
        """Return communes whose present or former name fits."""
        return list((await self._get("/communes", q=words[:COMMUNE_QUERY_LIMIT])).get("items") or [])


# A session belongs to the event loop that made it, and the server has exactly one.
_transports: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, CoreTransport] = weakref.WeakKeyDictionary()


def core_api_for(conversation_id: str) -> CoreApi:
    """Return the core service for one conversation, over this process's shared session."""
    loop = asyncio.get_running_loop()
    transport = _transports.get(loop)
    if transport is None:
        transport = CoreTransport(
            os.environ.get("HCC_CORE_URL") or DEFAULT_BASE_URL, os.environ.get("HCC_SERVICE_TOKEN", "")
        )
        _transports[loop] = transport
    return CoreApi(transport, conversation_id)


async def close_core_api() -> None:
    """Close the shared session of this event loop, if there is one."""
    transport = _transports.pop(asyncio.get_running_loop(), None)
    if transport is not None:
        await transport.close()

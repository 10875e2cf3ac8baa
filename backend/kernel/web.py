"""What every HTTP answer of the service shares: error mapping, references, security headers, the caller's address."""

from __future__ import annotations

import contextlib
import hmac
import ipaddress
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from backend.kernel.clock import Clock
from backend.kernel.database import Database
from backend.kernel.errors import NotFound, ServiceError
from backend.kernel.ids import new_reference
from backend.kernel.limits import RateLimiter
from backend.kernel.settings import Settings
from backend.kernel.words import Words

logger = logging.getLogger(__name__)

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
DATABASE: web.AppKey[Database] = web.AppKey("database", Database)
CLOCK: web.AppKey[Clock] = web.AppKey("clock", Clock)
WORDS: web.AppKey[Words] = web.AppKey("words", Words)
RATE_LIMITER: web.AppKey[RateLimiter] = web.AppKey("rate_limiter", RateLimiter)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
ErrorPage = Callable[[web.Request, int, str, str], web.Response]
ERROR_PAGE: web.AppKey[ErrorPage] = web.AppKey("error_page", Callable)  # type: ignore[arg-type]

_HTTP_CODES = {404: "not_found", 405: "method_not_allowed", 413: "payload_too_large"}
API_PREFIX = "/api/"
_LONGEST_ADDRESS = 64

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    # What answers a person stays with that person; whatever may be kept says so itself.
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dump_json(value: Any) -> str:
    """Return compact JSON with Vietnamese letters as they are."""
    return _ENCODER.encode(value)


def json_response(value: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Return ``value`` as a JSON answer."""
    return web.json_response(value, status=status, dumps=dump_json, headers=headers)


def caller_address(request: web.Request) -> str:
    """Return the caller's address, believing only the entries that our own proxies appended."""
    hops = request.config_dict[SETTINGS].trusted_proxy_count
    # A proxy may append to the caller's own header or send a second one; read as one list, ours come last either way.
    lines = ",".join(request.headers.getall("X-Forwarded-For", ()))
    forwarded = [part.strip() for part in lines.split(",") if part.strip()]
    if hops and len(forwarded) >= hops:
        return _as_one_subscriber(forwarded[-hops])
    return _as_one_subscriber(request.remote or "unknown")


def _as_one_subscriber(address: str) -> str:
    """Return an IPv6 address as its network: a subscriber has 2^64 addresses, and would pass any limit with them."""
    with contextlib.suppress(ValueError):
        parsed = ipaddress.ip_address(address)
        if parsed.version == 6 and parsed.ipv4_mapped is None:
            return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address[:_LONGEST_ADDRESS]


def bears_service_token(request: web.Request) -> bool:
    """Tell whether the caller is one of our own processes."""
    return bears_token(request, request.config_dict[SETTINGS].service_token.get_secret_value())


def bears_token(request: web.Request, token: str) -> bool:
    """Tell whether the caller shows ``token``."""
    # What a caller sends need not be UTF-8.
    given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
    return hmac.compare_digest(given, f"Bearer {token}".encode())


@web.middleware
async def error_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every exception into the one error shape: JSON under ``/api/``, a Vietnamese page elsewhere."""
    try:
        return await handler(request)
    except ServiceError as error:
        return _error_answer(request, error.status, error.code, error.details)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        code = _HTTP_CODES.get(error.status, "invalid_request" if error.status < 500 else "internal_error")
        answer = _error_answer(request, error.status, code, {})
        if isinstance(error, web.HTTPMethodNotAllowed):
            answer.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return answer
    except Exception:
        reference = new_reference()
        logger.exception("request failed", extra={"reference": reference, "route": _route(request)})
        return _error_answer(request, 500, ServiceError.code, {"reference": reference})


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


def _error_answer(request: web.Request, status: int, code: str, details: dict[str, object]) -> web.Response:
    reference = str(details.get("reference", ""))
    message = request.config_dict[WORDS].say(f"errors.{code}", reference=reference)
    headers = {"Retry-After": str(details["retry_after_seconds"])} if "retry_after_seconds" in details else {}
    page = request.config_dict.get(ERROR_PAGE)
    if page is None or request.path.startswith(API_PREFIX):
        body = {"error": {"code": code, "message": message, "details": details}}
        return json_response(body, status=status, headers=headers)
    response = page(request, status, message, reference)
    response.headers.update(headers)
    return response


async def put_security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on an answer that is about to leave, where it does not carry its own.

    A signal (``on_response_prepare``), not a middleware: files and streams have left before a middleware sees them.
    """
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.config_dict[SETTINGS].public_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    # The versions of what we run are nobody's business.
    response.headers.pop("Server", None)


async def not_found(request: web.Request) -> web.StreamResponse:
    """Answer a path that nobody serves."""
    raise NotFound

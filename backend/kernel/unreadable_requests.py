"""Answers to requests that never become one: broken lines, oversized headers, smuggling attempts.

aiohttp answers these itself, before any middleware: in English, quoting what was sent, with its version, and with the
request's bytes and the caller's address in the log. It has no seam for that, so the one method is replaced here.
"""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from backend.kernel.web import SECURITY_HEADERS

logger = logging.getLogger(__name__)


def answer_unreadable_requests_plainly() -> None:
    """Replace aiohttp's answer for this process."""
    RequestHandler.handle_error = _handle_error  # type: ignore[method-assign, assignment]


def _handle_error(
    _handler: RequestHandler,
    request: BaseRequest,
    status: int = 500,
    exc: BaseException | None = None,
    message: str | None = None,
) -> web.StreamResponse:
    if status >= 500:
        logger.error("request failed outside of every handler", exc_info=exc)
    else:
        logger.info("unreadable request", extra={"problem": type(exc).__name__})
    if request.writer.output_size > 0:
        raise ConnectionError("part of an answer has been sent already")
    # An empty name: without one aiohttp puts its own.
    response = web.Response(status=status, headers=SECURITY_HEADERS | {"Server": ""})
    response.force_close()
    return response

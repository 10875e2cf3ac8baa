"""The action server: ``python -m actions.run --port 5055``.

Speaks the protocol of rasa_sdk's own server (``/webhook``, ``/health``, ``/actions``) on loopback, with aiohttp instead
of Sanic. ``rasa run actions --actions actions`` works, too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timezone
from typing import Any

import uvloop
from aiohttp import web
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from actions.core_api import close_core_api

logger = logging.getLogger(__name__)

# Rasa sends the whole conversation with each call; the service rotates conversations long before this.
BODY_LIMIT = 16 * 1024 * 1024
EXECUTOR = web.AppKey("executor", ActionExecutor)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object. What a person wrote never goes in."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        entry.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info and record.exc_info[0]:
            # The message of an exception may hold what a person wrote; where it happened does not.
            entry["exception"] = record.exc_info[0].__name__
            entry["where"] = _where(record)
        return json.dumps(entry, ensure_ascii=False, default=str)


def _where(record: logging.LogRecord) -> list[str]:
    places: list[str] = []
    traceback = record.exc_info[2] if record.exc_info else None
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-6:]


def create_app() -> web.Application:
    """Return the server with all actions of the package registered."""
    app = web.Application(client_max_size=BODY_LIMIT)
    executor = ActionExecutor()
    executor.register_package("actions")
    app[EXECUTOR] = executor
    app.router.add_get("/health", health)
    app.router.add_get("/actions", list_actions)
    app.router.add_post("/webhook", webhook)
    app.cleanup_ctx.append(_core_session)
    return app


async def _core_session(app: web.Application) -> AsyncIterator[None]:
    yield
    await close_core_api()


async def health(request: web.Request) -> web.Response:
    """Tell that the server runs."""
    return _json({"status": "ok"})


async def list_actions(request: web.Request) -> web.Response:
    """Return the names of all actions."""
    return _json([{"name": name} for name in request.app[EXECUTOR].actions])


async def webhook(request: web.Request) -> web.Response:
    """Run the action that Rasa asks for."""
    try:
        # aiohttp has already inflated what Rasa may send compressed.
        call = json.loads(await request.read())
    except ValueError:
        return _json({"error": "Invalid body request"}, status=400)
    if not isinstance(call, dict) or not isinstance(call.get("tracker"), dict):
        return _json({"error": "Invalid body request"}, status=400)
    try:
        return _json(await request.app[EXECUTOR].run(call))
    except ActionExecutionRejection as error:
        return _json({"error": error.message, "action_name": error.action_name}, status=400)
    except ActionNotFoundException as error:
        return _json({"error": error.message, "action_name": error.action_name}, status=404)
    except Exception:
        logger.exception("action failed", extra={"action": str(call.get("next_action"))})
        return _json({"error": "The action failed", "action_name": call.get("next_action")}, status=500)


def _json(content: object, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(content, ensure_ascii=False).encode(), status=status, content_type="application/json"
    )


def configure_logging(level: str) -> None:
    """Send all records at or above ``level`` to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("rasa_sdk.executor").setLevel(logging.WARNING)


def main() -> None:
    """Serve until a signal ends the process."""
    parser = argparse.ArgumentParser(prog="python -m actions.run", description="the assistant's action server")
    parser.add_argument("--port", type=int, default=5055)
    parser.add_argument("--log-level", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    arguments = parser.parse_args()
    configure_logging(arguments.log_level)
    app = create_app()
    logger.info("action server starts", extra={"port": arguments.port, "actions": len(app[EXECUTOR].actions)})
    # Comes with Sanic, which Rasa needs anyway; a quarter less work for each call.
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    try:
        web.run_app(app, host="127.0.0.1", port=arguments.port, print=None, access_log=None)
    except OSError as error:
        logger.error("port cannot be used", extra={"port": arguments.port, "reason": error.strerror})
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()

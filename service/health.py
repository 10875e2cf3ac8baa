"""Liveness, readiness and Prometheus metrics."""

from __future__ import annotations

import asyncio
import ipaddress

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from backend.kernel.database import DatabaseFileGone
from backend.kernel.errors import NotFound
from backend.kernel.web import DATABASE, SETTINGS, bears_token, json_response
from service.keys import PIPELINE
from service.metrics import SERVICE_METRICS

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via")

routes = web.RouteTableDef()


@routes.get("/healthz")
async def liveness(request: web.Request) -> web.Response:
    """Answer as long as the process lives."""
    return json_response({"status": "ok"})


@routes.get("/readyz")
async def readiness(request: web.Request) -> web.Response:
    """Tell the state of every part.

    Without Rasa the service is `degraded`: it takes messages and keeps them. Without its database it is not ready.
    """
    pipeline = request.app[PIPELINE]
    database_ok, rasa_ok = await asyncio.gather(_database_answers(request), pipeline.rasa.is_ready())
    status = "ready" if database_ok and rasa_ok else "degraded" if database_ok else "unavailable"
    body = {
        "status": status,
        "database": "ok" if database_ok else "unavailable",
        "rasa": "ok" if rasa_ok else "unavailable",
        "channels": {"webchat": {"state": "on", "connections": pipeline.web_chat.hub.connection_count}},
    }
    return json_response(body, status=200 if database_ok else 503)


async def _database_answers(request: web.Request) -> bool:
    try:
        request.app[DATABASE].check_file()
        async with asyncio.timeout(3), request.app[DATABASE].connection() as connection:
            await connection.execute(select(1))
    except (SQLAlchemyError, OSError, TimeoutError, DatabaseFileGone):
        return False
    return True


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """Serve the Prometheus text format, to this machine and to whoever bears the token."""
    if not _may_see_metrics(request):
        raise NotFound
    collected = request.app[SERVICE_METRICS]
    connections = request.app[PIPELINE].web_chat.hub.connection_count
    await collected.refresh(request.app[DATABASE], browsers=connections)
    body = generate_latest(collected.registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


def _may_see_metrics(request: web.Request) -> bool:
    token = request.app[SETTINGS].metrics_token
    if token is not None and bears_token(request, token.get_secret_value()):
        return True
    # Behind a proxy on this machine everybody comes from loopback, but then the proxy says for whom it asks.
    forwarded = any(name in request.headers for name in _FORWARDED)
    return not forwarded and _is_loopback(request.remote or "")


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False

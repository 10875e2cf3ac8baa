"""Liveness, readiness and Prometheus metrics."""

from __future__ import annotations

import asyncio

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from backend.kernel.web import DATABASE, json_response
from service.keys import PIPELINE
from service.metrics import SERVICE_METRICS

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
        async with asyncio.timeout(3), request.app[DATABASE].connection() as connection:
            await connection.execute(select(1))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True


@routes.get("/metrics")
async def metrics(request: web.Request) -> web.Response:
    """Serve the Prometheus text format."""
    collected = request.app[SERVICE_METRICS]
    connections = request.app[PIPELINE].web_chat.hub.connection_count
    await collected.refresh(request.app[DATABASE], browsers=connections)
    body = generate_latest(collected.registry)
    return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

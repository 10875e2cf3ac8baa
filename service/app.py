"""The application: every room's routes and resources put together."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp_jinja2
import jinja2
from aiohttp import WSCloseCode, web

import backend.api.routes
import backend.portal.pages
import backend.portal.procedure_search
import connectors.webchat.routes
import service.health
import service.tables
from backend.api.resources import core_resources
from backend.centre.api import CENTRE
from backend.kernel.clock import Clock, SystemClock
from backend.kernel.database import Database
from backend.kernel.limits import RateLimiter
from backend.kernel.settings import Settings
from backend.kernel.unreadable_requests import answer_unreadable_requests_plainly
from backend.kernel.web import (
    CLOCK,
    DATABASE,
    ERROR_PAGE,
    RATE_LIMITER,
    SETTINGS,
    WORDS,
    error_middleware,
    put_security_headers,
)
from backend.kernel.words import Words
from connectors.webchat.routes import OPEN_SOCKETS, WEB_CHAT, OpenSockets
from service.human_contact import human_contact_sentence
from service.keys import PIPELINE
from service.metrics import SERVICE_METRICS, ServiceMetrics, metrics_middleware
from service.migrations import is_current
from service.pipeline import running_pipeline

BODY_LIMIT_BYTES = 64 * 1024


class DatabaseNotMigrated(Exception):
    """The database's tables are of another release; ``./hcc db migrate`` brings them up to date."""


def build_app(settings: Settings, clock: Clock | None = None) -> web.Application:
    """Return the application, ready to be run."""
    answer_unreadable_requests_plainly()
    app = web.Application(
        middlewares=[metrics_middleware, error_middleware],
        client_max_size=BODY_LIMIT_BYTES,
    )
    app[SETTINGS] = settings
    app[CLOCK] = clock or SystemClock()
    app[WORDS] = Words(settings.words_dir)
    app[RATE_LIMITER] = RateLimiter()
    app[SERVICE_METRICS] = ServiceMetrics()
    app[OPEN_SOCKETS] = OpenSockets()
    _set_up_templates(app)
    app[ERROR_PAGE] = backend.portal.pages.error_page
    app.cleanup_ctx.append(_database)
    app.cleanup_ctx.append(core_resources)
    app.cleanup_ctx.append(_pipeline)
    app.on_shutdown.append(_close_sockets)
    app.on_response_prepare.append(put_security_headers)
    for routes in (
        service.health.routes,
        backend.api.routes.routes,
        backend.portal.pages.routes,
        backend.portal.procedure_search.routes,
        connectors.webchat.routes.routes,
    ):
        app.add_routes(routes)
    return app


def _set_up_templates(app: web.Application) -> None:
    loaders = [
        jinja2.FileSystemLoader(folder)
        for folder in (backend.portal.pages.TEMPLATES_DIR, connectors.webchat.routes.TEMPLATES_DIR)
    ]
    environment = aiohttp_jinja2.setup(
        app,
        loader=jinja2.ChoiceLoader(loaders),
        context_processors=[_page_context],
        autoescape=True,
    )
    version = _static_version()
    environment.globals["static_url"] = lambda name: f"/static/{version}/{name}"


def _static_version() -> str:
    manifest = connectors.webchat.routes.STATIC_DIR / "manifest.json"
    return str(json.loads(manifest.read_text("utf-8"))["sources"])[:12] if manifest.exists() else "unbuilt"


async def _page_context(request: web.Request) -> dict[str, Any]:
    return {"centre": request.app[CENTRE].contact, "demo": request.app[SETTINGS].demo}


async def _database(app: web.Application) -> AsyncIterator[None]:
    database = Database(app[SETTINGS].async_database_url)
    if not await is_current(database):
        await database.close()
        raise DatabaseNotMigrated("run ./hcc db migrate first")
    app[DATABASE] = database
    yield
    await database.close()


async def _pipeline(app: web.Application) -> AsyncIterator[None]:
    async with running_pipeline(
        settings=app[SETTINGS],
        database=app[DATABASE],
        clock=app[CLOCK],
        words=app[WORDS],
        rate_limiter=app[RATE_LIMITER],
        human_contact=lambda: human_contact_sentence(app[WORDS], app[CENTRE].today()),
    ) as pipeline:
        app[PIPELINE] = pipeline
        app[WEB_CHAT] = pipeline.web_chat
        yield


async def _close_sockets(app: web.Application) -> None:
    for socket in list(app[OPEN_SOCKETS].sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY)

"""All routes of ``/api/v1``."""

from __future__ import annotations

from aiohttp import web

import backend.catalogue.api
import backend.centre.api
import backend.dossiers.api
from backend.api.document import openapi_document
from backend.kernel.web import API_PREFIX, dump_json, not_found

PREFIX = f"{API_PREFIX}v1"

OPERATIONS = (
    *backend.catalogue.api.OPERATIONS,
    *backend.dossiers.api.OPERATIONS,
    *backend.centre.api.OPERATIONS,
)

_DOCUMENT = dump_json(openapi_document(OPERATIONS, PREFIX))


async def show_document(_: web.Request) -> web.Response:
    """Answer with the OpenAPI document."""
    return web.Response(text=_DOCUMENT, content_type="application/json")


async def only_get(request: web.Request) -> web.Response:
    """Refuse every other method, which the route for unknown paths would else take for an unknown path."""
    raise web.HTTPMethodNotAllowed(request.method, ("GET", "HEAD"))


routes: list[web.RouteDef] = [
    *(
        route
        for operation in OPERATIONS
        for route in (operation.route(PREFIX), web.route("*", PREFIX + operation.path, only_get))
    ),
    web.get(f"{PREFIX}/openapi.json", show_document),
    web.route("*", f"{PREFIX}/openapi.json", only_get),
    web.route("*", f"{API_PREFIX}{{tail:.*}}", not_found),
]

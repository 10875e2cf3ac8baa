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


routes: list[web.RouteDef] = [
    *(operation.route(PREFIX) for operation in OPERATIONS),
    web.get(f"{PREFIX}/openapi.json", show_document),
    web.route("*", f"{API_PREFIX}{{tail:.*}}", not_found),
]

"""How a room declares its JSON routes: once, for the router and for the OpenAPI document alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from backend.kernel.errors import InvalidRequest, ServiceError


class Answer(BaseModel):
    """Base of all JSON answers."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class NoParameters(BaseModel):
    """Query parameters of a route that takes none."""

    model_config = ConfigDict(frozen=True)


Handle = Callable[[web.Request, Any], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Operation:
    """A ``GET`` route under ``/api/v1``."""

    path: str
    name: str
    summary: str
    handle: Handle
    answer: type[Answer]
    parameters: type[BaseModel] = NoParameters
    path_parameters: tuple[tuple[str, str], ...] = ()
    """Name and description of each ``{part}`` of the path."""
    errors: tuple[type[ServiceError], ...] = ()

    def route(self, prefix: str) -> web.RouteDef:
        """Return the route for aiohttp."""

        async def respond(request: web.Request) -> web.Response:
            answer = await self.handle(request, read_parameters(request, self.parameters))
            return web.Response(text=answer.model_dump_json(), content_type="application/json")

        return web.get(prefix + self.path, respond)


def read_parameters(request: web.Request, shape: type[BaseModel]) -> BaseModel:
    """Return the query parameters, checked; raise :class:`InvalidRequest` naming those that are wrong."""
    try:
        return shape.model_validate(dict(request.query))
    except ValidationError as error:
        wrong = sorted({str(mistake["loc"][0]) for mistake in error.errors() if mistake["loc"]})
        raise InvalidRequest({"parameters": wrong}) from None

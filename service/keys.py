"""Keys of what the whole application shares."""

from __future__ import annotations

from aiohttp import web

from service.pipeline import Pipeline

PIPELINE: web.AppKey[Pipeline] = web.AppKey("pipeline", Pipeline)

"""The citizens' pages: start page with the chatbox, a procedure in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp_jinja2
from aiohttp import web

from backend.catalogue.answers import procedure_answer
from backend.catalogue.api import CATALOGUE
from backend.dossiers.demo import DemoCode, demo_codes
from backend.kernel.errors import ProcedureNotFound
from backend.kernel.web import DATABASE, SETTINGS, WORDS

TEMPLATES_DIR = Path(__file__).parent / "templates"

_LONGEST_CODE = 32

routes = web.RouteTableDef()


@routes.get("/")
async def home(request: web.Request) -> web.Response:
    """Serve the start page, with the chat open on it."""
    codes: Sequence[DemoCode] = ()
    if request.app[SETTINGS].demo:
        async with request.app[DATABASE].read() as session:
            codes = await demo_codes(session, request.app[WORDS])
    return _page(request, "home.html", {"demo_codes": codes})


@routes.get("/thu-tuc/{code}")
async def procedure(request: web.Request) -> web.Response:
    """Serve one procedure in full."""
    code = request.match_info["code"]
    if len(code) > _LONGEST_CODE or "\x00" in code:
        raise ProcedureNotFound
    answer = procedure_answer(await request.app[CATALOGUE].procedure(code), request.app[WORDS]).model_dump(mode="json")
    return _page(request, "procedure.html", {"procedure": answer})


def error_page(request: web.Request, status: int, message: str, reference: str) -> web.Response:
    """Say in words what went wrong; ``reference`` is what the log knows it by."""
    title = request.config_dict[WORDS].say("errors.page_title")
    contact = {"title": title, "message": message, "reference": reference}
    return _page(request, "error.html", contact, status=status)


def _page(request: web.Request, template: str, values: Mapping[str, object], *, status: int = 200) -> web.Response:
    response = aiohttp_jinja2.render_template(template, request, dict(values), status=status)
    response.headers["Cache-Control"] = "no-cache"
    return response

"""HTTP side of the web chat: the WebSocket, the frame for other sites, the widget script, the built files."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp_jinja2
from aiohttp import web

from backend.kernel.errors import Forbidden, NotFound
from backend.kernel.settings import Settings
from backend.kernel.web import SECURITY_HEADERS, SETTINGS, caller_address
from connectors.webchat.connection import ChatConnection, WebChat
from connectors.webchat.frames import FRAME_LIMIT_BYTES

WEB_CHAT: web.AppKey[WebChat] = web.AppKey("web_chat", WebChat)


@dataclass(frozen=True, slots=True)
class OpenSockets:
    """The sockets that are open now, to be closed politely at shutdown."""

    sockets: set[web.WebSocketResponse] = field(default_factory=set)


OPEN_SOCKETS: web.AppKey[OpenSockets] = web.AppKey("open_sockets", OpenSockets)
STATIC_DIR = Path(__file__).parent / "static"
TEMPLATES_DIR = Path(__file__).parent / "templates"

_STATIC_NAME = re.compile(r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.(js|css|svg|woff2|txt)$")
_CONTENT_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}

routes = web.RouteTableDef()


def _comes_from_our_own_page(request: web.Request) -> bool:
    # The chatbox always runs on a page of ours (also inside other sites, by its frame), so its origin is ours.
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    public = request.config_dict[SETTINGS].public_url
    # Compared as a whole: `null`, `file://` and what cannot be read have no host, and no host is nobody's.
    own = {f"http://{request.host}", f"https://{request.host}"}
    if public:
        parts = urlsplit(public)
        own.discard(f"http://{parts.netloc}")
        own.add(f"{parts.scheme}://{parts.netloc}")
    return origin.lower() in {address.lower() for address in own}


@routes.get("/chat/ws")
async def chat_socket(request: web.Request) -> web.StreamResponse:
    """Serve one browser's WebSocket."""
    if not _comes_from_our_own_page(request):
        raise Forbidden
    socket = web.WebSocketResponse(heartbeat=30, max_msg_size=FRAME_LIMIT_BYTES, compress=False)
    await socket.prepare(request)
    sockets = request.config_dict[OPEN_SOCKETS].sockets
    sockets.add(socket)
    try:
        await ChatConnection(request.config_dict[WEB_CHAT], socket, caller_address(request)).serve()
    finally:
        sockets.discard(socket)
    return socket


@routes.get("/chat/frame")
async def chat_frame(request: web.Request) -> web.Response:
    """Serve the page that other sites embed."""
    response = aiohttp_jinja2.render_template("frame.html", request, {})
    ancestors = frame_ancestors(request.config_dict[SETTINGS])
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    response.headers["Content-Security-Policy"] = policy.replace(
        "frame-ancestors 'none'", f"frame-ancestors {ancestors}"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


def frame_ancestors(settings: Settings) -> str:
    """Return the sites that may embed the chatbox, as the policy spells them."""
    return "*" if "*" in settings.widget_origins else " ".join(["'self'", *settings.widget_origins])


@routes.get("/chat/widget.js")
async def widget_script(request: web.Request) -> web.StreamResponse:
    """Serve the one script tag for other sites."""
    response = _static_file("widget.js")
    # Other sites name this address for years: it must change with us, and it must load across origins.
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@routes.get("/static/{version}/{name}")
async def static_file(request: web.Request) -> web.StreamResponse:
    """Serve a built file; its address carries the build's version, so it can be kept for ever."""
    response = _static_file(request.match_info["name"])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _static_file(name: str) -> web.FileResponse:
    path = STATIC_DIR / name
    if _STATIC_NAME.match(name) is None or not path.is_file():
        raise NotFound
    return web.FileResponse(path, headers={"Content-Type": f"{_CONTENT_TYPES[path.suffix]}; charset=utf-8"})

"""What strangers on the internet may try against the service, and what each answer must and must not carry."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import aiohttp
import pytest

from backend.kernel.logs import JsonFormatter
from tests.integration.service.conftest import StartService, WholeService

# aiohttp-jinja2 keeps its context under a plain name, which aiohttp has begun to dislike.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web.NotAppKeyWarning")

PATHS = [
    "/",
    "/thu-tuc?q=khai+sinh",
    "/khong-co",
    "/chat/frame",
    "/chat/widget.js",
    "/static/x/portal.css",
    "/api/v1/centre",
    "/api/v1/nothing",
    "/api/v1/dossiers/H32.15-251103-0012/status",
    "/api/v1/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
]
UNREADABLE = {
    "garbage": b"GARBAGE bi-mat\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\nHost: a\r\nbi-mat\r\n\r\n",
    "a very long path": b"GET /" + b"bi-mat" * 2000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "two lengths": b"POST /bi-mat HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "length and chunks": (
        b"POST /bi-mat HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "no host": b"GET /bi-mat HTTP/1.1\r\n\r\n",
}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the service writes to its log, as it writes it."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "POST"])
async def test_that_every_answer_carries_the_security_headers(service: WholeService, path: str, method: str) -> None:
    async with service.client.request(method, service.url + path) as response:
        headers = response.headers
    assert response.status < 500
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"]
    assert "Server" not in headers
    assert "Set-Cookie" not in headers
    assert "Strict-Transport-Security" not in headers


async def test_that_nothing_about_a_dossier_may_be_kept_by_caches(service: WholeService) -> None:
    async with service.client.get(f"{service.url}/api/v1/dossiers/H32.15-251103-0012/status") as response:
        assert response.headers["Cache-Control"] == "no-store"


async def test_that_https_is_held_to_where_the_public_address_has_it(start_service: StartService) -> None:
    service = await start_service(public_url="https://tro-ly.example/")
    async with service.client.get(service.url) as response:
        assert "max-age=31536000" in response.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("request_bytes", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_that_an_unreadable_request_is_refused_without_an_echo(
    service: WholeService, log: io.StringIO, request_bytes: bytes
) -> None:
    answer = await service.send_bytes(request_bytes)
    assert answer.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))
    assert b"bi-mat" not in answer
    assert b"aiohttp" not in answer
    assert b"Content-Security-Policy" in answer
    assert "bi-mat" not in log.getvalue()
    assert "127.0.0.1" not in log.getvalue()


@pytest.mark.parametrize(
    "header", ["Authorization: Bearer \\xff", "Origin: \\xff", "X-Forwarded-For: \\xff", "Host: \\xff:9"]
)
async def test_that_headers_that_are_not_utf_8_break_nothing(service: WholeService, header: str) -> None:
    line = header.encode().decode("unicode_escape").encode("latin-1")
    host = b"" if line.startswith(b"Host") else b"Host: a\r\n"
    for path in (b"/", b"/api/v1/dossiers/H32.15-251103-0012/status"):
        answer = await service.send_bytes(
            b"GET " + path + b" HTTP/1.1\r\n" + host + line + b"\r\nX-HCC-Conversation: a\r\nConnection: close\r\n\r\n"
        )
        assert answer.split(b" ", 2)[1] in (b"200", b"404")


@pytest.mark.parametrize(
    "origin",
    ["null", "", "file://", "http://[", "https://evil.example", "http://127.0.0.1:1", "http://{host}.evil.example"],
)
async def test_that_a_socket_opens_only_for_our_own_page(service: WholeService, origin: str) -> None:
    headers = {"Origin": origin.format(host=f"127.0.0.1:{service.port}")}
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await service.client.ws_connect(f"{service.url}/chat/ws", headers=headers)
    assert refusal.value.status == 403


async def test_that_our_page_opens_its_socket_under_both_of_our_addresses(start_service: StartService) -> None:
    service = await start_service(public_url="https://tro-ly.example:8443")
    for origin in (f"http://127.0.0.1:{service.port}", "https://tro-ly.example:8443"):
        async with service.client.ws_connect(f"{service.url}/chat/ws", headers={"Origin": origin}) as socket:
            assert not socket.closed
    # The public address is https: a page without, perhaps a forged one, is not ours.
    headers = {"Origin": "http://tro-ly.example:8443", "Host": "tro-ly.example:8443"}
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await service.client.ws_connect(f"{service.url}/chat/ws", headers=headers)


async def test_that_metrics_count_messages_and_name_nobody(service: WholeService) -> None:
    browser = service.browser()
    await browser.connect()
    assert await browser.ask("số điện thoại của tôi là 0905123456")
    async with service.client.get(f"{service.url}/metrics") as response:
        assert response.status == 200
        text = await response.text()
    assert 'hcc_inbox_messages{status="processed"} 1.0' in text
    assert "hcc_webchat_connections 1.0" in text
    assert "0905123456" not in text
    await browser.close()


async def test_that_metrics_are_not_for_those_behind_a_proxy(start_service: StartService) -> None:
    service = await start_service(metrics_token="prometheus-of-the-centre")
    proxied = {"X-Forwarded-For": "203.0.113.9"}
    async with service.client.get(f"{service.url}/metrics", headers=proxied) as response:
        assert response.status == 404
    bearing = proxied | {"Authorization": "Bearer prometheus-of-the-centre"}
    async with service.client.get(f"{service.url}/metrics", headers=bearing) as response:
        assert response.status == 200


@pytest.mark.parametrize("path", ["/", "/metrics", "/api/v1/centre", "/api/v1/openapi.json"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
async def test_that_a_known_path_says_which_methods_it_takes(service: WholeService, path: str, method: str) -> None:
    async with service.client.request(method, service.url + path) as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")

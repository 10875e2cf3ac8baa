"""The action server over HTTP, and what it logs."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from actions.run import create_app
from tests.fakes.core import BIRTH, FakeCore, found

ROOT = Path(__file__).parents[3]
SECRET = "khai sinh cho Nguyễn Văn Bí Mật 0905447218"


def call_of(action: str, text: str = SECRET) -> dict[str, Any]:
    return {
        "next_action": action,
        "sender_id": "c1",
        "version": "3.6.21",
        "tracker": {
            "sender_id": "c1",
            "slots": {},
            "latest_message": {"text": text, "intent": {"name": "find_procedure"}, "entities": []},
            "events": [],
            "paused": False,
            "active_loop": {},
            "latest_action_name": "action_listen",
        },
    }


@pytest_asyncio.fixture
async def url(core: FakeCore) -> AsyncIterator[str]:
    from aiohttp import web

    runner = web.AppRunner(create_app())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_health_and_list(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/health") as response:
            assert await response.json() == {"status": "ok"}
        async with session.get(f"{url}/actions") as response:
            assert {"name": "action_find_procedure"} in await response.json()


@pytest.mark.parametrize("compress", [None, "deflate"])
async def test_an_action_is_run(url: str, core: FakeCore, compress: str | None) -> None:
    core.searches[SECRET] = found("one", BIRTH, subject="khai sinh")
    async with aiohttp.ClientSession() as session:
        call = call_of("action_find_procedure")
        async with session.post(f"{url}/webhook", json=call, compress=bool(compress)) as response:
            assert response.status == 200
            answer = await response.json()
    assert answer["responses"][0]["custom"]["card"]["title"] == "Đăng ký khai sinh"
    assert {"event": "slot", "timestamp": None, "name": "procedure_code", "value": "1.001193"} in answer["events"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"next_action": "x"}', b"\xff\xfe"])
async def test_bad_bodies_are_refused(url: str, body: bytes) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{url}/webhook", data=body) as response:
        assert response.status == 400


async def test_unknown_action(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{url}/webhook", json=call_of("action_nonsense")) as response:
            assert response.status == 404
            assert (await response.json())["action_name"] == "action_nonsense"


async def test_a_stumbling_action_still_answers(url: str, core: FakeCore) -> None:
    core.searches[SECRET] = {"items": [{"unexpected": SECRET}], "verdict": "one"}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{url}/webhook", json=call_of("action_find_procedure")) as response:
            answer = await response.json()
    assert "1900 1023" in answer["responses"][0]["custom"]["text"]


async def test_a_call_that_is_no_turn_tells_nothing(url: str) -> None:
    call = call_of("action_find_procedure")
    call["tracker"] = {"latest_message": SECRET}
    async with aiohttp.ClientSession() as session, session.post(f"{url}/webhook", json=call) as response:
        assert response.status == 500
        assert "Bí Mật" not in await response.text()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def test_the_process_serves_and_logs_json_without_any_words_of_a_citizen(core: FakeCore) -> None:
    core.searches["hỏng " + SECRET] = {"items": [{"unexpected": SECRET}], "verdict": "one"}
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-m", "actions.run", "--port", str(port),
        cwd=ROOT, stderr=subprocess.PIPE, env={**os.environ, "HCC_CORE_URL": core.url},
    )  # fmt: skip
    try:
        async with aiohttp.ClientSession() as session:
            for _ in range(200):
                try:
                    async with session.get(f"http://127.0.0.1:{port}/health"):
                        break
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.05)
            for text in (SECRET, "hỏng " + SECRET):
                call = call_of("action_find_procedure", text)
                async with session.post(f"http://127.0.0.1:{port}/webhook", json=call) as response:
                    await response.read()
        second = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "ignore", "-m", "actions.run", "--port", str(port), cwd=ROOT, stderr=subprocess.PIPE
        )
        _, refused = await second.communicate()
        assert second.returncode == 1 and b"port cannot be used" in refused
    finally:
        process.terminate()
        _, errors = await process.communicate()
    assert process.returncode == 0
    log = errors.decode()
    entries = [json.loads(line) for line in log.splitlines()]
    assert {entry["event"] for entry in entries} >= {"action server starts", "action answered", "action failed"}
    assert "Bí Mật" not in log and "0905447218" not in log

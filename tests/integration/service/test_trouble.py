"""The disk and the database go wrong under the running service: nothing that was accepted is lost."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest
from sqlalchemy import event

from backend.kernel.web import DATABASE
from tests.integration.service.conftest import WholeService

pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web.NotAppKeyWarning")


async def ready_status(service: WholeService) -> int:
    async with service.client.get(f"{service.url}/readyz") as response:
        return response.status


async def test_that_no_message_is_taken_into_a_database_file_that_is_gone(service: WholeService) -> None:
    browser = service.browser()
    await browser.connect()
    assert await browser.ask("một") == "Trả lời: một"
    away = service.database_file.with_suffix(".away")
    service.database_file.rename(away)
    await browser.say("hai")
    refusal = await browser.until("refused")
    assert refusal["code"] == "internal_error"
    assert await ready_status(service) == 503
    assert not service.database_file.exists(), "an empty one in its place would hide what has happened"
    away.rename(service.database_file)
    assert await ready_status(service) == 200
    assert await browser.ask("ba") == "Trả lời: ba"
    await browser.close()


async def test_that_a_writer_from_outside_only_delays(service: WholeService) -> None:
    browser = service.browser()
    await browser.connect()
    other = sqlite3.connect(service.database_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    await browser.say("một")
    assert await ready_status(service) == 200, "nobody else waits"
    await asyncio.sleep(0.5)
    other.rollback()
    other.close()
    assert (await browser.until_said("bot"))["content"]["text"] == "Trả lời: một"
    await browser.close()


async def test_that_a_full_disk_refuses_with_a_reference_and_passes(
    service: WholeService, caplog: pytest.LogCaptureFixture
) -> None:
    limit = limit_pages(service)
    browser = service.browser()
    await browser.connect()
    assert await browser.ask("một") == "Trả lời: một"
    limit["pages"] = 1
    refusal: dict[str, Any] = {}
    while not refusal:  # what is left of the last pages still takes a message or two
        await browser.say("dài " * 240)
        frame = await browser.next_frame()
        refusal = frame if frame["type"] == "refused" else {}
    assert refusal["code"] == "internal_error"
    reference = refusal["message"].removesuffix(".").rsplit(" ", 1)[-1]
    assert reference in [getattr(record, "reference", None) for record in caplog.records]
    limit["pages"] = 1_000_000
    message_id = await browser.say("hai")
    while (await browser.until("accepted"))["id"] != message_id:
        pass
    while (await browser.until_said("bot"))["content"]["text"] != "Trả lời: hai":
        pass
    seqs = [message["seq"] for message in browser.shown]
    assert seqs == list(range(len(seqs))), "nothing accepted is missing, nothing is there twice"
    await browser.close()


def limit_pages(service: WholeService) -> dict[str, int]:
    """Let SQLite make its file no larger than ``limit["pages"]``: to it, the disk is full then."""
    limit = {"pages": 1_000_000}

    def on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count={limit['pages']}")

    event.listen(service.app[DATABASE].engine.sync_engine, "checkout", on_checkout)
    return limit

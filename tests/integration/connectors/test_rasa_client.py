"""What the pipeline takes a silent Rasa for."""

from __future__ import annotations

import pytest

from backend.kernel.http_client import http_client
from connectors.rasa_client import RasaClient, RasaFailed, RasaTurn, RasaUnavailable
from tests.fakes.rasa import TOKEN, FakeRasa

TURN = RasaTurn("c", "m", "xin chào", is_payload=False, channel="webchat", slots={})


async def test_that_a_healthy_rasa_that_gets_stuck_in_a_message_counts_against_the_message(rasa: FakeRasa) -> None:
    rasa.hold.clear()
    async with http_client(timeout_seconds=0.3) as session:
        with pytest.raises(RasaFailed):
            await RasaClient(session, rasa.url, TOKEN).turn(TURN)


async def test_that_a_rasa_that_does_not_even_tell_its_health_is_missing(
    rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.hold.clear()

    async def not_ready(self: RasaClient) -> bool:
        return False

    monkeypatch.setattr(RasaClient, "is_ready", not_ready)
    async with http_client(timeout_seconds=0.3) as session:
        with pytest.raises(RasaUnavailable):
            await RasaClient(session, rasa.url, TOKEN).turn(TURN)

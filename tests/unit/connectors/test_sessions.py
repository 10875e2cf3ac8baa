"""Session tokens over time."""

from __future__ import annotations

from datetime import timedelta

import itsdangerous.timed
import pytest

from connectors.webchat.session import SESSION_LIFETIME, InvalidSession, SessionTokens


def tokens_issued(monkeypatch: pytest.MonkeyPatch, age: timedelta) -> tuple[SessionTokens, str]:
    tokens = SessionTokens("k" * 40)
    signer = itsdangerous.timed.TimestampSigner
    real = signer.get_timestamp
    with monkeypatch.context() as then:
        then.setattr(signer, "get_timestamp", lambda self: real(self) - int(age.total_seconds()))
        return tokens, tokens.issue("citizen")


def test_that_a_clock_put_back_costs_nobody_the_conversation(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, token = tokens_issued(monkeypatch, -timedelta(minutes=5))
    assert tokens.read(token) == "citizen"


def test_that_a_token_ends_with_its_lifetime(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, token = tokens_issued(monkeypatch, SESSION_LIFETIME + timedelta(minutes=1))
    with pytest.raises(InvalidSession):
        tokens.read(token)

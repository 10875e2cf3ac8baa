"""Settings that would do harm are refused before anything starts."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from backend.kernel.settings import Settings


def settings(**changes: object) -> Settings:
    secrets = {"secret_key": "k" * 40, "service_token": "s", "rasa_token": "r"}
    return Settings(_env_file=None, **(secrets | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("widget_origins", "https://a.example; script-src *"),
        ("widget_origins", "https://a.example\r\nSet-Cookie: a=b"),
        ("widget_origins", "khanhhoa.gov.vn"),
        ("public_url", "tro-ly.khanhhoa.gov.vn"),
        ("public_url", "https://tro-ly.khanhhoa.gov.vn/a b"),
        ("chat_messages_limit", "many"),
        ("chat_new_sessions_limit", "0/minute"),
        ("metrics_token", "short"),
        ("secret_key", "short"),
    ],
)
def test_that_a_harmful_setting_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        settings(**{name: value})
    assert [mistake["loc"][0] for mistake in refusal.value.errors()] == [name]


def test_that_usual_settings_are_taken() -> None:
    taken = settings(
        widget_origins="https://khanhhoa.gov.vn, https://*.khanhhoa.gov.vn,http://localhost:3000",
        public_url="https://tro-ly.khanhhoa.gov.vn/",
    )
    assert len(taken.widget_origins) == 3
    assert taken.public_url == "https://tro-ly.khanhhoa.gov.vn"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_that_a_postgresql_address_may_be_spelled_as_everywhere(scheme: str) -> None:
    url = settings(database_url=f"{scheme}://hcc:p%40ss%2Fw%23rd@db.example/hcc?sslmode=require").async_database_url
    assert url.drivername == "postgresql+asyncpg"
    assert url.password == "p@ss/w#rd"
    assert dict(url.query) == {"ssl": "require"}

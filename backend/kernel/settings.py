"""Settings of the service, from the environment (prefix ``HCC_``) and a ``.env`` file."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import URL, make_url

from backend.kernel.limits import parse_limit

PROJECT_ROOT = Path(__file__).resolve().parents[2]

_ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?|https?://\[[0-9A-Fa-f:]+\](:\d{1,5})?")
_PUBLIC_URL = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?")


class Settings(BaseSettings):
    """All settings. A secret has no default: without it the part that needs it is off, or refuses to start."""

    model_config = SettingsConfigDict(env_prefix="HCC_", env_file=PROJECT_ROOT / ".env", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    public_url: str = ""
    """Address under which citizens reach the service (behind a proxy), without a trailing slash."""

    database_url: str = f"sqlite:///{PROJECT_ROOT / 'var' / 'hcc.sqlite3'}"
    secret_key: SecretStr
    """Signs web-chat sessions; at least 32 characters."""
    service_token: SecretStr
    """What the action server shows to the core API."""

    metrics_token: Annotated[SecretStr, Field(min_length=16)] | None = None
    """Lets a Prometheus on another machine read ``/metrics``; without it only this machine may."""

    rasa_url: str = "http://127.0.0.1:5005"
    rasa_token: SecretStr
    rasa_timeout_seconds: Annotated[float, Field(gt=0)] = 15.0

    demo: bool = False
    trusted_proxy_count: Annotated[int, Field(ge=0, le=5)] = 0
    """How many reverse proxies stand in front and append to ``X-Forwarded-For``."""
    widget_origins: Annotated[list[str], NoDecode] = ["*"]
    """Pages that may embed the chatbox, comma-separated origins; ``*`` for any."""

    catalogue_dir: Path = PROJECT_ROOT / "data" / "catalogue"
    cache_dir: Path = PROJECT_ROOT / "var" / "cache"
    """What can be worked out again, only slowly; may be emptied at any time."""
    words_dir: Path = PROJECT_ROOT / "data" / "words"
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"

    message_text_limit: Annotated[int, Field(ge=100, le=4000)] = 1000
    chat_messages_limit: str = "600/minute"
    """Messages of the web chat from one address: a whole office may sit behind it."""
    chat_new_sessions_limit: str = "120/minute"
    """New web-chat sessions from one address."""
    rasa_session_idle_minutes: Annotated[int, Field(ge=1)] = 60
    learning_days: Annotated[int, Field(ge=0, le=3650)] = 90
    """How long a sentence that was not understood is kept, masked, after it was last written; 0: none is queued."""

    @field_validator("widget_origins", mode="before")
    @classmethod
    def _split_on_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("widget_origins")
    @classmethod
    def _are_origins(cls, value: list[str]) -> list[str]:
        # They become part of a header: anything else could smuggle in a policy of its own.
        if not all(origin == "*" or _ORIGIN.fullmatch(origin) for origin in value):
            raise ValueError("must be * or origins such as https://khanhhoa.gov.vn, separated by commas")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and not _PUBLIC_URL.fullmatch(value):
            raise ValueError("must be an address such as https://tro-ly.khanhhoa.gov.vn")
        return value

    @field_validator("chat_messages_limit", "chat_new_sessions_limit")
    @classmethod
    def _is_limit(cls, value: str) -> str:
        parse_limit(value)
        return value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < 32:
            raise ValueError("HCC_SECRET_KEY needs at least 32 characters")
        return value

    @cached_property
    def async_database_url(self) -> URL:
        """The database's URL with the asynchronous driver, whatever spelling the operator used."""
        url = make_url(self.database_url)
        backend = url.get_backend_name()
        if backend == "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        if backend in ("postgresql", "postgres"):
            # libpq's name, which everybody knows; SQLAlchemy hands the driver its own.
            mode = url.query.get("sslmode")
            url = url.difference_update_query(["sslmode"])
            return url.update_query_dict({"ssl": mode} if mode else {}).set(drivername="postgresql+asyncpg")
        raise ValueError(f"HCC_DATABASE_URL: {backend} is not supported; use sqlite or postgresql")

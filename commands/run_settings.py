"""The settings of one run of ``./hcc up``: what the operator set, what is generated, and which process may see what."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from backend.kernel.settings import Settings
from commands.checks import free_loopback_ports
from commands.failure import PlainFailure
from commands.layout import ROOT, var_folder

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
# Rasa's side needs neither the database nor the channels' and payment providers' secrets, so it is not given them.
_SEEN_BY_RASA = frozenset({"HCC_RASA_TOKEN", "HCC_ACTIONS_URL", "HCC_LOG_LEVEL"})
_SEEN_BY_ACTIONS = frozenset({"HCC_CORE_URL", "HCC_SERVICE_TOKEN", "HCC_LOG_LEVEL"})


def settings_from_environment(env_file: Path = ROOT / ".env") -> dict[str, str]:
    """The process's environment, with what ``.env`` adds to it."""
    try:
        lines = dotenv_values(env_file)
    except (OSError, ValueError) as error:
        raise PlainFailure(f"The file {env_file} cannot be read as settings in UTF-8 ({error}).") from error
    return {**{name: value for name, value in lines.items() if value is not None}, **os.environ}


def parse_switch(name: str, text: str) -> bool:
    """The value of an on/off setting, in the spellings that the service itself understands."""
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise PlainFailure(f"The setting {name} must be true or false, not {text!r}.")


def parse_port(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise PlainFailure(f"The setting {name} must be a port number from 1 to 65535, not {text!r}.")
    return int(text)


def stored_secret_key(folder: Path) -> str:
    """The key that signs web-chat sessions, made once: a new one at each start would end everybody's conversation."""
    path = folder / "secret_key"
    if path.exists():
        return path.read_text(errors="replace").strip()
    # Whole or not at all: half a key, left by a full disk, would be half as hard to guess.
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / ".secret_key.unfinished"
    unfinished.unlink(missing_ok=True)
    key = secrets.token_urlsafe(48)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    unfinished.replace(path)
    return key


@dataclass(frozen=True)
class RunSettings:
    """Everything that is decided before the first process starts."""

    host: str
    port: int
    rasa_port: int
    actions_port: int
    environment: dict[str, str]

    @property
    def own_url(self) -> str:
        """The service's address as this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"

    @property
    def rasa_url(self) -> str:
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        return f"http://127.0.0.1:{self.actions_port}"

    def for_service(self) -> dict[str, str]:
        return dict(self.environment)

    def for_rasa(self) -> dict[str, str]:
        return {**self._without_settings(_SEEN_BY_RASA), "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2"}

    def for_actions(self) -> dict[str, str]:
        return self._without_settings(_SEEN_BY_ACTIONS)

    def _without_settings(self, seen: frozenset[str]) -> dict[str, str]:
        return {name: value for name, value in self.environment.items() if name in seen or not name.startswith("HCC_")}


def decide_settings(given: Mapping[str, str], port: int | None = None) -> RunSettings:
    """Fill in what the operator left open. Secrets travel by environment only, never on a command line."""
    free = free_loopback_ports(2)
    chosen_port = port or parse_port("HCC_PORT", given.get("HCC_PORT") or "8080")
    settings = RunSettings(
        host=given.get("HCC_HOST") or "127.0.0.1",
        port=chosen_port,
        rasa_port=parse_port("HCC_RASA_PORT", given.get("HCC_RASA_PORT") or str(free[0])),
        actions_port=parse_port("HCC_ACTIONS_PORT", given.get("HCC_ACTIONS_PORT") or str(free[1])),
        environment={},
    )
    if len({settings.port, settings.rasa_port, settings.actions_port}) < 3:
        raise PlainFailure("The ports of the service, of Rasa and of the action server must differ.")
    environment = dict(given)
    environment.update(
        HCC_HOST=settings.host,
        HCC_PORT=str(settings.port),
        HCC_RASA_URL=settings.rasa_url,
        HCC_ACTIONS_URL=f"{settings.actions_url}/webhook",
        HCC_CORE_URL=settings.own_url,
        PYTHONUNBUFFERED="1",
        # Files of the folder that the command was called in must not be taken for modules of ours.
        PYTHONPATH=str(ROOT),
    )
    for name in ("HCC_RASA_TOKEN", "HCC_SERVICE_TOKEN"):
        environment[name] = given.get(name) or secrets.token_urlsafe(32)
    environment["HCC_SECRET_KEY"] = given.get("HCC_SECRET_KEY") or stored_secret_key(var_folder())
    environment["HCC_CACHE_DIR"] = given.get("HCC_CACHE_DIR") or str(var_folder() / "cache")
    environment["HCC_DATABASE_URL"] = given.get("HCC_DATABASE_URL") or f"sqlite:///{var_folder() / 'hcc.sqlite3'}"
    settings.environment.update(environment)
    return settings


def apply_settings(settings: RunSettings) -> Settings:
    """Make them this process's environment, and read them as the service will."""
    os.environ.update(settings.environment)
    try:
        service_settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise PlainFailure(f"The setting HCC_{name} is not right: {first['msg']}.") from error
    try:
        make_url(service_settings.async_database_url)
    except (ValueError, ArgumentError):
        raise PlainFailure(
            "The setting HCC_DATABASE_URL must be the address of an SQLite or PostgreSQL database."
        ) from None
    return service_settings

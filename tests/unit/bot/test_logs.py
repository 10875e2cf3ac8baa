"""What a citizen wrote does not reach the log."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from bot.logs import JsonFormatter, redact

SECRET = "056088001234"


def line(name: str, message: str, **extra: object) -> dict[str, object]:
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, (), None)
    vars(record).update(extra)
    return dict(json.loads(JsonFormatter().format(record)))


@pytest.mark.parametrize(
    "message",
    [f"Failed to parse '{SECRET}'.", f'text "{SECRET}"', f"`{SECRET}`", f"phone {SECRET}", f"first line\n{SECRET}"],
)
def test_that_foreign_lines_lose_their_values(message: str) -> None:
    assert SECRET not in redact(message)
    assert SECRET not in str(line("rasa.core", message))


def test_that_own_lines_keep_theirs() -> None:
    entry = line("bot.run", "ready", port=5005, seconds=8.1)
    assert (entry["event"], entry["port"], entry["level"]) == ("ready", 5005, "ERROR")


def test_that_exceptions_are_named_and_placed_but_not_quoted() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = logging.LogRecord("bot.channel", logging.ERROR, __file__, 1, "turn failed", (), sys.exc_info())
    entry = json.loads(JsonFormatter().format(record))
    assert entry["exception"] == "ValueError"
    assert SECRET not in json.dumps(entry)


def test_that_rasas_structured_lines_carry_no_values_even_if_debug_is_asked_for() -> None:
    code = (
        "from bot.logs import configure_logging; configure_logging('DEBUG'); import structlog\n"
        f"log = structlog.get_logger(); log.debug('parse', text='{SECRET}'); log.warning('parse', text='{SECRET}')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [json.loads(entry)["event"] for entry in done.stderr.splitlines()] == ["parse"]
    assert SECRET not in done.stdout + done.stderr

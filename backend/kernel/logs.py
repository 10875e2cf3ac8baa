"""Log lines as JSON, one object a line. What a person wrote, and who they are, never goes in."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_FRAMES_SHOWN = 8
_LONGEST_CHAIN = 4
# Of the system (OSError), of SQLite and of PostgreSQL: fixed names of what went wrong.
_SAFE_ATTRIBUTES = ("strerror", "sqlite_errorname", "sqlstate")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object with the fields of ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        entry.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info and record.exc_info[1] is not None:
            entry["exception"] = [_described(error) for error in _chain(record.exc_info[1])]
        return json.dumps(entry, ensure_ascii=False, default=str)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_LONGEST_CHAIN):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _described(error: BaseException) -> dict[str, Any]:
    """Return what helps to find the fault. An exception's message may quote a request or a statement's values."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_SHOWN:]
    described: dict[str, Any] = {
        "type": type(error).__name__,
        "at": [f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in frames],
    }
    for name in _SAFE_ATTRIBUTES:
        if isinstance(value := getattr(error, name, None), str):
            described[name] = value
    return described


def configure_logging(level: str) -> None:
    """Send all records at or above ``level`` to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Access lines would hold addresses and receipt codes; requests are counted by /metrics instead.
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    # SQLAlchemy's INFO and DEBUG lines hold the parameters of statements.
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)

"""Log lines like the service's: one JSON object a line. What a person wrote never goes in."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import datetime, timezone
from typing import Any

import structlog

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OWN = ("bot", "actions")
# Rasa and its libraries put values between quotation marks, and numbers may be anybody's.
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_LONG_NUMBER = re.compile(r"\d[\d .-]{4,}\d")


class JsonFormatter(logging.Formatter):
    """Formats a record as one JSON object; of foreign records only what cannot hold a citizen's words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        own = record.name.split(".")[0] in _OWN
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage() if own else redact(record.getMessage()),
        }
        if own:
            entry.update({key: value for key, value in vars(record).items() if key not in _STANDARD})
        if record.exc_info and record.exc_info[1] is not None:
            # The message of an exception may quote a request; its type and place are enough to find the fault.
            entry["exception"] = type(record.exc_info[1]).__name__
            frames = traceback.extract_tb(record.exc_info[2])
            entry["at_code"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames[-6:]]
        return json.dumps(entry, ensure_ascii=False, default=str)


def redact(message: str) -> str:
    """Return the first line of a message without quoted values and long numbers."""
    first_line = message.split("\n", 1)[0][:300]
    return _LONG_NUMBER.sub("…", _QUOTED.sub("…", first_line))


def configure_logging(level: str) -> None:
    """Send records to standard error as JSON lines; Rasa never below INFO, since its DEBUG lines hold texts."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    # Rasa's structured lines go the same way, the name of the event alone: their values are texts, slots and entities.
    structlog.configure(
        processors=[_name_of_event],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(logging.INFO, logging.getLevelName(level)), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in ("matplotlib", "py.warnings", "tensorflow", "apscheduler", "sanic.access", "asyncio", "numba"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _name_of_event(logger: Any, method: str, event: dict[str, Any]) -> str:
    return str(event.get("event", ""))

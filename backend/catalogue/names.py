"""Short names made from official ones."""

from __future__ import annotations

import re

_SHORT_NAME_LENGTH = 90
_BEFORE_A_NAME = re.compile(r"^thủ tục\s+", re.IGNORECASE)


def short_name_of(name: str) -> str:
    """Return a name short enough for a button, made from the official one."""
    short = _BEFORE_A_NAME.sub("", name)
    short = short[:1].upper() + short[1:]
    if len(short) <= _SHORT_NAME_LENGTH:
        return short
    return short[: _SHORT_NAME_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;(") + "…"

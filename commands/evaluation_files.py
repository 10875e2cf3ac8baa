"""Files of sentences with the intents that they should get."""

from __future__ import annotations

import csv
from pathlib import Path

from commands.failure import PlainFailure

_NEEDED = ("intent", "text")
_COLUMNS = (*_NEEDED, "receipt_code")
REGISTER = "register"


def read_nlu_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated file; quotation marks are text. Rows have a register where the file names one."""
    rows, named = _read(path)
    columns = (*_COLUMNS, REGISTER) if REGISTER in named else _COLUMNS
    # An evaluation without codes may leave that column out.
    missing = [name for name in _NEEDED if name not in named]
    if missing:
        raise PlainFailure(f"{path} has no column {', '.join(missing)} in its first line.")
    if not rows:
        raise PlainFailure(f"{path} has no rows below its first line.")
    return [{name: (row.get(name) or "") for name in columns} for row in rows]


def read_registers(path: Path) -> list[str] | None:
    """The register of each row, in order; None where the file names none."""
    rows, named = _read(path)
    return [row.get(REGISTER) or "" for row in rows] if REGISTER in named else None


def _read(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            rows = list(reader)
            return rows, list(reader.fieldnames or [])
    except (OSError, UnicodeDecodeError) as error:
        raise PlainFailure(f"{path} cannot be read: {error}.") from error

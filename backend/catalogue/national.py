"""Reads what the search needs from the national database's JSON lines; the importer proper builds on this."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backend.catalogue.record import Level
from vietnamese.folding import clean

_LEVELS = {
    "cấp bộ": Level.MINISTRY,
    "cấp tỉnh": Level.PROVINCE,
    "cấp xã": Level.COMMUNE,
    "cơ quan khác": Level.PROVINCE,
}


@dataclass(frozen=True, slots=True)
class NationalProcedure:
    """A procedure as the national database lists it; names are in its own spelling."""

    code: str
    name: str
    field_name: str
    agency_name: str
    levels: tuple[Level, ...]
    url: str | None


def read_national_procedures(path: Path) -> Iterator[NationalProcedure]:
    """Yield the procedures of a JSON-lines file of the national database."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield _procedure(json.loads(line))


def _procedure(row: dict[str, str]) -> NationalProcedure:
    levels = [_LEVELS.get(part.strip().lower()) for part in row.get("cap_thuc_hien", "").split(",")]
    known = tuple(dict.fromkeys(level for level in levels if level))
    return NationalProcedure(
        code=clean(row["ma_thu_tuc"]),
        name=clean(row["ten_thu_tuc"]),
        field_name=clean(row.get("linh_vuc", "")),
        agency_name=clean(row.get("co_quan_co_tham_quyen") or row.get("co_quan_thuc_hien") or ""),
        levels=known or (Level.MINISTRY,),
        url=clean(row.get("detail_url", "")) or None,
    )

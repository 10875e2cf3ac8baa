"""Reads a crawl of the national database: one JSON object a line, every value a text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backend.catalogue.importing.rows import RowRefused, SourceRow
from backend.catalogue.importing.tidying import squeezed, tidy

# The longest procedure of the national database takes 70,000 bytes.
LONGEST_LINE = 4_000_000
_CHUNK = 1 << 20

CODE, NAME, FIELD = "ma_thu_tuc", "ten_thu_tuc", "linh_vuc"
AUTHORITY, CARRIED_OUT_BY, LEVELS = "co_quan_co_tham_quyen", "co_quan_thuc_hien", "cap_thuc_hien"
MINISTRY, URL, DECISION, AUDIENCE = "bo_nganh", "detail_url", "so_quyet_dinh", "doi_tuong_thuc_hien"
WAYS, PAPERS, LEGAL_BASIS = "cach_thuc_thuc_hien", "thanh_phan_ho_so", "can_cu_phap_ly"
STEPS, CONDITIONS, RESULT, PLACE = "trinh_tu_thuc_hien", "yeu_cau_dieu_kien", "ket_qua_xu_ly", "dia_chi_tiep_nhan"

_READ = (
    CODE, NAME, FIELD, AUTHORITY, CARRIED_OUT_BY, LEVELS, MINISTRY, URL, DECISION, AUDIENCE,
    WAYS, PAPERS, LEGAL_BASIS, STEPS, CONDITIONS, RESULT, PLACE,
)  # fmt: skip


def read_lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number; None for one that is too long, of which no more than the limit is held."""
    number = 0
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) <= LONGEST_LINE:
                yield number, line
                continue
            while line and not line.endswith(b"\n"):
                line = file.readline(_CHUNK)
            yield number, None


def read_crawl(path: Path) -> Iterator[SourceRow | RowRefused]:
    """Yield the procedures of a crawl, and what was wrong with the other lines."""
    for number, line in read_lines(path):
        try:
            row = _row(path.name, number, line)
        except RowRefused as refused:
            yield refused
        else:
            if row is not None:
                yield row


def _row(file: str, number: int, line: bytes | None) -> SourceRow | None:
    if line is None:
        raise RowRefused(number, "", "import_line_too_long", limit=LONGEST_LINE)
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        value = json.loads(text) if text else None
    except UnicodeDecodeError:
        raise RowRefused(number, "", "import_not_utf8") from None
    except (ValueError, RecursionError):
        raise RowRefused(number, "", "import_not_json") from None
    if not text:
        return None
    if not isinstance(value, dict):
        raise RowRefused(number, "", "file_not_mapping")
    facts = {key: _text(number, key, value.get(key)) for key in _READ}
    if not facts[NAME]:
        raise RowRefused(number, NAME, "problem_missing")
    return SourceRow(
        file=file,
        line=number,
        code=squeezed(facts[CODE]),
        name=squeezed(facts[NAME]),
        field=squeezed(facts[FIELD]),
        agency=facts[AUTHORITY] or facts[CARRIED_OUT_BY],
        ministry=facts[MINISTRY],
        levels=facts[LEVELS],
        url=squeezed(facts[URL]),
        facts=facts,
    )


def _text(number: int, key: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowRefused(number, key, "problem_text")
    return tidy(value)

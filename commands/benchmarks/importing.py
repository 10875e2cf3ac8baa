"""Times ``./hcc catalogue import``, beside writing the same lines into a database as they are."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.catalogue.importing.importer import FORMAT_FILE
from backend.catalogue.importing.vocabulary import NationalFormat
from commands.failure import PlainFailure
from commands.layout import ROOT

PAGES = 2_642
_SENTENCE = "Tổ chức, cá nhân nộp hồ sơ đến cơ quan có thẩm quyền và nhận phiếu hẹn trả kết quả. "


def measure_import(national_file: Path | None) -> dict[str, Any]:
    """Return how long the import takes into an empty database and a second time, start of the process included."""
    with tempfile.TemporaryDirectory(prefix="hcc-bench-") as name:
        folder = Path(name)
        pages = national_file.absolute() if national_file else _made_up_pages(folder / "pages.jsonl")
        lines = pages.read_bytes().splitlines()
        return {
            "pages": len(lines),
            "made_up": national_file is None,
            "first_seconds": _seconds_of(lambda: _import(folder, pages)),
            "again_seconds": _seconds_of(lambda: _import(folder, pages)),
            "baseline_seconds": _seconds_of(lambda: _store_as_they_are(folder / "raw.sqlite3", lines)),
        }


def _seconds_of(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return round(time.perf_counter() - started, 2)


def _import(folder: Path, pages: Path) -> None:
    own = {"HCC_VAR_DIR": str(folder), "HCC_DATABASE_URL": f"sqlite:///{folder / 'hcc.sqlite3'}"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "commands", "catalogue", "import", str(pages)],
        env={**os.environ, **own, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise PlainFailure(f"The import failed: {done.stderr.strip()}")


def _store_as_they_are(path: Path, lines: list[bytes]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE pages (code TEXT PRIMARY KEY, page TEXT)")
        rows = ((json.loads(line)["ma_thu_tuc"], line.decode()) for line in lines)
        connection.executemany("INSERT INTO pages VALUES (?, ?)", rows)
    connection.close()


def _made_up_pages(path: Path) -> Path:
    """Write pages of the national database's shape and size."""
    form = NationalFormat.read(ROOT / "data" / "catalogue" / FORMAT_FILE)
    way = next(iter(form.ways))
    row = f"Đơn đề nghịMẫu số 01.docx1 {form.original}"
    with path.open("w", encoding="utf-8") as file:
        for number in range(PAGES):
            page = {
                "ma_thu_tuc": f"9.{number:06}",
                "detail_url": f"https://example.org/{number}",
                "ten_thu_tuc": f"Thủ tục cấp giấy phép loại {number}",
                "cap_thuc_hien": "Cấp xã",
                "linh_vuc": "Hộ tịch",
                "co_quan_co_tham_quyen": "Ủy ban nhân dân cấp xã",
                "bo_nganh": "bo-tu-phap",
                "trinh_tu_thuc_hien": "".join(f"{form.step} {n}: {_SENTENCE * 5}\n" for n in range(1, 6)),
                "cach_thuc_thuc_hien": form.ways_heading + f"{way}5 Ngày làm việc70,000 VNĐ({_SENTENCE})" * 3,
                "thanh_phan_ho_so": "--" + form.papers_heading + f"{_SENTENCE}{row}" * 8,
                "can_cu_phap_ly": form.legal_basis_heading + "Luật Mẫu12/2020/QH14" * 5,
                "yeu_cau_dieu_kien": _SENTENCE * 5,
                "ket_qua_xu_ly": "Giấy phép",
            }
            file.write(json.dumps(page, ensure_ascii=False) + "\n")
    return path

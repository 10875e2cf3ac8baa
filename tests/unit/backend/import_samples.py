"""Made-up pages in the shape of the national database, for tests of the import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from backend.catalogue.importing.vocabulary import NationalFormat
from backend.kernel.settings import PROJECT_ROOT
from backend.kernel.words import Words

FOLDER = PROJECT_ROOT / "data" / "catalogue"
WORDS = Words(PROJECT_ROOT / "data" / "words")
FORM = NationalFormat.read(FOLDER / "national-format.yml")
WAYS = FORM.ways_heading
PAPERS = FORM.papers_heading
BASIS = FORM.legal_basis_heading


def page(code: str, name: str = "Thủ tục cấp giấy phép nuôi trăn", **changes: Any) -> dict[str, Any]:
    """A made-up page of the crawl."""
    return {
        "ma_thu_tuc": code,
        "detail_url": f"https://example.org/{code}",
        "ten_thu_tuc": name,
        "so_quyet_dinh": "12/QĐ-XYZ",
        "cap_thuc_hien": "Cấp xã",
        "linh_vuc": "Hộ tịch",
        "doi_tuong_thuc_hien": "Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)",
        "co_quan_co_tham_quyen": "Ủy ban nhân dân cấp xã",
        "dia_chi_tiep_nhan": "",
        "trinh_tu_thuc_hien": "Bước 1: Nộp giấy.\nBước 2: Chờ như ở Bước 1 đã nói.",
        "cach_thuc_thuc_hien": f"{WAYS}Trực tuyến3 Ngày làm việcMiễn phíTrực tiếp5 Ngày8,000 VNĐ(8.000 đồng/bản)",
        "thanh_phan_ho_so": f"--{PAPERS}- Đơn xin nuôi trănMẫu số 01.docx1 bản chínhẢnh con trăn0 bản chính,2 bản sao",
        "can_cu_phap_ly": f"{BASIS}Luật Trăn số 1/2020/QH141/2020/QH14Về nuôi trăn2/2021/NĐ-CP",
        "co_quan_thuc_hien": "Ủy ban nhân dân cấp xã",
        "yeu_cau_dieu_kien": "Không có thông tin",
        "ket_qua_xu_ly": "Giấy phép nuôi trănMã: KQ.G1.000001Từ khóaKhông có thông tinMô tảKhông có thông tin",
        "bo_nganh": "bo-tu-phap",
        **changes,
    }


def write_crawl(path: Path, *pages: dict[str, Any] | str) -> Path:
    """Write a crawl; a text stands for a line as it is."""
    lines = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in pages]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def write_workbook(path: Path, *rows: tuple[Any, ...], heading: bool = True) -> Path:
    """Write a list export as the portal makes them: a title over all columns, the columns' names below it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if heading:
        sheet.append(["DANH SÁCH THỦ TỤC HÀNH CHÍNH"])
        sheet.merge_cells("A1:E1")
        sheet.append(["Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"])
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path

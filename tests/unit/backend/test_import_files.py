"""Which files the import reads, and what it says of those that it cannot."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from backend.catalogue.importing import jsonl, workbook
from backend.catalogue.importing.reading import read_rows
from backend.catalogue.importing.rows import FileUnreadable, RowRefused, SourceRow
from tests.unit.backend.import_samples import FORM, WORDS, page, write_crawl, write_workbook


def read(path: Path) -> tuple[list[SourceRow], list[str]]:
    """Return the rows of a file, and what was refused in the words that the operator reads."""
    rows, refused = [], []
    for row in read_rows(path, FORM):
        if isinstance(row, RowRefused):
            refused.append(f"{row.line}: {row.field}: {WORDS.say(f'catalogue.{row.key}', **row.values)}")
        else:
            rows.append(row)
    return rows, refused


def reason(path: Path) -> str:
    with pytest.raises(FileUnreadable) as caught:
        list(read_rows(path, FORM))
    return WORDS.say(f"catalogue.{caught.value.key}", **caught.value.values)


def names(rows: list[SourceRow]) -> list[tuple[str, str, str]]:
    return [(row.code, row.name, row.field) for row in rows]


TRAN = ("1.000001", "Nuôi trăn", "Hộ tịch")
RAN = ("", "Nuôi rắn, nuôi rùa", "Hộ tịch")


def test_that_broken_lines_of_a_crawl_hinder_no_other(tmp_path: Path) -> None:
    lines = [
        page("1.000001", "Nuôi trăn"),
        '{"ma_thu_tuc": "1.000002", ',
        "",
        "[" * 100_000,
        '["1.000003"]',
        page("1.000004", "Nuôi rắn", linh_vuc=["Hộ tịch"]),
        page(5, "Nuôi rùa"),  # type: ignore[arg-type]
        page("1.000006", ""),
        page("1.000007", "Nuôi ếch", linh_vuc=None),
    ]
    rows, refused = read(write_crawl(tmp_path / "a.jsonl", *lines))
    assert names(rows) == [TRAN, ("1.000007", "Nuôi ếch", "")]
    assert refused == [
        "2: : dòng không phải JSON hợp lệ",
        "4: : dòng không phải JSON hợp lệ",
        "5: : mỗi mục phải gồm các dòng “tên: giá trị”",
        "6: linh_vuc: phải là chữ; nếu là số hay mã thì đặt trong dấu nháy",
        "7: ma_thu_tuc: phải là chữ; nếu là số hay mã thì đặt trong dấu nháy",
        "8: ten_thu_tuc: thiếu mục bắt buộc",
    ]


def test_that_a_line_without_end_is_skipped_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_crawl(tmp_path / "a.jsonl", page("1.000001", "Nuôi trăn"), "x" * 100_000, page("1.000002", "Nuôi rắn"))
    monkeypatch.setattr(jsonl, "LONGEST_LINE", 50_000)
    monkeypatch.setattr(jsonl, "_CHUNK", 1000)
    rows, refused = read(path)
    assert [row.code for row in rows] == ["1.000001", "1.000002"]
    assert refused == ["2: : dòng dài quá 50000 byte"]


def test_that_bytes_that_are_no_text_are_refused_by_line(tmp_path: Path) -> None:
    path = write_crawl(tmp_path / "a.jsonl", page("1.000001", "Nuôi trăn"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b'{"ten_thu_tuc": "\xff\xfe"}\n')
    rows, refused = read(path)
    assert names(rows) == [TRAN]
    assert refused == ["2: : dòng không đúng bảng mã UTF-8"]


def test_that_characters_nobody_sees_are_taken_out(tmp_path: Path) -> None:
    line = json.dumps(page("1.000001", "Nuôi\u200b trăn\u0000\ud800"))
    path = write_crawl(tmp_path / "a.jsonl", line)
    (row,), _ = read(path)
    assert row.name == "Nuôi trăn"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    "text",
    [
        'code,name,field\n1.000001,Nuôi trăn,Hộ tịch\n,"Nuôi rắn, nuôi rùa",Hộ tịch\n',
        "Mã số;Tên thủ tục;Lĩnh vực\r\n1.000001;Nuôi trăn;Hộ tịch\r\n\r\n;Nuôi rắn, nuôi rùa;Hộ tịch\r\n",
        "FIELD\tNAME\tCODE\nHộ tịch\tNuôi trăn\t1.000001\nHộ tịch\tNuôi rắn, nuôi rùa\t\n",
    ],
)
def test_that_tables_are_read_with_any_separator(tmp_path: Path, text: str, mark: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(mark + text, "utf-8", newline="")
    rows, refused = read(path)
    assert (names(rows), refused) == ([TRAN, RAN], [])


def test_that_rows_of_a_table_are_refused_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    huge = "x" * 200_000
    path.write_text(
        "code,name,field\n1.000001,Nuôi rắn, nuôi rùa,Hộ tịch\n1.000002,,Hộ tịch\n"
        f"1.000003,{huge},a\n1.000001,Nuôi trăn,Hộ tịch\n",
        "utf-8",
    )
    rows, refused = read(path)
    assert names(rows) == [TRAN]
    assert refused == [
        "2: : phải có 3 cột, đang có 4",
        "3: name: thiếu mục bắt buộc",
        "4: : dòng bị hỏng: ô quá dài hoặc dấu nháy không đóng",
    ]


def test_that_a_table_without_codes_or_without_fields_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,field\nNuôi trăn,Hộ tịch\n", "utf-8")
    assert names(read(path)[0]) == [("", "Nuôi trăn", "Hộ tịch")]
    path.write_text("code,name\n1.000001,Nuôi trăn\n", "utf-8")
    assert names(read(path)[0]) == [("1.000001", "Nuôi trăn", "")]


def test_that_a_list_export_is_read_below_its_title(tmp_path: Path) -> None:
    row = ("1.000001", " Nuôi trăn ", "Bộ Tư pháp", "Sở Tư Pháp\nỦy ban nhân dân cấp xã", "Hộ tịch")
    rows, refused = read(write_workbook(tmp_path / "a.xlsx", row, (None, None, "Bộ Tư pháp"), ("1.000002", None)))
    assert names(rows) == [TRAN]
    assert rows[0].agency == "Sở Tư Pháp\nỦy ban nhân dân cấp xã"
    assert refused == ["4: name: thiếu mục bắt buộc", "5: name: thiếu mục bắt buộc"]


def test_that_cells_merged_downwards_hold_for_every_row(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    others = ("1.000002", "Nuôi rắn"), ("1.000003", "Nuôi rùa")
    write_workbook(path, ("1.000001", "Nuôi trăn", "", "", "Hộ tịch"), *others)
    book = load_workbook(path)
    book.worksheets[0].merge_cells("E3:E4")
    book.save(path)
    assert [row.field for row in read(path)[0]] == ["Hộ tịch", "Hộ tịch", ""]


def test_that_a_formula_counts_by_what_it_came_to(tmp_path: Path) -> None:
    # Nothing has worked these formulas out, so there is no value that could be taken.
    path = write_workbook(tmp_path / "a.xlsx", ("1.000001", '="Nuôi"&" trăn"', "", "", "Hộ tịch"), TRAN)
    rows, refused = read(path)
    assert [row.line for row in rows] == [4]
    assert refused == ["3: name: thiếu mục bắt buộc"]


def test_that_every_sheet_that_is_a_list_is_read(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", ("1.000001", "Nuôi trăn", "", "", "Hộ tịch"))
    book = load_workbook(path)
    book.create_sheet("Ghi chú", 0).append(["Không có gì"])
    book.save(path)
    assert names(read(path)[0]) == [TRAN]


def test_that_a_claimed_size_of_a_million_rows_costs_nothing(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", ("1.000001", "Nuôi trăn", "", "", "Hộ tịch"))
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = content.replace(b'ref="A1:E3"', b'ref="A1:XFD1048576"', 1)
                content = content.replace(b'ref="A1:E1"', b'ref="A1:XFD1048576"', 1)
                assert content.count(b"XFD1048576") == 2
            new.writestr(part.filename, content)
    path.write_bytes(changed.getvalue())
    assert [row.code for row in read(path)[0]] == ["1.000001"]


def _zip_of(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return content.getvalue()


def _workbook_with_entities(path: Path) -> bytes:
    write_workbook(path, ("1.000001", "Nuôi trăn", "", "", "Hộ tịch"))
    changed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                assert b"Nu" in content
                content = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + content.replace(b"Nu", b"&b;")
            new.writestr(part.filename, content)
    return changed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "tệp trống"),
        ("a.csv", b"\xef\xbb\xbf \n", "tệp trống"),
        ("a.csv", b"a,b\n1,2\n", "không thấy dòng tiêu đề có cột Tên và cột Mã số hoặc Lĩnh vực"),
        ("a.csv", b"code,name,field\n1,\xe1\xff,x\n", "tệp phải ghi theo bảng mã UTF-8"),
        ("a.csv", "code,name,field\n".encode("utf-16"), "tệp phải ghi theo bảng mã UTF-8"),
        ("a.jsonl", b"\x01\x02\x00\x03" * 100, "tệp không phải là văn bản"),
        ("a.json", b'[\n{"ma_thu_tuc": "1.000001"}]', "tệp JSON phải ghi mỗi thủ tục trên một dòng"),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "tệp Excel kiểu cũ"),
        ("a.xlsx", b"PK\x03\x04 broken", "tệp XLSX bị hỏng"),
        ("a.xlsx", _zip_of(a=b"b"), "tệp XLSX bị hỏng"),
    ],
)
def test_that_a_file_that_cannot_be_read_is_told_why(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert reason(path).startswith(said)


def test_that_what_is_no_file_is_told_so(tmp_path: Path) -> None:
    assert reason(tmp_path) == "đây không phải là tệp"
    assert reason(tmp_path / "none.csv").startswith("không mở được tệp")


def test_that_a_workbook_without_the_columns_is_told_so(tmp_path: Path) -> None:
    assert reason(write_workbook(tmp_path / "a.xlsx", ("x", "y"), heading=False)).startswith("không thấy dòng tiêu đề")


def test_that_bombs_do_not_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(_zip_of(xl__a=b"\x00" * 101_000_000))
    assert reason(path) == "tệp quá lớn: bung ra hơn 100000000 byte"
    path.write_bytes(_workbook_with_entities(tmp_path / "b.xlsx"))
    assert reason(path) == "tệp XLSX bị hỏng hoặc có cấu trúc không an toàn"
    monkeypatch.setattr(workbook, "_MOST_ROWS", 50)
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Mã số", "Tên", "Lĩnh vực"])
    for _ in range(200):
        sheet.append(TRAN)
    book.save(path)
    assert len(read(path)[0]) == 49


@pytest.mark.parametrize("write", [lambda content: content[:-200], lambda content: content[:300] + content[400:]])
def test_that_a_workbook_cut_short_is_told_so(tmp_path: Path, write: Callable[[bytes], bytes]) -> None:
    path = write_workbook(tmp_path / "a.xlsx", *(("1.000001", "Nuôi trăn", "", "", "Hộ tịch") for _ in range(50)))
    path.write_bytes(write(path.read_bytes()))
    assert reason(path).startswith("tệp XLSX bị hỏng")


def test_that_a_number_in_a_cell_is_its_text(tmp_path: Path) -> None:
    cells: tuple[Any, ...] = (1.000001, "Nuôi trăn", None, 5, "Hộ tịch")
    (row,), _ = read(write_workbook(tmp_path / "a.xlsx", cells))
    assert row.code == "1.000001"

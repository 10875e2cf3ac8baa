"""The schema check: an editor learns file, line, field and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.catalogue.files import read_catalogue
from backend.catalogue.problems import CatalogueFilesInvalid
from backend.kernel.settings import PROJECT_ROOT
from backend.kernel.words import Words

WORDS = Words(PROJECT_ROOT / "data" / "words")
FIELDS = "- id: ho-tich\n  name: Hộ tịch\n"
AGENCIES = "- id: ubnd-cap-xa\n  name: Ủy ban nhân dân cấp xã\n  level: commune\n"
COMMUNES = "- code: '22366'\n  name: Phường Nha Trang\n  kind: phuong\n  former: [Phường Lộc Thọ]\n"
RECORD = """code: "1.001193"
name: Thủ tục đăng ký khai sinh
short_name: Đăng ký khai sinh
field: ho-tich
levels: [commune]
agency: ubnd-cap-xa
papers:
  - text: Giấy chứng sinh
fees:
  - amount: 0
source:
  name: Cơ sở dữ liệu quốc gia
  checked_in: "2026-07"
"""
INDEX_HEADER = "code\tname\tfield\tlevels\tagency\taudience\tonline\turl\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "fields.yml": FIELDS,
        "agencies.yml": AGENCIES,
        "communes.yml": COMMUNES,
        "records/ho-tich/1.001193.yml": RECORD,
        "phrasings/a.tsv": "code\tphrasing\n1.001193\tlàm giấy khai sinh\n",
        "index/moj.tsv": INDEX_HEADER
        + "1.000656\tThủ tục đăng ký khai tử\tho-tich\tcommune\tubnd-cap-xa\tcitizen\t\t\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(CatalogueFilesInvalid) as caught:
        read_catalogue(folder, WORDS)
    return [str(problem) for problem in caught.value.problems]


def test_that_files_in_order_are_read(folder: Path) -> None:
    files = read_catalogue(folder, WORDS)
    assert files.records["1.001193"].fees[0].amount == 0
    assert files.index["1.000656"].levels == ["commune"]
    assert files.phrasings == {"1.001193": ["làm giấy khai sinh"]}


@pytest.mark.parametrize(
    ("before", "after", "line", "problem"),
    [
        ("papers:", "paper:", 7, "paper: không có mục nào tên như vậy; xem lại chính tả"),
        ('"1.001193"', "1.001193", 1, "code: phải là chữ; nếu là số hay mã thì đặt trong dấu nháy"),
        ("[commune]", "[huyen]", 5, "levels.0: chỉ nhận một trong các giá trị: ministry, province, commune"),
        ("amount: 0", "amount: -1", 10, "fees.0.amount: phải là số nguyên trong khoảng cho phép"),
        ("amount: 0", "when: mất", 10, "fees.0: phải có số tiền (amount) hoặc lời ghi (text)"),
        ("short_name: Đăng ký khai sinh\n", "", 1, "short_name: thiếu mục bắt buộc"),
        ("field: ho-tich", "field: ho-tichh", 4, "field: không có lĩnh vực “ho-tichh” trong fields.yml"),
        ("agency: ubnd-cap-xa", "agency: abc", 6, "agency: không có cơ quan “abc” trong agencies.yml"),
        ('"2026-07"', '"07/2026"', 13, "source.checked_in: viết chưa đúng mẫu"),
        ("field: ho-tich", "field: ho-tich\nfield: ho-tich", 5, "field: mục này viết hai lần"),
        ("papers:", "papers: [", 8, "tệp YAML viết sai"),
    ],
)
def test_that_a_mistake_is_named_with_its_place(folder: Path, before: str, after: str, line: int, problem: str) -> None:
    path = folder / "records/ho-tich/1.001193.yml"
    path.write_text(RECORD.replace(before, after, 1), "utf-8")
    wanted = f"records/ho-tich/1.001193.yml:{line}: {problem}"
    assert any(found.startswith(wanted) for found in problems_of(folder)), problems_of(folder)


def test_that_a_code_in_two_files_is_refused(folder: Path) -> None:
    (folder / "records/copy.yml").write_text(RECORD, "utf-8")
    assert problems_of(folder) == ["records/ho-tich/1.001193.yml:1: code: 1.001193 đã có ở records/copy.yml:1"]


def test_that_lines_of_tables_are_checked(folder: Path) -> None:
    (folder / "phrasings/b.tsv").write_text("code\tphrasing\n9.999999\tcâu hỏi\n1.001193\n1.001193\tx\n", "utf-8")
    (folder / "index/x.tsv").write_text(INDEX_HEADER + "1.000999\tTên\tkhong-co\tcommune\tubnd-cap-xa\t\t\t\n", "utf-8")
    assert problems_of(folder) == [
        "index/x.tsv:2: field: không có lĩnh vực “khong-co” trong fields.yml",
        f"phrasings/b.tsv:2: code: {WORDS.say('catalogue.unknown_code', code='9.999999')}",
        "phrasings/b.tsv:3: phải có 2 cột, đang có 1",
        "phrasings/b.tsv:4: phrasing: câu phải dài từ 2 đến 300 chữ cái",
    ]


def test_that_phrasings_may_be_for_what_an_import_has_brought(folder: Path) -> None:
    (folder / "phrasings/b.tsv").write_text("code\tphrasing\n9.999999\tnuôi trăn\n", "utf-8")
    for imported in ({"9.999999"}, None):
        assert read_catalogue(folder, WORDS, imported).phrasings["9.999999"] == ["nuôi trăn"]


def test_that_a_missing_list_is_named(folder: Path) -> None:
    (folder / "fields.yml").unlink()
    assert "fields.yml:1: không có tệp này" in problems_of(folder)


def test_that_the_projects_own_files_are_in_order() -> None:
    files = read_catalogue(PROJECT_ROOT / "data" / "catalogue", WORDS)
    assert len(files.records) >= 60
    assert len(files.communes) == 65
    lacking = [code for code in files.records if code not in files.phrasings]
    assert lacking == [], "every record needs lay phrasings"

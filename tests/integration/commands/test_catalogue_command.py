"""``./hcc catalogue`` as an operator runs it: on small files of each format, and on what is no such file."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from commands.layout import ROOT

SAMPLES = ROOT / "tests" / "data" / "import"
RECORD = """code: "1.001193"
name: Thủ tục đăng ký khai sinh
short_name: Đăng ký khai sinh
field: ho-tich
levels: [commune]
agency: ubnd-cap-xa
fees:
  - amount: 0
source: {name: Cơ sở dữ liệu quốc gia, checked_in: "2026-07"}
"""
FILES = {
    "fields.yml": "- id: ho-tich\n  name: Hộ tịch\n",
    "agencies.yml": "- id: ubnd-cap-xa\n  name: Ủy ban nhân dân cấp xã\n  level: commune\n",
    "communes.yml": "- code: '22366'\n  name: Phường Nha Trang\n  kind: phuong\n  former: [Phường Lộc Thọ]\n",
    "records/khai-sinh.yml": RECORD,
    "phrasings/a.tsv": "code\tphrasing\n1.001193\tvợ mới sinh em bé\n3.000001\tnhà nuôi con trăn\n",
    "index/a.tsv": "code\tname\tfield\tlevels\tagency\taudience\tonline\turl\n"
    "1.000656\tThủ tục đăng ký khai tử\tho-tich\tcommune\tubnd-cap-xa\tcitizen\t\t\n",
}


class Operator:
    """Runs the command on a catalogue and a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.catalogue = folder / "catalogue"
        self.var = folder / "var"
        self.var.mkdir()
        for name, text in FILES.items():
            (self.catalogue / name).parent.mkdir(parents=True, exist_ok=True)
            (self.catalogue / name).write_text(text, "utf-8")
        for name in ("national-format.yml", "national-names.yml"):
            shutil.copy(ROOT / "data" / "catalogue" / name, self.catalogue)

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        settings = {"HCC_VAR_DIR": str(self.var), "HCC_CATALOGUE_DIR": str(self.catalogue), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "commands", "catalogue", *map(str, arguments)],
            env={**os.environ, **settings},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr

    def rows(self, question: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.var / "hcc.sqlite3") as connection:
            return connection.execute(question).fetchall()


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


def test_that_files_of_each_format_are_imported(operator: Operator) -> None:
    files = [SAMPLES / name for name in ("crawl.jsonl", "list.xlsx", "table.csv")]
    status, shown, _ = operator.run("import", *files, "--as-of", "2026-07")
    assert status == 0
    counted, *rest = shown.splitlines()
    assert counted.startswith(
        "procedures: 2 added, 1 given the facts that they lacked, 0 changed, 0 unchanged, 1 written"
    )
    assert rest == [
        "rows without a code that were matched by name and field: 1",
        "rows without a code that match no procedure: 1",
        "  table.csv:4: Đăng ký nuôi voi: không có thủ tục nào cùng tên trong lĩnh vực này",
        "rows refused: 3",
        "  crawl.jsonl:4: dòng không phải JSON hợp lệ",
        "  crawl.jsonl:5: linh_vuc: chưa biết lĩnh vực “Nuôi rùa”; thêm vào national-names.yml hoặc fields.yml",
        "  list.xlsx:5: name: thiếu mục bắt buộc",
    ]
    again, shown, _ = operator.run("import", *files, "--as-of", "2026-07")
    assert again == 0
    assert shown.startswith(
        "procedures: 0 added, 0 given the facts that they lacked, 0 changed, 3 unchanged, 1 written"
    )
    live = "SELECT code FROM procedures WHERE withdrawn_at IS NULL ORDER BY code"
    assert operator.rows(live) == [("1.000656",), ("1.001193",), ("3.000001",), ("3.000004",)]
    assert operator.rows("SELECT text FROM procedure_phrasings WHERE procedure_code = '3.000001'") == [
        ("nhà nuôi con trăn",)
    ]
    assert operator.run("check")[0] == 0
    status, shown, _ = operator.run("load")
    assert status == 0
    assert "procedures: 0 added, 0 changed, 0 withdrawn, 4 unchanged" in shown


def test_that_an_unreadable_file_is_told_in_a_sentence_and_the_others_are_loaded(
    operator: Operator, tmp_path: Path
) -> None:
    garbage = tmp_path / "garbage.xlsx"
    garbage.write_bytes(os.urandom(5000).replace(b"P", b"Q") + b"\x00")
    status, shown, said = operator.run("import", garbage, tmp_path / "none.csv", SAMPLES / "list.xlsx")
    assert status == 1
    assert shown.startswith("procedures: 2 added")
    assert said.splitlines()[-1].startswith("hcc: 2 of 3 files could not be read. ")
    assert "garbage.xlsx: " in said and "none.csv: không mở được tệp" in said


def test_that_an_import_of_nothing_leaves_everything_as_it_was(operator: Operator, tmp_path: Path) -> None:
    operator.run("import", SAMPLES / "crawl.jsonl")
    before = operator.rows("SELECT version FROM catalogue_state")
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{no json\n" * 3, "utf-8")
    status, shown, said = operator.run("import", broken)
    assert status == 1
    assert "rows refused: 3" in shown
    assert said == "hcc: Nothing in these files could be taken; the catalogue is as it was.\n"
    assert operator.rows("SELECT version FROM catalogue_state") == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import"], "hcc: Name the files to import."),
        (["load", "x.csv"], "hcc: load takes no files."),
        (["import", str(SAMPLES / "table.csv"), "--agency", "x"], "hcc: There is no agency 'x' in agencies.yml."),
        (["import", "x.csv", "--as-of", "7/2026"], "'7/2026' is no month such as 2026-07"),
    ],
)
def test_that_a_wrong_call_is_told_so(operator: Operator, arguments: list[str], said: str) -> None:
    status, _, told = operator.run(*arguments)
    assert status != 0
    assert said in told


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("records/khai-sinh.yml", "amount: 0", "amount: free", "records/khai-sinh.yml:8: fees.0.amount: phải là số"),
        ("records/khai-sinh.yml", "ubnd-cap-xa", "ubnd-huyen", "records/khai-sinh.yml:6: agency: không có cơ quan"),
        ("index/a.tsv", "ubnd-cap-xa", "ubnd-huyen", "index/a.tsv:2: agency: không có cơ quan “ubnd-huyen”"),
        ("index/a.tsv", "citizen\t\t\n", "citizen\t\t\n" + FILES["index/a.tsv"].splitlines()[1] + "\n",
         "index/a.tsv:3: code: 1.000656 đã có ở index/a.tsv:2"),
    ],
)  # fmt: skip
def test_that_a_mistake_in_the_files_leaves_the_old_catalogue_in_use(
    operator: Operator, name: str, before: str, after: str, said: str
) -> None:
    operator.run("import", SAMPLES / "crawl.jsonl")
    everything = operator.rows("SELECT * FROM procedures ORDER BY code")
    text = (operator.catalogue / name).read_text("utf-8")
    (operator.catalogue / name).write_text(text.replace(before, after), "utf-8")
    status, _, told = operator.run(*(["import", SAMPLES / "list.xlsx"] if "huyen" in after else ["load"]))
    assert status == 1
    assert said in told
    assert operator.rows("SELECT * FROM procedures ORDER BY code") == everything

"""The import and the curated files, on both databases: neither takes anything away from the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from backend.catalogue import service
from backend.catalogue.answers import ProcedureAnswer, procedure_answer
from backend.catalogue.files import CatalogueFiles
from backend.catalogue.importing.importer import Importer, ImportReport
from backend.catalogue.importing.storing import imported_codes
from backend.catalogue.loading import load_catalogue
from backend.catalogue.model import CatalogueState, Procedure, ProcedurePhrasing
from backend.catalogue.service import LiveCatalogue, get_procedure
from backend.kernel.clock import ManualClock
from backend.kernel.database import Database
from backend.kernel.errors import ProcedureNotFound
from tests.integration.backend.conftest import Client, sample_files
from tests.unit.backend.import_samples import FOLDER, WORDS, page, write_crawl, write_workbook

NEW, INDEXED, WRITTEN_UP = "3.000001", "1.000656", "1.001193"

Run = Callable[..., Any]


@pytest.fixture
def run(loaded_database: Database, clock: ManualClock) -> Run:
    """Import files over the sample catalogue."""

    async def import_files(
        *paths: Path, files: CatalogueFiles | None = None, as_of: str | None = None, agency: str = ""
    ) -> ImportReport:
        importer = Importer(FOLDER, files or sample_files(), WORDS, checked_in=as_of, default_agency=agency)
        return await importer.run(loaded_database, paths, clock)

    return import_files


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    return write_crawl(
        tmp_path / "crawl.jsonl",
        page(NEW, "Thủ tục cấp giấy phép nuôi trăn"),
        page(INDEXED, "Thủ tục đăng ký khai tử"),
        page(WRITTEN_UP, "Thủ tục đăng ký khai sinh (tên mới)"),
    )


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.added, report.completed, report.changed, report.unchanged, report.kept


async def answer_of(database: Database, code: str) -> ProcedureAnswer:
    async with database.read() as session:
        return procedure_answer(await get_procedure(session, code), WORDS)


async def version_of(database: Database) -> int:
    async with database.read() as session:
        state = await session.get(CatalogueState, 1)
        assert state is not None
        return state.version


async def test_that_an_import_adds_and_completes_and_overwrites_nothing(
    run: Run, crawl: Path, loaded_database: Database
) -> None:
    assert counts(await run(crawl, as_of="2026-07")) == (1, 1, 0, 0, 1)
    new = await answer_of(loaded_database, NEW)
    assert (new.name, new.agency.id, new.levels, new.field.id) == (
        "Thủ tục cấp giấy phép nuôi trăn", "ubnd-cap-xa", ["commune"], "ho-tich",
    )  # fmt: skip
    assert [fee.label for fee in new.fees] == ["Miễn phí", "8.000 đồng"]
    assert [duration.label for duration in new.durations] == ["3 ngày làm việc", "5 ngày"]
    assert (new.has_record, new.is_imported, new.source.checked_label) == (True, True, "tháng 7/2026")
    assert new.source.decision == "12/QĐ-XYZ"
    indexed = await answer_of(loaded_database, INDEXED)
    assert (indexed.is_imported, indexed.papers[0].text) == (True, "Đơn xin nuôi trăn")
    written = await answer_of(loaded_database, WRITTEN_UP)
    assert (written.is_imported, written.name) == (False, "Thủ tục đăng ký khai sinh")
    assert [paper.text for paper in written.papers] == ["Giấy chứng sinh"]


async def test_that_importing_twice_changes_nothing(run: Run, crawl: Path, loaded_database: Database) -> None:
    await run(crawl, as_of="2026-07")
    version = await version_of(loaded_database)
    assert counts(await run(crawl, as_of="2026-07")) == (0, 0, 0, 2, 1)
    # Who does not say how old a file is says nothing new.
    assert counts(await run(crawl)) == (0, 0, 0, 2, 1)
    assert await version_of(loaded_database) == version
    assert (await answer_of(loaded_database, NEW)).source.checked_in == "2026-07"


async def test_that_a_newer_file_brings_its_changes(
    run: Run, crawl: Path, tmp_path: Path, loaded_database: Database
) -> None:
    await run(crawl)
    version = await version_of(loaded_database)
    newer = write_crawl(
        tmp_path / "newer.jsonl",
        page(NEW, "Thủ tục cấp giấy phép nuôi trăn", ket_qua_xu_ly="Thẻ nuôi trăn"),
        page(INDEXED, "Thủ tục đăng ký khai tử"),
    )
    assert counts(await run(newer)) == (0, 0, 1, 1, 0)
    assert (await answer_of(loaded_database, NEW)).result == "Thẻ nuôi trăn"
    assert await version_of(loaded_database) == version + 1


async def test_that_loading_the_files_withdraws_nothing_imported(
    run: Run, crawl: Path, loaded_database: Database, clock: ManualClock
) -> None:
    await run(crawl)
    report = await load_catalogue(loaded_database, sample_files(), clock)
    assert not report.any
    assert (await answer_of(loaded_database, NEW)).has_record


async def test_that_what_leaves_the_files_stays_if_an_import_knows_it(
    run: Run, crawl: Path, loaded_database: Database, clock: ManualClock
) -> None:
    await run(crawl)
    files = sample_files()
    files.index.clear()
    files.records.clear()
    assert (await load_catalogue(loaded_database, files, clock)).procedures.withdrawn == 0
    written = await answer_of(loaded_database, WRITTEN_UP)
    assert (written.is_imported, written.name) == (True, "Thủ tục đăng ký khai sinh (tên mới)")
    await load_catalogue(loaded_database, sample_files(), clock)
    written = await answer_of(loaded_database, WRITTEN_UP)
    assert (written.is_imported, written.papers[0].text) == (False, "Giấy chứng sinh")


async def test_that_a_record_written_later_stands_above_the_import(
    run: Run, crawl: Path, loaded_database: Database, clock: ManualClock
) -> None:
    await run(crawl)
    files = sample_files()
    record = files.records[WRITTEN_UP]
    files.records[NEW] = record.model_copy(update={"code": NEW, "short_name": "Nuôi trăn"})
    assert (await load_catalogue(loaded_database, files, clock)).procedures.changed == 1
    new = await answer_of(loaded_database, NEW)
    assert (new.is_imported, new.short_name) == (False, "Nuôi trăn")


async def test_that_phrasings_find_what_only_an_import_knows(
    run: Run, crawl: Path, loaded_database: Database, clock: ManualClock
) -> None:
    files = sample_files()
    files.phrasings[NEW] = ["nhà có nuôi con trăn"]
    await run(crawl, files=files)
    assert await imported_codes(loaded_database) == {NEW, INDEXED, WRITTEN_UP}
    async with loaded_database.read() as session:
        wanted = select(func.count()).select_from(ProcedurePhrasing).where(ProcedurePhrasing.procedure_code == NEW)
        assert await session.scalar(wanted) == 1


async def test_that_the_running_search_follows_an_import(run: Run, crawl: Path, loaded_database: Database) -> None:
    catalogue = LiveCatalogue(loaded_database, FOLDER)
    async with catalogue.running():
        assert catalogue.snapshot.search.search(NEW).hits == ()
        with pytest.raises(ProcedureNotFound):
            await catalogue.procedure(NEW)
        await run(crawl)
        assert await catalogue.refresh()
        assert [hit.entry.code for hit in catalogue.snapshot.search.search("cấp giấy phép nuôi trăn").hits][:1] == [NEW]
        assert (await catalogue.procedure(NEW)).is_imported


async def test_that_leafing_through_everything_fills_no_memory(
    run: Run, tmp_path: Path, loaded_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [f"3.{number:06}" for number in range(12)]
    await run(write_crawl(tmp_path / "many.jsonl", *(page(code, f"Nuôi con vật số {code}") for code in codes)))
    monkeypatch.setattr(service, "_MOST_KEPT", 5)
    catalogue = LiveCatalogue(loaded_database, FOLDER)
    async with catalogue.running():
        for code in codes * 2:
            assert (await catalogue.procedure(code)).code == code
        assert len(catalogue._views) == 5


async def test_that_the_api_shows_an_imported_procedure(api: Client, run: Run, crawl: Path) -> None:
    await run(crawl)
    answer = await (await api.get(f"/api/v1/procedures/{INDEXED}")).json()
    assert answer["is_imported"] is True
    assert answer["source"]["name"] == "Cơ sở dữ liệu quốc gia về thủ tục hành chính"
    assert answer["way_labels"] == ["trực tiếp", "trực tuyến"]


async def test_that_lists_add_names_and_take_no_facts_away(
    run: Run, crawl: Path, tmp_path: Path, loaded_database: Database
) -> None:
    workbook = write_workbook(
        tmp_path / "list.xlsx",
        (NEW, "Thủ tục cấp giấy phép nuôi trăn", "Bộ Tư pháp", "Ủy ban nhân dân cấp xã", "Hộ tịch"),
        ("3.000002", "Thủ tục cấp giấy phép nuôi rắn", "Bộ Tư pháp", "Ủy ban nhân dân cấp xã", "Hộ tịch"),
        ("", "đăng ký khai tử", "", "", "Hộ tịch"),
        ("", "Đăng ký nuôi rùa", "", "", "Hộ tịch"),
    )
    report = await run(workbook, crawl)
    assert counts(report) == (2, 1, 0, 0, 1)
    assert report.matched == 1
    assert [str(problem) for problem in report.unmatched] == [
        "list.xlsx:6: Đăng ký nuôi rùa: không có thủ tục nào cùng tên trong lĩnh vực này"
    ]
    named = await answer_of(loaded_database, "3.000002")
    assert (named.has_record, named.is_imported, named.agency.id) == (False, False, "ubnd-cap-xa")
    assert counts(await run(workbook)) == (0, 0, 0, 3, 0)
    assert (await answer_of(loaded_database, NEW)).has_record
    full = write_crawl(tmp_path / "full.jsonl", page("3.000002", "Thủ tục cấp giấy phép nuôi rắn"))
    assert counts(await run(full)) == (0, 1, 0, 0, 0)


async def test_that_rows_that_have_no_place_here_are_refused(run: Run, crawl: Path, tmp_path: Path) -> None:
    bad = write_crawl(
        tmp_path / "bad.jsonl",
        page("3.000001", "Nuôi trăn"),
        page("3.000001", "Nuôi trăn lần nữa"),
        page("3.1", "Nuôi rắn"),
        page("3.000003", "Nuôi rùa", linh_vuc="Nuôi rùa"),
        page("3.000004", "Nuôi ếch", cap_thuc_hien="Cấp huyện", co_quan_co_tham_quyen="Chủ trại ếch"),
        page("3.000005", "Nuôi cá", cap_thuc_hien="Cấp bộ", co_quan_co_tham_quyen="Hội cá", bo_nganh="bo-y-te"),
        page("3.000006", "N"),
        page("3.000007", "Nuôi chim", detail_url="https://example.org/same"),
        page("3.000008", "Nuôi gà", detail_url="https://example.org/same"),
    )
    report = await run(bad)
    assert report.added == 1
    assert [str(problem) for problem in report.refused] == [
        "bad.jsonl:2: code: 3.000001 đã có ở bad.jsonl:1",
        "bad.jsonl:3: ma_thu_tuc: viết chưa đúng mẫu",
        "bad.jsonl:4: linh_vuc: chưa biết lĩnh vực “Nuôi rùa”; thêm vào national-names.yml hoặc fields.yml",
        "bad.jsonl:5: cap_thuc_hien: không rõ cấp thực hiện (cơ quan ghi: “Chủ trại ếch”)",
        "bad.jsonl:6: co_quan_co_tham_quyen: chưa biết cơ quan “Hội cá”; thêm vào national-names.yml",
        "bad.jsonl:7: ten_thu_tuc: tên phải dài từ 2 đến 2.000 chữ cái",
        "bad.jsonl:8: detail_url: một trang được ghi cho 2 mã (3.000007, 3.000008…), nên không biết là của mã nào",
        "bad.jsonl:9: detail_url: một trang được ghi cho 2 mã (3.000007, 3.000008…), nên không biết là của mã nào",
    ]


async def test_that_slipped_codes_are_noticed(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "slipped.csv"
    table.write_text(
        f"code,name,field\n{WRITTEN_UP},Thủ tục đăng ký khai tử,Hộ tịch\n{INDEXED},Cấp phép nổ mìn,Hộ tịch\n"
        f"{INDEXED},Đăng ký khai tử,Hộ tịch\n",
        "utf-8",
    )
    report = await run(table)
    assert [str(problem) for problem in report.refused] == [
        "slipped.csv:2: code: mã 1.001193 là của thủ tục “Thủ tục đăng ký khai sinh”",
        "slipped.csv:3: code: mã 1.000656 là của thủ tục “Thủ tục đăng ký khai tử”",
    ]
    assert counts(report) == (0, 0, 0, 1, 0)


async def test_that_a_plain_table_needs_to_be_told_the_agency(
    run: Run, tmp_path: Path, loaded_database: Database
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("code;name;field\n3.000001;Nuôi trăn;Hộ tịch (Bộ Tư pháp)\n", "utf-8")
    report = await run(table)
    assert [str(problem) for problem in report.refused] == [
        "table.csv:2: agency: không rõ cấp thực hiện (cơ quan ghi: “”)"
    ]
    assert counts(await run(table, agency="ubnd-cap-xa")) == (1, 0, 0, 0, 0)
    assert (await answer_of(loaded_database, NEW)).agency.id == "ubnd-cap-xa"


async def test_that_an_unreadable_file_hinders_no_other(
    run: Run, crawl: Path, tmp_path: Path, loaded_database: Database
) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04" + b"\x00" * 50)
    report = await run(broken, crawl)
    assert report.unreadable == [(str(broken), "tệp XLSX bị hỏng hoặc có cấu trúc không an toàn")]
    assert report.added == 1
    before = await version_of(loaded_database)
    assert (await run(broken)).taken == 0
    assert await version_of(loaded_database) == before
    async with loaded_database.read() as session:
        live = select(func.count()).select_from(Procedure).where(Procedure.withdrawn_at.is_(None))
        assert await session.scalar(live) == 3

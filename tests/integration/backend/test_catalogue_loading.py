"""Loading the catalogue, on both databases."""

from __future__ import annotations

import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from backend.catalogue.elsewhere import ElsewhereInvalid
from backend.catalogue.loading import load_catalogue
from backend.catalogue.model import CatalogueState, CommuneFormerUnit, Procedure, ProcedurePhrasing
from backend.catalogue.names import short_name_of
from backend.catalogue.record import IndexRow
from backend.catalogue.service import LiveCatalogue, get_procedure
from backend.kernel.clock import ManualClock
from backend.kernel.database import Database
from backend.kernel.errors import ProcedureNotFound
from backend.kernel.settings import PROJECT_ROOT
from tests.integration.backend.conftest import sample_files

CATALOGUE_DIR = PROJECT_ROOT / "data" / "catalogue"


async def test_that_loading_twice_writes_nothing(loaded_database: Database, clock: ManualClock) -> None:
    written: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE"):
            written.append(statement)

    event.listen(loaded_database.engine.sync_engine, "before_cursor_execute", note)
    report = await load_catalogue(loaded_database, sample_files(), clock)
    assert written == []
    assert not report.any
    assert report.procedures.unchanged == 2


async def test_that_what_leaves_the_files_is_withdrawn_and_may_come_back(
    loaded_database: Database, clock: ManualClock
) -> None:
    files = sample_files()
    files.index.clear()
    clock.advance(timedelta(days=1))
    assert (await load_catalogue(loaded_database, files, clock)).procedures.withdrawn == 1
    async with loaded_database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Procedure)) == 2
        with pytest.raises(ProcedureNotFound):
            await get_procedure(session, "1.000656")
    assert (await load_catalogue(loaded_database, sample_files(), clock)).procedures.changed == 1
    async with loaded_database.read() as session:
        assert (await get_procedure(session, "1.000656")).name == "Thủ tục đăng ký khai tử"


async def test_that_changed_parts_are_written_and_no_others(loaded_database: Database, clock: ManualClock) -> None:
    files = sample_files()
    files.records["1.001193"] = files.records["1.001193"].model_copy(update={"summary": "Cho trẻ mới sinh."})
    files.phrasings["1.000656"] = ["ông nội mới mất"]
    files.communes["22366"] = files.communes["22366"].model_copy(update={"former": ["Phường Vạn Thạnh"]})
    report = await load_catalogue(loaded_database, files, clock)
    assert (report.procedures.changed, report.phrasings_of_procedures, report.communes.changed) == (1, 1, 1)
    async with loaded_database.read() as session:
        assert list(await session.scalars(select(CommuneFormerUnit.name))) == ["Phường Vạn Thạnh"]
        assert await session.scalar(select(func.count()).select_from(ProcedurePhrasing)) == 3


async def test_that_the_search_follows_the_database(loaded_database: Database, clock: ManualClock) -> None:
    catalogue = LiveCatalogue(loaded_database, CATALOGUE_DIR)
    async with catalogue.running():
        assert [hit.entry.code for hit in catalogue.snapshot.search.search("khai tử").hits][:1] == ["1.000656"]
        files = sample_files()
        files.index.clear()
        await load_catalogue(loaded_database, files, clock)
        assert await catalogue.refresh()
        assert not await catalogue.refresh()
        assert catalogue.snapshot.search.search("1.000656").hits == ()
    async with loaded_database.read() as session:
        state = await session.get(CatalogueState, 1)
        assert state is not None and state.version == catalogue.snapshot.version


async def test_that_a_procedure_that_was_read_before_follows_the_database(
    loaded_database: Database, clock: ManualClock
) -> None:
    catalogue = LiveCatalogue(loaded_database, CATALOGUE_DIR)
    async with catalogue.running():
        before = await catalogue.procedure("1.001193")
        files = sample_files()
        files.records["1.001193"] = files.records["1.001193"].model_copy(update={"summary": "Tóm tắt mới."})
        files.index.clear()
        await load_catalogue(loaded_database, files, clock)
        await catalogue.refresh()
        after = await catalogue.procedure("1.001193")
        assert before.record and after.record
        assert after.record["summary"] == "Tóm tắt mới."
        with pytest.raises(ProcedureNotFound):
            await catalogue.procedure("1.000656")


async def test_that_three_thousand_procedures_load_in_ten_seconds(database: Database, clock: ManualClock) -> None:
    files = sample_files()
    row = files.index["1.000656"]
    for number in range(3000):
        code = f"3.{number:06}"
        files.index[code] = IndexRow.model_validate(
            row.model_dump() | {"code": code, "name": f"Cấp giấy phép loại {number} cho tổ chức, cá nhân"}
        )
        files.phrasings[code] = [f"xin giấy phép {number} kiểu {variant}" for variant in range(5)]
    started = time.monotonic()
    await load_catalogue(database, files, clock)
    assert time.monotonic() - started < 10


def test_that_a_short_name_fits_a_button() -> None:
    assert short_name_of("Thủ tục đăng ký khai sinh") == "Đăng ký khai sinh"
    long = short_name_of("Chứng thực bản sao từ bản chính giấy tờ, văn bản " * 5)
    assert len(long) <= 90 and long.endswith("…")


async def test_that_the_search_follows_the_word_lists(loaded_database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    (folder / "elsewhere").mkdir(parents=True)
    shutil.copy(CATALOGUE_DIR / "query-words.yml", folder)
    catalogue = LiveCatalogue(loaded_database, folder)
    await catalogue.refresh()
    question = "mượn máy cưa của nhà nước"
    assert catalogue.snapshot.search.search(question).elsewhere is None
    topics = folder / "elsewhere" / "topics.yml"
    topics.write_text("- id: muon-may\n  name: Mượn máy\n  advice: Trung tâm không cho mượn máy.\n", "utf-8")
    (folder / "elsewhere" / "a.tsv").write_text("topic\tphrasing\nmuon-may\tmượn máy cưa ở đâu\n", "utf-8")
    assert await catalogue.refresh()
    found = catalogue.snapshot.search.search(question).elsewhere
    assert found is not None and found.advice == "Trung tâm không cho mượn máy."
    assert not await catalogue.refresh()


async def test_that_a_broken_word_list_leaves_the_old_catalogue_in_use(
    loaded_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    (folder / "elsewhere").mkdir(parents=True)
    shutil.copy(CATALOGUE_DIR / "query-words.yml", folder)
    catalogue = LiveCatalogue(loaded_database, folder)
    await catalogue.refresh()
    before = catalogue.snapshot
    (folder / "elsewhere" / "topics.yml").write_text("- id: [", "utf-8")
    with pytest.raises(ElsewhereInvalid):
        await catalogue.refresh()
    assert catalogue.snapshot is before
    fresh = LiveCatalogue(loaded_database, folder)
    assert await fresh.refresh(), "a service that begins does without these topics"

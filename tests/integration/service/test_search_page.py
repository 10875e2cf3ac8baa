"""The search page with its advanced search, as a browser without JavaScript gets it."""

from __future__ import annotations

import html
import re

import pytest

from backend.catalogue.api import CATALOGUE
from backend.catalogue.loading import load_catalogue
from backend.catalogue.record import Audience, IndexRow, Level, OnlineLevel
from backend.kernel.clock import SystemClock
from backend.kernel.web import DATABASE
from tests.integration.backend.conftest import sample_files
from tests.integration.service.conftest import StartService, WholeService

# aiohttp-jinja2 keeps its context under a plain name, which aiohttp has begun to dislike.
pytestmark = pytest.mark.filterwarnings("ignore::aiohttp.web.NotAppKeyWarning")

BOATS = 45


@pytest.fixture
async def portal(start_service: StartService) -> WholeService:
    """A service whose catalogue holds 45 procedures for boats beside the sample."""
    service = await start_service()
    files = sample_files()
    known = files.index["1.000656"]
    for number in range(BOATS):
        code = f"9.{number:06}"
        files.index[code] = IndexRow(
            code=code,
            name=f"Đăng ký thuyền thúng hạng {number}",
            field=known.field,
            levels=[Level.PROVINCE],
            agency=known.agency,
            audience=[Audience.ENTERPRISE],
            online=OnlineLevel.FULL if number < 3 else None,
        )
    await load_catalogue(service.app[DATABASE], files, SystemClock())
    await service.app[CATALOGUE].refresh()
    return service


async def page(service: WholeService, query: str) -> str:
    async with service.client.get(f"{service.url}/thu-tuc{query}") as response:
        assert response.status == 200
        return html.unescape(await response.text())


def names(text: str) -> list[str]:
    return re.findall(r'<a href="/thu-tuc/[\d.]+">([^<]+)</a>', text)


async def test_that_pages_of_results_follow_one_another(portal: WholeService) -> None:
    first = await page(portal, "?q=thuyền+thúng&cap=province")
    assert len(names(first)) == 20 and 'rel="prev"' not in first
    (later,) = re.findall(r'<a href="(/thu-tuc\?[^"]+)" rel="next">', first)
    second = await page(portal, later.removeprefix("/thu-tuc"))
    third = await page(portal, "?q=thuyền+thúng&cap=province&trang=3")
    assert len(names(third)) == BOATS - 40 and 'rel="next"' not in third
    assert len({*names(first), *names(second), *names(third)}) == BOATS


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?cap=commune", 2),
        ("?cap=province", BOATS),
        ("?doi-tuong=enterprise", BOATS),
        ("?truc-tuyen=full&cap=province", 3),
        ("?q=thuyền+thúng&truc-tuyen=full", 3),
        ("?q=khai+tử&cap=province", 0),
        ("?linh-vuc=khong-co&cap=xyz&doi-tuong=%00&truc-tuyen=1&trang=-3&co-quan=%27--", BOATS + 2),
        ("?trang=99999999999999999999", BOATS + 2),
    ],
)
async def test_that_filters_leave_what_was_chosen(portal: WholeService, query: str, count: int) -> None:
    text = await page(portal, query)
    shown = re.search(r"(?:Tìm thấy|Có) (\d+) thủ tục", text)
    assert int(shown[1] if shown else 0) == count


async def test_that_what_is_chosen_is_said_and_can_be_taken_back(portal: WholeService) -> None:
    text = await page(portal, "?q=thuyền&cap=province&truc-tuyen=full")
    assert "đang chọn: Cấp tỉnh, Toàn trình" in text
    assert '<option value="province" selected>' in text
    assert '<a href="/thu-tuc?q=thuy%E1%BB%81n">Bỏ các lựa chọn</a>' in text


async def test_that_only_fields_and_agencies_with_procedures_can_be_chosen(portal: WholeService) -> None:
    text = await page(portal, "")
    assert set(re.findall(r'<option value="([a-z-]+)"', text)) >= {"commune", "citizen", "any"}
    for name in ("linh-vuc", "co-quan"):
        (choices,) = re.findall(rf'<select name="{name}">(.*?)</select>', text, re.DOTALL)
        for value in re.findall(r'value="([^"]+)"', choices):
            found = await page(portal, f"?{name}={value}")
            assert names(found), value

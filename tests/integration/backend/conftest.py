"""A loaded catalogue, and the JSON routes over it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from backend.api.resources import core_resources
from backend.api.routes import routes
from backend.catalogue.files import CatalogueFiles
from backend.catalogue.loading import load_catalogue
from backend.catalogue.record import (
    AgencyRecord,
    CommuneRecord,
    FieldRecord,
    IndexRow,
    ProcedureRecord,
)
from backend.kernel.clock import ManualClock
from backend.kernel.database import Database
from backend.kernel.limits import RateLimiter
from backend.kernel.settings import Settings
from backend.kernel.web import CLOCK, DATABASE, RATE_LIMITER, SETTINGS, WORDS, error_middleware
from backend.kernel.words import Words

Client = TestClient[web.Request, web.Application]
SERVICE_TOKEN = "s" * 40
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)  # Thursday, 10:00 in Viet Nam

BIRTH = {
    "code": "1.001193",
    "name": "Thủ tục đăng ký khai sinh",
    "short_name": "Đăng ký khai sinh",
    "field": "ho-tich",
    "levels": ["commune"],
    "agency": "ubnd-cap-xa",
    "audience": ["citizen"],
    "popularity": 5,
    "papers": [{"text": "Giấy chứng sinh", "copies": "1 bản chính"}],
    "fees": [{"amount": 0, "when": "đúng hạn"}, {"amount": 8000, "when": "quá hạn"}],
    "durations": [{"value": 1, "unit": "working_day"}],
    "ways": ["in_person", "online"],
    "online": "full",
    "source": {"name": "Cơ sở dữ liệu quốc gia", "url": "https://example.org/1", "checked_in": "2026-07"},
}


def sample_files() -> CatalogueFiles:
    """A catalogue of two procedures, one written up and one by name only."""
    row = {"code": "1.000656", "name": "Thủ tục đăng ký khai tử", "field": "ho-tich", "levels": "commune"}
    commune = {"code": "22366", "name": "Phường Nha Trang", "kind": "phuong", "former": ["Phường Lộc Thọ"]}
    return CatalogueFiles(
        fields={"ho-tich": FieldRecord(id="ho-tich", name="Hộ tịch", aliases=["khai sinh"])},
        agencies={"ubnd-cap-xa": AgencyRecord(id="ubnd-cap-xa", name="Ủy ban nhân dân cấp xã", level="commune")},
        communes={"22366": CommuneRecord.model_validate(commune)},
        index={"1.000656": IndexRow.model_validate(row | {"agency": "ubnd-cap-xa", "url": "https://example.org/2"})},
        records={"1.001193": ProcedureRecord.model_validate(BIRTH)},
        phrasings={"1.001193": ["làm giấy khai sinh cho bé", "vợ mới sinh"]},
    )


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
async def loaded_database(database: Database, clock: ManualClock) -> Database:
    await load_catalogue(database, sample_files(), clock)
    return database


@pytest.fixture
async def api(
    loaded_database: Database, clock: ManualClock, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> AsyncIterator[Client]:
    """A client of the JSON routes, which a real service would mount beside others."""
    settings = Settings(secret_key="k" * 40, service_token=SERVICE_TOKEN, rasa_token="r" * 40, trusted_proxy_count=1)  # type: ignore[arg-type]
    app = web.Application(middlewares=[error_middleware])
    app[SETTINGS] = settings
    app[CLOCK] = clock
    app[WORDS] = Words(settings.words_dir)
    ticks = itertools.count()
    app[RATE_LIMITER] = RateLimiter(lambda: next(ticks) * 1e-6)
    app[DATABASE] = loaded_database
    app.cleanup_ctx.append(core_resources)
    app.add_routes(routes)
    yield await aiohttp_client(app)

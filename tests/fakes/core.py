"""A stand-in for the core service: a real HTTP server with the answers of ``docs/protocols.md``, section 3.

Standard library and aiohttp only, so that both environments can use it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

BIRTH = {
    "code": "1.001193",
    "name": "Thủ tục đăng ký khai sinh",
    "short_name": "Đăng ký khai sinh",
    "field": {"id": "ho-tich", "name": "Hộ tịch"},
    "agency": {"id": "ubnd-cap-xa", "name": "UBND cấp xã"},
    "levels": ["commune"],
    "level_labels": ["Cấp xã"],
    "summary": "Khai sinh cho trẻ mới sinh trong 60 ngày.",
    "papers": [
        {"text": "Tờ khai đăng ký khai sinh", "when": "nộp trực tiếp", "copies": None},
        {"text": "Giấy chứng sinh", "when": None, "copies": "1 bản chính"},
        {"text": "Giấy cam đoan về việc sinh", "when": "không có giấy chứng sinh", "copies": None},
        {"text": "Căn cước của cha, mẹ", "when": None, "copies": None},
        {"text": "Giấy chứng nhận kết hôn", "when": None, "copies": None},
        {"text": "Văn bản ủy quyền", "when": "nhờ người đi thay", "copies": None},
    ],
    "fees": [
        {"amount": 0, "text": None, "when": "khai sinh đúng hạn", "label": "Miễn phí"},
        {"amount": 8000, "text": None, "when": "khai sinh quá hạn", "label": "8.000 đồng"},
    ],
    "durations": [{"value": 1, "unit": "working_day", "text": None, "when": None, "label": "1 ngày làm việc"}],
    "place": "UBND cấp xã nơi cư trú của cha hoặc mẹ",
    "ways": ["in_person", "online"],
    "way_labels": ["trực tiếp", "trực tuyến"],
    "online": "full",
    "online_label": "Toàn trình",
    "steps": ["Chuẩn bị giấy tờ.", "Nộp tại bộ phận một cửa.", "Nhận Giấy khai sinh."],
    "forms": [{"name": "Tờ khai đăng ký khai sinh", "url": "https://example.org/to-khai.docx"}],
    "conditions": [],
    "legal_basis": ["Luật Hộ tịch số 60/2014/QH13"],
    "result": "Giấy khai sinh",
    "notes": ["Làm trong 60 ngày kể từ ngày sinh."],
    "source": {
        "name": "Cơ sở dữ liệu quốc gia về thủ tục hành chính",
        "url": "https://dichvucong.gov.vn/thu-tuc/1",
        "decision": "163/QĐ-BTP",
        "checked_in": "2026-07",
        "checked_label": "tháng 7/2026",
    },
    "page_url": "/thu-tuc/1.001193",
}
DEATH = {**BIRTH, "code": "1.000656", "name": "Thủ tục đăng ký khai tử", "short_name": "Đăng ký khai tử"}
DEATH["page_url"] = "/thu-tuc/1.000656"
INDEX_ONLY = {
    "code": "2.000001",
    "name": "Cấp giấy phép khai thác khoáng sản",
    "short_name": None,
    "field": {"id": "khoang-san", "name": "Khoáng sản"},
    "agency": {"id": "so-nnmt", "name": "Sở Nông nghiệp và Môi trường"},
    "levels": ["province"],
    "level_labels": ["Cấp tỉnh"],
    "source": {"name": "Cổng Dịch vụ công quốc gia", "url": "https://dichvucong.gov.vn/thu-tuc/2"},
    "page_url": "/thu-tuc/2.000001",
}
RECORDS = {record["code"]: record for record in (BIRTH, DEATH, INDEX_ONLY)}

CENTRE = {
    "name": "Trung tâm Dịch vụ hành chính công trực tuyến tỉnh Khánh Hòa",
    "hotline": "1900 1023",
    "website": "https://hanhchinhcong.khanhhoa.gov.vn",
    "facebook": "facebook.com/hanhchinhcongKH",
    "zalo": "Hành chính công Khánh Hòa",
    "hours_text": "thứ Hai đến thứ Sáu, 7:00–11:30 và 13:30–17:00",
    "open_now": True,
    "next_opening_label": "",
    "today_label": "thứ Ba, 24/11/2026",
    "is_working_day": True,
    "closed_reason": None,
}


def item_of(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as the search lists it."""
    return {
        "code": record["code"],
        "name": record["name"],
        "short_name": record["short_name"],
        "agency": record["agency"]["name"],
        "field": record["field"]["name"],
        "level": record["levels"][0],
        "score": 1.0,
        "has_record": "papers" in record,
    }


def found(verdict: str, *records: dict[str, Any], subject: str = "", total: int | None = None, **filters: str) -> Any:
    """Return a search answer."""
    items = [item_of(record) for record in records]
    empty = {"level": None, "field": None, "agency": None}
    return {
        "items": items,
        "verdict": verdict,
        "subject": subject,
        "filters": {**empty, **filters},
        "total": len(items) if total is None else total,
        "took_ms": 0.4,
    }


class FakeCore:
    """Answers as told and keeps what it was asked."""

    def __init__(self) -> None:
        self.searches: dict[str, Any] = {}
        self.narrowed: dict[str, Any] = {}
        """Answers to searches with a filter, where they differ."""
        self.statuses: dict[str, dict[str, Any]] = {}
        self.errors: dict[str, tuple[int, str, dict[str, Any]]] = {}
        self.centre: dict[str, Any] = dict(CENTRE)
        self.days: dict[str, dict[str, Any]] = {}
        self.communes: list[dict[str, Any]] = []
        self.fields: list[dict[str, Any]] = [{"id": "ho-tich", "name": "Hộ tịch"}, {"id": "dat-dai", "name": "Đất đai"}]
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.delay = 0.0
        self.broken = False
        self.app = web.Application(middlewares=[self._record])
        self.app.router.add_get("/api/v1/procedures", self._search)
        self.app.router.add_get("/api/v1/procedures/{code}", self._procedure)
        self.app.router.add_get("/api/v1/dossiers/{code}/status", self._status)
        self.app.router.add_get("/api/v1/centre", self._centre)
        self.app.router.add_get("/api/v1/centre/day", self._day)
        self.app.router.add_get("/api/v1/fields", self._fields)
        self.app.router.add_get("/api/v1/communes", self._communes)
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port of loopback."""
        self._runner = web.AppRunner(self.app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Go away."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def set_status(self, code: str, status: str, label: str, **more: Any) -> None:
        """Make a dossier known."""
        self.statuses[code] = {
            "receipt_code": code,
            "status": status,
            "status_label": label,
            "explanation": "Cơ quan đang xem hồ sơ.",
            "next_step": "Anh/Chị chờ đến ngày hẹn.",
            "agency": "UBND phường Nha Trang",
            "received_on": "2025-11-03",
            "due_on": "2025-11-10",
            "due_label": "thứ Hai, 10/11/2025",
            "updated_on": "2025-11-04",
            "is_overdue": False,
            **more,
        }

    @web.middleware
    async def _record(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append((request.path.removeprefix("/api/v1"), dict(request.query)))
        self.headers.append(dict(request.headers))
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.broken:
            return web.json_response({"error": {"code": "internal", "message": "Lỗi", "details": {}}}, status=500)
        return await handler(request)

    async def _search(self, request: web.Request) -> web.Response:
        asked = request.query["q"]
        answer = self.searches.get(asked, found("none", subject=asked))
        if set(request.query) & {"level", "field", "agency", "audience", "online"}:
            answer = self.narrowed.get(asked, answer)
        return web.json_response(answer(request) if callable(answer) else answer)

    async def _procedure(self, request: web.Request) -> web.Response:
        record = RECORDS.get(request.match_info["code"])
        return web.json_response(record) if record else _refuse(404, "procedure_not_found")

    async def _status(self, request: web.Request) -> web.Response:
        code = request.match_info["code"]
        if code in self.errors:
            return _refuse(*self.errors[code])
        status = self.statuses.get(code)
        return web.json_response(status) if status else _refuse(404, "dossier_not_found")

    async def _centre(self, request: web.Request) -> web.Response:
        return web.json_response(self.centre)

    async def _day(self, request: web.Request) -> web.Response:
        asked = request.query["date"]
        usual = {"date": asked, "label": asked, "is_working_day": True, "reason": None}
        return web.json_response(self.days.get(asked, usual))

    async def _fields(self, request: web.Request) -> web.Response:
        return web.json_response({"items": self.fields})

    async def _communes(self, request: web.Request) -> web.Response:
        return web.json_response({"items": self.communes})


def _refuse(status: int, code: str, details: dict[str, Any] | None = None) -> web.Response:
    error = {"code": code, "message": "Không được.", "details": details or {}}
    return web.json_response({"error": error}, status=status)

"""Contact, opening hours, and the way to a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from actions import centre
from actions.dates import days_in
from tests.fakes.core import FakeCore

HOURS = "action_show_working_hours"
TUESDAY = date(2026, 8, 25)


@pytest.fixture
def on_tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock(centre.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls(2026, 8, 25, 9, 0, tzinfo=tz)

    monkeypatch.setattr(centre, "datetime", Clock)


async def test_contact_names_every_way(core: FakeCore, citizen: Any) -> None:
    core.centre["address"] = "01 Trần Phú, phường Nha Trang"
    reply = await citizen.says("số tổng đài", "action_show_contact", "ask_contact")
    for fact in ("1900 1023", "01 Trần Phú", "Zalo: Hành chính công Khánh Hòa", "facebook.com/hanhchinhcongKH"):
        assert fact in reply.text
    assert "đang trong giờ làm việc" in reply.text
    assert reply.links["Gọi 1900 1023"] == "tel:19001023"


async def test_an_address_that_is_not_known_is_not_invented(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("địa chỉ", "action_show_contact", "ask_contact")
    assert "chưa có địa chỉ" in reply.text


async def test_contact_without_the_core(core: FakeCore, citizen: Any) -> None:
    await core.stop()
    reply = await citizen.says("số tổng đài", "action_show_contact", "ask_contact")
    assert "1900 1023" in reply.text and "Zalo" in reply.text


async def test_hours_now(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("mấy giờ đóng cửa", HOURS, "ask_working_hours")
    assert "đang trong giờ làm việc" in reply.text
    assert "7:00–11:30 và 13:30–17:00" in reply.text and "24/11/2026" in reply.text


async def test_hours_when_closed_for_a_holiday(core: FakeCore, citizen: Any) -> None:
    core.centre |= {"open_now": False, "closed_reason": "Quốc khánh", "next_opening_label": "7:00 thứ Năm, 03/9"}
    reply = await citizen.says("giờ làm việc", HOURS, "ask_working_hours")
    assert "đang nghỉ (Quốc khánh). Mở lại 7:00 thứ Năm, 03/9" in reply.text


async def test_a_working_day_without_known_clock_times(core: FakeCore, citizen: Any) -> None:
    core.centre |= {"open_now": None, "is_working_day": True, "next_opening_label": None, "closed_reason": None}
    reply = await citizen.says("giờ làm việc", HOURS, "ask_working_hours")
    assert "Hôm nay Trung tâm làm việc, trong giờ hành chính" in reply.text
    human = await citizen.says("gặp nhân viên", "action_talk_to_human", "talk_to_human")
    assert "Ngoài giờ" not in human.text


async def test_a_named_weekday(core: FakeCore, citizen: Any, on_tuesday: None) -> None:
    core.days["2026-08-29"] = {
        "date": "2026-08-29",
        "label": "thứ Bảy, 29/8/2026",
        "is_working_day": False,
        "reason": "cuối tuần",
    }
    reply = await citizen.says("thứ bảy có làm không", HOURS, "ask_working_hours")
    assert "thứ Bảy, 29/8/2026: nghỉ (cuối tuần)" in reply.text


async def test_a_named_holiday_and_a_working_day(core: FakeCore, citizen: Any, on_tuesday: None) -> None:
    core.days["2026-09-02"] = {
        "date": "2026-09-02",
        "label": "thứ Tư, 02/9/2026",
        "is_working_day": False,
        "reason": "Quốc khánh",
    }
    reply = await citizen.says("mùng 2/9 có làm không", HOURS, "ask_working_hours")
    assert "02/9/2026: nghỉ (Quốc khánh)" in reply.text
    reply = await citizen.says("mai có làm không", HOURS, "ask_working_hours")
    assert "2026-08-26: có làm việc. Giờ làm việc: thứ Hai đến thứ Sáu" in reply.text


async def test_the_lunar_new_year_asks_for_a_date(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("tết có làm không", HOURS, "ask_working_hours")
    assert "ngày dương lịch" in reply.text


async def test_hours_without_the_core(core: FakeCore, citizen: Any) -> None:
    await core.stop()
    reply = await citizen.says("giờ làm việc", HOURS, "ask_working_hours")
    assert "chưa tra được dữ liệu" in reply.text and "1900 1023" in reply.text


async def test_a_person(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("gặp nhân viên", "action_talk_to_human", "talk_to_human")
    for way in ("1900 1023", "Zalo", "facebook.com/hanhchinhcongKH", "đang trong giờ làm việc"):
        assert way in reply.text
    core.centre |= {"open_now": False, "next_opening_label": "7:00 thứ Tư"}
    closed = await citizen.says("gặp nhân viên", "action_talk_to_human", "talk_to_human")
    assert "Mở lại 7:00 thứ Tư" in closed.text and "Góp ý - Hỏi đáp" in closed.text
    await core.stop()
    assert "1900 1023" in (await citizen.says("gặp nhân viên", "action_talk_to_human", "talk_to_human")).text


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("thứ bảy có làm không", ["2026-08-29"]),
        ("thu 7 co lam k", ["2026-08-29"]),
        ("t7 cn có mở cửa không", ["2026-08-29", "2026-08-30"]),
        ("cuối tuần", ["2026-08-29", "2026-08-30"]),
        ("hôm nay", ["2026-08-25"]),
        ("ngày mai mấy giờ mở", ["2026-08-26"]),
        ("mùng 2/9", ["2026-09-02"]),
        ("mồng 2 tháng 9", ["2026-09-02"]),
        ("30-4 có nghỉ không", ["2027-04-30"]),
        ("01/01/2027", ["2027-01-01"]),
        ("thứ ba", ["2026-08-25"]),
        ("thứ 5 3/9", ["2026-08-27", "2026-09-03"]),
        ("31/2", []),
        ("7-11 giờ sáng có làm không", []),
        ("mấy giờ đóng cửa", []),
        ("thứ 2 thứ 3 thứ 4 thứ 5 thứ 6", []),
    ],
)
def test_days_that_a_question_names(text: str, days: list[str]) -> None:
    assert [day.isoformat() for day in days_in(text, TUESDAY)] == days

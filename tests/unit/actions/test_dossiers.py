"""Dossier status and the form of one slot."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.core import FakeCore

CHECK, VALIDATE, ANSWER = "action_check_dossier", "validate_dossier_form", "action_answer_dossier"
CODE, OTHER, THIRD, FOURTH = (f"H32.15-251103-00{number}" for number in (12, 13, 14, 15))


async def test_code_in_the_message_is_answered_at_once(core: FakeCore, citizen: Any) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    reply = await citizen.says("ho so h32.15 251103 0012 toi dau roi", CHECK, "check_dossier")
    for fact in (CODE, "Đang xử lý", "Cơ quan đang xem hồ sơ", "chờ đến ngày hẹn", "thứ Hai, 10/11/2025", "Nha Trang"):
        assert fact in reply.text
    assert reply.loops == []
    assert citizen.slots["last_receipt_code"] == CODE
    assert citizen.slots.get("receipt_code") is None


async def test_the_older_family_of_codes(core: FakeCore, citizen: Any) -> None:
    core.set_status("000.17.22.H32-210531-0001", "returned", "Đã trả kết quả")
    reply = await citizen.says("000.17.22.H32-210531-0001", "action_inform", "inform")
    assert "Đã trả kết quả" in reply.text
    assert reply.choices["Đánh giá phục vụ"] == "/rate_service"


@pytest.mark.parametrize(
    ("status", "label"),
    [
        ("supplement_requested", "Cách bổ sung giấy tờ"),
        ("payment_requested", "Cách nộp phí"),
        ("finished", "Nhận kết quả qua bưu điện"),
    ],
)
async def test_a_status_that_waits_for_the_citizen_offers_the_way(
    core: FakeCore, citizen: Any, status: str, label: str
) -> None:
    core.set_status(CODE, status, "…")
    reply = await citizen.says(CODE, CHECK, "check_dossier")
    assert label in reply.choices


async def test_overdue_is_said_once(core: FakeCore, citizen: Any) -> None:
    core.set_status(
        CODE,
        "processing",
        "Đang xử lý",
        is_overdue=True,
        due_label="10/11/2025 (đã quá hẹn)",
        next_step="Hồ sơ đã quá ngày hẹn. Anh/Chị gọi 1900 1023.",
    )
    reply = await citizen.says(CODE, CHECK, "check_dossier")
    assert reply.text.count("quá ngày hẹn") == 1 and "Hẹn trả: 10/11/2025 (đã quá hẹn)" in reply.text


async def test_several_codes_are_answered_each(core: FakeCore, citizen: Any) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    core.set_status(THIRD, "finished", "Đã xử lý xong")
    reply = await citizen.says(f"xem {CODE}, {OTHER} và {THIRD} với {FOURTH}", CHECK, "check_dossier")
    assert f"Hồ sơ {CODE}: Đang xử lý" in reply.text
    assert f"không tìm thấy hồ sơ mang mã {OTHER}" in reply.text
    assert f"Hồ sơ {THIRD}: Đã xử lý xong" in reply.text
    assert FOURTH not in reply.text and "Mỗi lần Trung tâm tra được 3 mã" in reply.text


async def test_a_faulty_code_beside_a_good_one_is_named(core: FakeCore, citizen: Any) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    reply = await citizen.says(f"{CODE} với H32.15-251345-0012", CHECK, "check_dossier")
    assert "Đang xử lý" in reply.text and "Mã H32.15-251345-0012 có phần ngày không đúng" in reply.text


async def test_unknown_code(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says(CODE, CHECK, "check_dossier")
    assert f"không tìm thấy hồ sơ mang mã {CODE}" in reply.text
    assert "Tra mã khác" in reply.choices


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ((422, "receipt_code_invalid", {"reason": "date"}), "phần ngày không đúng"),
        ((422, "receipt_code_invalid", {"reason": "format"}), "chưa đọc được mã hồ sơ"),
        ((429, "rate_limited", {}), "tra mã nhiều lần liên tiếp"),
        ((403, "forbidden", {}), "chưa tra được dữ liệu lúc này"),
    ],
)
async def test_each_refusal_has_its_own_sentence(
    core: FakeCore, citizen: Any, error: tuple[int, str, dict[str, Any]], sentence: str
) -> None:
    core.errors[CODE] = error
    reply = await citizen.says(CODE, CHECK, "check_dossier")
    assert sentence in reply.text


async def test_after_a_rate_limit_the_other_codes_are_left(core: FakeCore, citizen: Any) -> None:
    core.errors[CODE] = (429, "rate_limited", {})
    await citizen.says(f"{CODE} {OTHER}", CHECK, "check_dossier")
    assert [path for path, _ in core.asked] == [f"/dossiers/{CODE}/status"]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [("H32.15-251345-0012", "phần ngày không đúng"), ("H32.15-991103-0012", "sau hôm nay")],
)
async def test_impossible_dates_are_said_without_asking_the_core(
    core: FakeCore, citizen: Any, written: str, sentence: str
) -> None:
    for action, intent in ((CHECK, "check_dossier"), ("action_inform", "inform")):
        reply = await citizen.says(written, action, intent)
        assert sentence in reply.text
    assert core.asked == []


async def test_without_a_code_the_form_begins(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("hồ sơ của tôi tới đâu rồi", CHECK, "check_dossier")
    assert reply.loops == ["dossier_form"]
    assert reply.messages == []


async def test_pointing_back_shows_the_last_dossier_again(core: FakeCore, citizen: Any) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    await citizen.says(CODE, "action_inform", "inform")
    again = await citizen.says("hồ sơ đó giờ tới đâu rồi", CHECK, "check_dossier")
    assert f"Hồ sơ {CODE}: Đang xử lý" in again.text and again.loops == []
    another = await citizen.says("hồ sơ khác cơ, không phải cái đó", CHECK, "check_dossier")
    assert another.loops == ["dossier_form"]


async def test_the_form_takes_the_code_and_its_answer_follows(core: FakeCore, citizen: Any) -> None:
    core.set_status(CODE, "received", "Được tiếp nhận")
    citizen.loop = "dossier_form"
    held = await citizen.says("dạ h32.15 251103 0012", VALIDATE, "inform")
    assert held.slots["receipt_code"] == CODE
    citizen.loop = None
    reply = await citizen.says("dạ h32.15 251103 0012", ANSWER, "inform")
    assert "Được tiếp nhận" in reply.text
    assert citizen.slots["receipt_code"] is None and citizen.slots["last_receipt_code"] == CODE


async def test_the_second_unreadable_code_ends_the_form_with_help(core: FakeCore, citizen: Any) -> None:
    citizen.loop = "dossier_form"
    first = await citizen.says("h32 15 88", VALIDATE, "nlu_fallback")
    assert "chưa đọc được mã hồ sơ" in first.text
    assert "requested_slot" not in first.slots
    second = await citizen.says("số 1234 gì đó", VALIDATE, "inform")
    assert "requested_slot" in second.slots and second.slots["requested_slot"] is None
    citizen.loop = None
    answer = await citizen.says("số 1234 gì đó", ANSWER, "inform")
    assert "giấy biên nhận" in answer.text and "1900 1023" in answer.text
    assert answer.choices["Thôi không tra nữa"] == "/stop"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("thôi không làm nữa", "stop"),
        ("cho gặp nhân viên", "talk_to_human"),
        ("làm khai sinh cần giấy tờ gì", "ask_documents"),
        ("mấy giờ đóng cửa", "ask_working_hours"),
        ("quên mật khẩu", "recover_account"),
        ("cái đó là sao vậy", "nlu_fallback"),
    ],
)
async def test_what_is_no_code_is_left_to_the_rules(core: FakeCore, citizen: Any, text: str, intent: str) -> None:
    citizen.loop = "dossier_form"
    reply = await citizen.says(text, VALIDATE, intent)
    assert reply.events == [] and reply.messages == []


@pytest.mark.parametrize(
    ("action", "intent"),
    [
        ("action_stop", "stop"),
        ("action_talk_to_human", "talk_to_human"),
        ("action_find_procedure", "find_procedure"),
        ("action_show_facet", "ask_fee"),
        ("action_fallback", "nlu_fallback"),
    ],
)
async def test_a_new_concern_leaves_the_form(core: FakeCore, citizen: Any, action: str, intent: str) -> None:
    citizen.loop = "dossier_form"
    reply = await citizen.says("việc khác", action, intent)
    assert reply.loops == [None] and reply.slots["requested_slot"] is None
    assert reply.text


async def test_a_short_question_keeps_the_form(core: FakeCore, citizen: Any) -> None:
    for action in ("action_show_contact", "action_show_working_hours"):
        citizen.loop = "dossier_form"
        reply = await citizen.says("mấy giờ mở cửa", action, "ask_working_hours")
        assert reply.loops == []


async def test_checking_again_inside_the_form(core: FakeCore, citizen: Any) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    citizen.loop = "dossier_form"
    reply = await citizen.says(f"tra hồ sơ {CODE}", CHECK, "check_dossier")
    assert "Đang xử lý" in reply.text and reply.loops == [None]


async def test_core_down_while_answering_the_form(core: FakeCore, citizen: Any) -> None:
    await core.stop()
    reply = await citizen.says(CODE, ANSWER, "inform")
    assert "chưa tra được dữ liệu lúc này" in reply.text

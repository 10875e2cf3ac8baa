"""Remarks that narrow what was offered, matters handled elsewhere, and a second wish."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.core import BIRTH, DEATH, FakeCore, found

FIND, OUT, FALLBACK = "action_find_procedure", "action_out_of_scope", "action_fallback"
DIVORCE = {"name": "Ly hôn tại tòa án", "advice": "Việc ly hôn do Tòa án nhân dân giải quyết."}


@pytest.mark.parametrize(
    ("remark", "said", "asked"),
    [
        ("chỉ của xã thôi", found("list", level="commune"), {"level": "commune"}),
        ("cái nào nộp online được", found("none", subject="nào nộp online được"), {"online": "any"}),
        ("chỉ cho doanh nghiệp", found("none", subject="doanh nghiệp"), {"audience": "enterprise"}),
    ],
)
async def test_a_remark_narrows_what_was_offered(
    core: FakeCore, citizen: Any, remark: str, said: Any, asked: dict[str, str]
) -> None:
    core.searches["giấy tờ hộ tịch"] = found("several", BIRTH, DEATH, subject="giấy tờ hộ tịch")
    await citizen.says("giấy tờ hộ tịch", FIND, "find_procedure")
    core.searches[remark] = said
    reply = await citizen.says(remark, FIND, "find_procedure")
    path, parameters = core.asked[-1]
    assert path.endswith("/procedures") and parameters["q"] == "giấy tờ hộ tịch"
    assert asked.items() <= parameters.items()
    assert "đã lọc" in reply.text and len(reply.choices) == 3


async def test_a_remark_narrows_nothing_where_nothing_was_offered(core: FakeCore, citizen: Any) -> None:
    core.searches["cấp xã"] = found("list", BIRTH, DEATH, level="commune")
    reply = await citizen.says("cấp xã", FIND, "find_procedure")
    assert "đã lọc" not in reply.text and core.asked[-1][1]["q"] == "cấp xã"


async def test_a_new_question_is_no_remark(core: FakeCore, citizen: Any) -> None:
    core.searches["giấy tờ hộ tịch"] = found("several", BIRTH, DEATH, subject="giấy tờ hộ tịch")
    await citizen.says("giấy tờ hộ tịch", FIND, "find_procedure")
    core.searches["khai tử ở xã"] = found("one", DEATH, subject="khai tử", level="commune")
    reply = await citizen.says("khai tử ở xã", FIND, "find_procedure")
    assert "đã lọc" not in reply.text and "Đăng ký khai tử" in reply.text


async def test_where_nothing_is_left_the_whole_choice_is_shown_again(core: FakeCore, citizen: Any) -> None:
    core.searches["giấy tờ hộ tịch"] = found("several", BIRTH, DEATH, subject="giấy tờ hộ tịch")
    await citizen.says("giấy tờ hộ tịch", FIND, "find_procedure")
    core.searches["chỉ cấp tỉnh"] = found("list", level="province")
    core.narrowed["giấy tờ hộ tịch"] = found("none", subject="giấy tờ hộ tịch")
    reply = await citizen.says("chỉ cấp tỉnh", FIND, "find_procedure")
    assert "không thấy thủ tục nào như vậy" in reply.text and len(reply.choices) == 3


@pytest.mark.parametrize(("action", "intent"), [(FIND, "find_procedure"), (OUT, "out_of_scope")])
async def test_what_others_handle_is_sent_there(core: FakeCore, citizen: Any, action: str, intent: str) -> None:
    core.searches["tôi muốn ly hôn"] = {**found("none", subject="ly hôn"), "elsewhere": DIVORCE}
    reply = await citizen.says("tôi muốn ly hôn", action, intent)
    assert DIVORCE["advice"] in reply.text and "Gặp người hỗ trợ" in reply.choices


async def test_what_is_not_found_leads_to_the_nearest_field(core: FakeCore, citizen: Any) -> None:
    core.searches["giấy nuôi cá kiểng"] = {
        **found("none", subject="giấy nuôi cá kiểng"),
        "nearest_field": {"id": "thuy-san", "name": "Thủy sản"},
    }
    reply = await citizen.says("giấy nuôi cá kiểng", FIND, "find_procedure")
    assert reply.choices["Xem lĩnh vực Thủy sản"] == '/find_procedure{"original_text": "thủ tục lĩnh vực Thủy sản"}'


async def test_a_second_wish_is_offered_after_the_answer(core: FakeCore, citizen: Any) -> None:
    text = "làm khai sinh, với lại hồ sơ tới đâu rồi"
    core.searches["làm khai sinh"] = found("one", BIRTH, subject="khai sinh")
    wish = {"second_wish": "hồ sơ tới đâu rồi", "second_intent": "check_dossier"}
    reply = await citizen.says(text, FIND, "find_procedure", entities=wish)
    assert "Đăng ký khai sinh" in reply.text
    assert reply.choices["hồ sơ tới đâu rồi"] == '/check_dossier{"original_text": "hồ sơ tới đâu rồi"}'


async def test_either_of_two_facets_may_name_the_procedure(core: FakeCore, citizen: Any) -> None:
    text = "cần giấy tờ gì với lại lệ phí làm khai sinh bao nhiêu"
    core.searches["cần giấy tờ gì lệ phí làm khai sinh bao nhiêu"] = found("one", BIRTH, subject="khai sinh")
    wish = {"second_wish": "lệ phí làm khai sinh bao nhiêu", "second_intent": "ask_fee"}
    reply = await citizen.says(text, "action_show_facet", "ask_documents", entities=wish)
    assert "Giấy chứng sinh" in reply.text
    assert reply.choices["lệ phí làm khai sinh bao nhiêu"].startswith("/ask_fee")

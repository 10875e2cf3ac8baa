"""Values, yes and no, misunderstandings, and what is out of scope."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.core import BIRTH, DEATH, FakeCore, found

FALLBACK, INFORM, AFFIRM, DENY = "action_fallback", "action_inform", "action_affirm", "action_deny"
CODE = "H32.15-251103-0012"
RANKING = [("nlu_fallback", 0.7), ("inform", 0.5), ("ask_fee", 0.2), ("pay_fee", 0.15), ("log_in", 0.1), ("help", 0.05)]
NAM = {"code": "22333", "name": "Phường Nam Nha Trang", "kind": "phuong", "former": ["Phước Hải", "Vĩnh Trường"]}


async def test_first_misunderstanding_suggests_in_plain_words(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("ờ cái tiền đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "Ý Anh/Chị là …?" in reply.text
    assert list(reply.choices) == ["Hỏi lệ phí của thủ tục", "Nộp phí, lệ phí", "Đăng nhập", "Không phải"]
    assert reply.choices["Hỏi lệ phí của thủ tục"] == '/ask_fee{"original_text": "ờ cái tiền đó"}'
    assert not reply.understood


async def test_a_taken_suggestion_works_on_the_original_sentence(
    core: FakeCore, citizen: Any, action_of_intent: dict[str, str]
) -> None:
    text = "ờ cái tiền khai sinh đó"
    first = await citizen.says(text, FALLBACK, "nlu_fallback", ranking=RANKING)
    core.searches[text] = found("one", BIRTH, subject="khai sinh")
    taken = await citizen.takes(first, "Hỏi lệ phí của thủ tục", action_of_intent)
    assert "8.000 đồng" in taken.text and taken.understood


async def test_second_misunderstanding_in_a_row_names_a_person(core: FakeCore, citizen: Any) -> None:
    await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    reply = await citizen.says("thì là vậy", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "gặp người" in reply.text and "1900 1023" in reply.text and "giờ làm việc" in reply.text
    assert not reply.understood


async def test_an_answer_in_between_makes_it_the_first_again(core: FakeCore, citizen: Any) -> None:
    await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    await citizen.says("giờ làm việc", "action_show_working_hours", "ask_working_hours")
    reply = await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "Ý Anh/Chị là" in reply.text
    citizen.last_action = "utter_log_in"
    reply = await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "Ý Anh/Chị là" in reply.text


async def test_a_process_that_knows_only_the_snapshot_counts_on(core: FakeCore, citizen: Any) -> None:
    await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    citizen.last_action = None
    reply = await citizen.says("thì là vậy", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "gặp người" in reply.text


async def test_a_clear_procedure_is_answered_before_anything_is_asked(core: FakeCore, citizen: Any) -> None:
    core.searches["khai sanh cho thằng cu"] = found("one", BIRTH, subject="khai sanh")
    reply = await citizen.says("khai sanh cho thằng cu", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "Đăng ký khai sinh" in reply.text and reply.understood
    core.searches["khai giấy"] = found("several", BIRTH, DEATH, subject="khai giấy")
    reply = await citizen.says("khai giấy", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "Anh/Chị muốn hỏi thủ tục nào?" in reply.text


async def test_an_unsure_answer_to_which_procedure_still_gets_the_facet(core: FakeCore, citizen: Any) -> None:
    await citizen.says("lệ phí", "action_show_facet", "ask_fee")
    core.searches["khai sanh"] = found("one", BIRTH, subject="khai sanh")
    reply = await citizen.says("khai sanh", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "8.000 đồng" in reply.text


async def test_a_field_alone_is_listed(core: FakeCore, citizen: Any) -> None:
    core.searches["hộ tịch"] = found("list", BIRTH, DEATH, subject="hộ tịch", field="ho-tich")
    reply = await citizen.says("hộ tịch", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "Có 2 thủ tục" in reply.text and reply.understood


async def test_a_receipt_code_is_answered_whatever_the_classifier_thinks(core: FakeCore, citizen: Any) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    reply = await citizen.says(f"coi giùm {CODE}", FALLBACK, "nlu_fallback")
    assert "Đang xử lý" in reply.text


@pytest.mark.parametrize("text", ["", "😀😀😀", "…!?"])
async def test_a_message_without_words(core: FakeCore, citizen: Any, text: str) -> None:
    reply = await citizen.says(text, FALLBACK, "nlu_fallback")
    assert "chưa thấy chữ nào" in reply.text and not reply.understood


async def test_suggestions_without_the_core(core: FakeCore, citizen: Any) -> None:
    await core.stop()
    reply = await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "Ý Anh/Chị là" in reply.text


async def test_without_good_guesses_the_usual_things_are_suggested(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=[("chitchat", 0.2)])
    assert list(reply.choices) == ["Tìm một thủ tục", "Xem hồ sơ đã nộp tới đâu", "Không phải"]


@pytest.mark.parametrize("typed", [True, False])
async def test_no_to_the_suggestions(core: FakeCore, citizen: Any, typed: bool) -> None:
    await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    said = ("không phải", None) if typed else ("/deny{}", {"denied": "intents"})
    reply = await citizen.says(said[0], DENY, "deny", said[1])
    assert "hiểu chưa đúng" in reply.text and "1900 1023" in reply.text and not reply.understood
    again = await citizen.says("ờ", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert "gặp người" in again.text


async def test_no_to_offered_procedures(core: FakeCore, citizen: Any) -> None:
    core.searches["khai giấy"] = found("several", BIRTH, DEATH, subject="khai giấy")
    await citizen.says("khai giấy", "action_find_procedure", "find_procedure")
    reply = await citizen.says("không phải", DENY, "deny")
    assert "từ khác" in reply.text


async def test_yes_to_several_suggestions_asks_which(core: FakeCore, citizen: Any) -> None:
    await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    reply = await citizen.says("đúng rồi", AFFIRM, "affirm")
    assert "chọn giúp một dòng" in reply.text


@pytest.mark.parametrize(
    ("intent", "seen"),
    [
        ("log_in", "utter_log_in"),
        ("check_dossier", "dossier_form"),
        ("ask_contact", "1900 1023"),
        ("find_procedure", "Anh/Chị cần làm thủ tục gì?"),
        ("ask_fee", "lệ phí của thủ tục nào"),
    ],
)
async def test_yes_to_the_only_suggestion_does_it(core: FakeCore, citizen: Any, intent: str, seen: str) -> None:
    citizen.slots["offer"] = [{"intent": intent, "entities": {}}]
    citizen.last_action = "action_fallback"
    reply = await citizen.says("đúng rồi", AFFIRM, "affirm")
    assert seen in reply.text or seen in reply.responses or seen in reply.loops


async def test_yes_and_no_out_of_context(core: FakeCore, citizen: Any) -> None:
    citizen.slots["offer"] = [{"intent": "log_in", "entities": {}}]
    citizen.last_action = "utter_thank"
    yes = await citizen.says("ok", AFFIRM, "affirm")
    assert "việc gì tiếp theo" in yes.text and yes.responses == []
    no = await citizen.says("không", DENY, "deny")
    assert "cần hỏi gì khác" in no.text


async def test_stop_forgets_what_was_under_way(core: FakeCore, citizen: Any) -> None:
    citizen.slots |= {"procedure_code": "1.001193", "pending_facet": "ask_fee", "dossier_tries": 1.0}
    reply = await citizen.says("thôi", "action_stop", "stop")
    assert "dừng" in reply.text
    assert reply.slots["procedure_code"] is None and reply.slots["pending_facet"] is None


async def test_out_of_scope_has_ways_on_and_a_way_past(
    core: FakeCore, citizen: Any, action_of_intent: dict[str, str]
) -> None:
    text = "đặt giấy khai sinh"
    core.searches[text] = found("one", BIRTH, subject="giấy khai sinh")
    reply = await citizen.says(text, "action_out_of_scope", "out_of_scope")
    assert "không thuộc thủ tục hành chính" in reply.text and "Hồ sơ của tôi tới đâu" in reply.choices
    past = await citizen.takes(reply, "Vẫn tìm thủ tục theo câu này", action_of_intent)
    assert "Đăng ký khai sinh" in past.text


async def test_a_bare_receipt_code_shows_the_status(core: FakeCore, citizen: Any) -> None:
    core.set_status(CODE, "processing", "Đang xử lý")
    reply = await citizen.says("h3215-251103-0012", INFORM, "inform")
    assert "Đang xử lý" in reply.text


async def test_a_bare_procedure_code_shows_the_procedure(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("1.001193", INFORM, "inform")
    assert "Đăng ký khai sinh" in reply.text


async def test_the_name_of_a_procedure_answers_which(core: FakeCore, citizen: Any) -> None:
    await citizen.says("lệ phí", "action_show_facet", "ask_fee")
    core.searches["đăng ký khai sinh"] = found("one", BIRTH, subject="đăng ký khai sinh")
    reply = await citizen.says("đăng ký khai sinh", INFORM, "inform")
    assert "8.000 đồng" in reply.text


@pytest.mark.parametrize("text", ["tui ở phường Nam Nha Trang nè", "vĩnh trường", "ở Nam Nha Trang"])
async def test_a_commune(core: FakeCore, citizen: Any, text: str) -> None:
    core.communes = [NAM]
    reply = await citizen.says(text, INFORM, "inform")
    assert "Phường Nam Nha Trang" in reply.text and "Phước Hải" in reply.text


async def test_a_commune_for_the_procedure_under_discussion(core: FakeCore, citizen: Any) -> None:
    core.communes = [NAM]
    citizen.slots["procedure_code"] = "1.001193"
    reply = await citizen.says("phường Nam Nha Trang", INFORM, "inform")
    assert "nộp tại bộ phận một cửa của UBND phường Nam Nha Trang" in reply.text


async def test_communes_of_the_same_name(core: FakeCore, citizen: Any) -> None:
    core.communes = [NAM, {**NAM, "name": "xã Nam Nha Trang"}]
    reply = await citizen.says("phường Nam Nha Trang", INFORM, "inform")
    assert "Có nhiều nơi trùng tên" in reply.text


async def test_private_numbers_are_not_wanted(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("0905 447 218", INFORM, "inform", {"phone_number": "0905447218"})
    assert "không cần gửi số điện thoại" in reply.text
    reply = await citizen.says("056058003412", INFORM, "inform", {"national_id": "056058003412"})
    assert "số căn cước" in reply.text and "056058003412" not in reply.text


async def test_a_value_that_fits_nowhere(core: FakeCore, citizen: Any) -> None:
    # A person's name shares words with the lay phrasings of some procedure; it must not be taken for one.
    core.searches["Nguyễn Thị Bông"] = found("one", BIRTH, subject="nguyễn thị bông")
    first = await citizen.says("Nguyễn Thị Bông", INFORM, "inform")
    assert "chưa rõ" in first.text and not first.understood
    second = await citizen.says("Nguyễn Thị Bông", INFORM, "inform", ranking=RANKING)
    assert "gặp người" in second.text


GUIDE = "action_show_guide"


async def test_a_guide_that_the_classifier_is_unsure_of_gives_way_to_a_clear_procedure(
    core: FakeCore, citizen: Any
) -> None:
    text = "khai sanh đổi cho con"
    core.searches[text] = found("one", BIRTH, subject="khai sanh")
    reply = await citizen.says(text, GUIDE, "change_password", ranking=[("change_password", 0.6)])
    assert "Đăng ký khai sinh" in reply.text and reply.responses == []
    assert reply.slots["procedure_code"] == "1.001193"


@pytest.mark.parametrize("verdict", ["none", "several"])
async def test_an_unsure_guide_stays_where_no_procedure_is_clear(core: FakeCore, citizen: Any, verdict: str) -> None:
    core.searches["đổi mật mã"] = found(verdict, BIRTH, DEATH, subject="đổi mật mã")
    reply = await citizen.says("đổi mật mã", GUIDE, "change_password", ranking=[("change_password", 0.6)])
    assert reply.responses == ["utter_change_password"] and reply.text == ""


async def test_a_very_unsure_greeting_gives_way_to_a_choice(core: FakeCore, citizen: Any) -> None:
    text = "chào cháu, ông nhà bác mới mất"
    core.searches[text] = found("several", DEATH, BIRTH, subject="mới mất")
    reply = await citizen.says(text, GUIDE, "greet", ranking=[("greet", 0.44)])
    assert "Đăng ký khai tử" in reply.choices and reply.responses == []
    fee = await citizen.says("phí?", "action_show_facet", "ask_fee")
    assert "lệ phí của thủ tục nào" in fee.text and "Đăng ký khai tử" in fee.choices
    await citizen.says("chào", GUIDE, "greet", ranking=[("greet", 1.0)])
    denied = await citizen.says("không phải", DENY, "deny")
    assert "cần hỏi gì khác" in denied.text


async def test_a_guide_that_is_sure_or_chosen_asks_no_search(core: FakeCore, citizen: Any) -> None:
    sure = await citizen.says("đổi mật khẩu", GUIDE, "change_password", ranking=[("change_password", 0.97)])
    chosen = await citizen.says("/log_in", GUIDE, "log_in", ranking=[("log_in", 1.0)])
    assert (sure.responses, chosen.responses, core.asked) == (["utter_change_password"], ["utter_log_in"], [])


async def test_what_looks_out_of_scope_but_names_a_procedure_is_answered(core: FakeCore, citizen: Any) -> None:
    text = "ông nội mới mất thì báo ai"
    core.searches[text] = found("one", DEATH, subject="mới mất")
    reply = await citizen.says(text, "action_out_of_scope", "out_of_scope", ranking=[("out_of_scope", 0.7)])
    assert "Đăng ký khai tử" in reply.text

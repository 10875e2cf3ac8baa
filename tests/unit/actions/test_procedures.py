"""Look-up and facets, as a citizen sees them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.core import BIRTH, DEATH, INDEX_ONLY, FakeCore, found

FIND, FACET, INFORM = "action_find_procedure", "action_show_facet", "action_inform"
ASK = "làm khai sinh cần giấy tờ gì"


@pytest.fixture
def knows_birth(core: FakeCore) -> FakeCore:
    core.searches["làm khai sinh cho con"] = found("one", BIRTH, subject="khai sinh cho con")
    core.searches[ASK] = found("one", BIRTH, subject="khai sinh")
    core.searches["còn phí thì sao?"] = found("none", subject="")
    return core


async def test_one_hit_becomes_a_card_with_every_fact(knows_birth: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("làm khai sinh cho con", FIND, "find_procedure")
    for fact in (
        "Đăng ký khai sinh",
        "UBND cấp xã",
        "Cấp xã",
        "Tờ khai đăng ký khai sinh – nộp trực tiếp",
        "… và 2 giấy tờ khác",
        "Miễn phí – khai sinh đúng hạn",
        "8.000 đồng – khai sinh quá hạn",
        "1 ngày làm việc",
        "Nơi nộp: UBND cấp xã nơi cư trú",
        "Toàn trình",
        "Kết quả: Giấy khai sinh",
        "1.001193",
        "Đối chiếu: tháng 7/2026 – nguồn Cơ sở dữ liệu quốc gia về thủ tục hành chính (163/QĐ-BTP)",
    ):
        assert fact in reply.text
    assert "Văn bản ủy quyền" not in reply.text
    assert reply.choices["Lệ phí bao nhiêu?"] == '/ask_fee{"procedure_code": "1.001193"}'
    assert reply.links["Xem đầy đủ"] == "/thu-tuc/1.001193"
    assert reply.slots["procedure_code"] == "1.001193"


async def test_the_whole_sentence_is_sent_with_token_and_conversation(knows_birth: FakeCore, citizen: Any) -> None:
    await citizen.says("làm khai sinh cho con", FIND, "find_procedure")
    assert knows_birth.asked[0] == ("/procedures", {"q": "làm khai sinh cho con", "limit": "5", "offset": "0"})
    assert knows_birth.headers[0]["Authorization"] == "Bearer token-of-the-test"
    assert knows_birth.headers[0]["X-HCC-Conversation"] == "conversation-1"


async def test_facet_at_once_and_another_afterwards(knows_birth: FakeCore, citizen: Any) -> None:
    papers = await citizen.says(ASK, FACET, "ask_documents")
    assert "Giấy tờ cần cho thủ tục “Đăng ký khai sinh”" in papers.text
    assert "Văn bản ủy quyền – nhờ người đi thay" in papers.text
    assert "Giấy chứng sinh (1 bản chính)" in papers.text
    assert "Làm trong 60 ngày" in papers.text
    fee = await citizen.says("còn phí thì sao?", FACET, "ask_fee")
    assert "Lệ phí của thủ tục “Đăng ký khai sinh”" in fee.text
    assert "8.000 đồng" in fee.text


async def test_choices_of_the_card_lead_to_each_facet(
    knows_birth: FakeCore, citizen: Any, action_of_intent: dict[str, str]
) -> None:
    card = await citizen.says("làm khai sinh cho con", FIND, "find_procedure")
    steps = await citizen.takes(card, "Các bước làm", action_of_intent)
    assert "1. Chuẩn bị giấy tờ.\n2. Nộp tại bộ phận một cửa." in steps.text
    place = await citizen.takes(card, "Nộp ở đâu?", action_of_intent)
    assert "UBND cấp xã nơi cư trú" in place.text
    assert "Cách nộp: trực tiếp, trực tuyến" in place.text
    time = await citizen.takes(card, "Mất bao lâu?", action_of_intent)
    assert "1 ngày làm việc" in time.text
    form = await citizen.takes(card, "Mẫu đơn", action_of_intent)
    assert form.links["Tờ khai đăng ký khai sinh"] == "https://example.org/to-khai.docx"
    online = await citizen.takes(card, "Nộp trực tuyến được không?", action_of_intent)
    assert "Toàn trình" in online.text and "Nộp trên trang của Trung tâm" in online.links
    overview = await citizen.takes(steps, "Xem tóm tắt", action_of_intent)
    assert "Đây là thủ tục “Đăng ký khai sinh”" in overview.text


async def test_legal_basis(knows_birth: FakeCore, citizen: Any) -> None:
    citizen.slots["procedure_code"] = "1.001193"
    reply = await citizen.says("còn phí thì sao?", FACET, "ask_legal_basis")
    assert "Luật Hộ tịch số 60/2014/QH13" in reply.text


async def test_a_fact_that_is_not_known_is_said_to_be(knows_birth: FakeCore, citizen: Any) -> None:
    citizen.slots["procedure_code"] = "1.001193"
    reply = await citizen.says("còn phí thì sao?", FACET, "ask_conditions")
    assert "Trung tâm chưa có thông tin về điều kiện của thủ tục “Đăng ký khai sinh”" in reply.text
    assert "hỏi UBND cấp xã" in reply.text and "1900 1023" in reply.text


async def test_facet_without_any_procedure_asks_which_and_remembers(knows_birth: FakeCore, citizen: Any) -> None:
    question = await citizen.says("còn phí thì sao?", FACET, "ask_fee")
    assert "Anh/Chị muốn hỏi lệ phí của thủ tục nào?" in question.text
    answer = await citizen.says("làm khai sinh cho con", FIND, "find_procedure")
    assert "Lệ phí của thủ tục “Đăng ký khai sinh”" in answer.text
    # Once answered, it is forgotten.
    again = await citizen.says("làm khai sinh cho con", FIND, "find_procedure")
    assert "Đây là thủ tục" in again.text


async def test_a_remembered_facet_lapses_when_something_else_was_asked(knows_birth: FakeCore, citizen: Any) -> None:
    await citizen.says("còn phí thì sao?", FACET, "ask_fee")
    citizen.last_action = "utter_log_in"
    answer = await citizen.says("làm khai sinh cho con", FIND, "find_procedure")
    assert "Đây là thủ tục" in answer.text


async def test_a_new_subject_replaces_the_old(knows_birth: FakeCore, citizen: Any) -> None:
    knows_birth.searches["khai tử mất bao lâu"] = found("one", DEATH, subject="khai tử")
    citizen.slots["procedure_code"] = "1.001193"
    reply = await citizen.says("khai tử mất bao lâu", FACET, "ask_duration")
    assert "Đăng ký khai tử" in reply.text
    assert reply.slots["procedure_code"] == "1.000656"


async def test_several_become_a_choice(core: FakeCore, citizen: Any, action_of_intent: dict[str, str]) -> None:
    core.searches["khai giấy"] = found("several", BIRTH, DEATH, subject="khai giấy")
    reply = await citizen.says("khai giấy", FIND, "find_procedure")
    assert reply.text == "Anh/Chị muốn hỏi thủ tục nào?"
    assert list(reply.choices) == ["Đăng ký khai sinh", "Đăng ký khai tử", "Không có trong danh sách"]
    assert reply.choices["Đăng ký khai tử"] == '/inform{"procedure_code": "1.000656"}'
    taken = await citizen.takes(reply, "Đăng ký khai tử", action_of_intent)
    assert "Đây là thủ tục “Đăng ký khai tử”" in taken.text


async def test_several_for_a_facet_lead_to_that_facet(
    core: FakeCore, citizen: Any, action_of_intent: dict[str, str]
) -> None:
    core.searches["phí khai giấy"] = found("several", BIRTH, DEATH, subject="khai giấy")
    reply = await citizen.says("phí khai giấy", FACET, "ask_fee")
    assert reply.text == "Anh/Chị muốn hỏi lệ phí của thủ tục nào?"
    taken = await citizen.takes(reply, "Đăng ký khai sinh", action_of_intent)
    assert "Lệ phí của thủ tục “Đăng ký khai sinh”" in taken.text


async def test_an_unclear_facet_question_is_about_the_procedure_under_discussion(core: FakeCore, citizen: Any) -> None:
    core.searches["còn phí khai giấy"] = found("several", BIRTH, DEATH, subject="khai giấy")
    citizen.slots["procedure_code"] = "1.000656"
    reply = await citizen.says("còn phí khai giấy", FACET, "ask_fee")
    assert "Lệ phí của thủ tục “Đăng ký khai tử”" in reply.text


async def test_words_that_only_point_name_no_procedure(core: FakeCore, citizen: Any) -> None:
    core.searches["còn phí thì sao?"] = found("several", DEATH, subject="ra phí thì sao")
    asked = await citizen.says("còn phí thì sao?", FACET, "ask_fee")
    assert "lệ phí của thủ tục nào" in asked.text
    citizen.slots["procedure_code"] = "1.001193"
    reply = await citizen.says("còn phí thì sao?", FACET, "ask_fee")
    assert "Lệ phí của thủ tục “Đăng ký khai sinh”" in reply.text
    core.searches["xin hỏi thủ tục"] = found("several", DEATH, subject="hỏi thủ tục")
    assert "cần làm thủ tục gì" in (await citizen.says("xin hỏi thủ tục", FIND, "find_procedure")).text


async def test_another_facet_before_choosing_keeps_the_choice(
    core: FakeCore, citizen: Any, action_of_intent: dict[str, str]
) -> None:
    core.searches["phí khai giấy"] = found("several", BIRTH, DEATH, subject="khai giấy")
    core.searches["nộp ở đâu"] = found("none")
    await citizen.says("phí khai giấy", FACET, "ask_fee")
    again = await citizen.says("nộp ở đâu", FACET, "ask_place")
    assert again.text == "Anh/Chị muốn hỏi nơi nộp của thủ tục nào?"
    taken = await citizen.takes(again, "Đăng ký khai tử", action_of_intent)
    assert "Nơi nộp thủ tục “Đăng ký khai tử”" in taken.text


async def test_none_of_the_list(core: FakeCore, citizen: Any, action_of_intent: dict[str, str]) -> None:
    core.searches["khai giấy"] = found("several", BIRTH, DEATH, subject="khai giấy")
    reply = await citizen.says("khai giấy", FIND, "find_procedure")
    taken = await citizen.takes(reply, "Không có trong danh sách", action_of_intent)
    assert "từ khác" in taken.text and "Xem theo lĩnh vực" in taken.choices and "1900 1023" in taken.text


async def test_same_names_are_told_apart(core: FakeCore, citizen: Any) -> None:
    twin = {**BIRTH, "code": "1.009999", "levels": ["province"]}
    core.searches["khai giấy"] = found("several", BIRTH, twin, subject="khai giấy")
    reply = await citizen.says("khai giấy", FIND, "find_procedure")
    assert "Đăng ký khai sinh (Cấp tỉnh, 1.009999)" in reply.choices


async def test_a_list_can_be_paged(core: FakeCore, citizen: Any, action_of_intent: dict[str, str]) -> None:
    def pages(request: Any) -> Any:
        if request.query["offset"] == "0":
            return found("list", BIRTH, DEATH, total=3, field="ho-tich")
        return found("list", INDEX_ONLY, total=3, field="ho-tich")

    core.searches["thủ tục hộ tịch"] = pages
    first = await citizen.says("thủ tục hộ tịch", FIND, "find_procedure")
    assert "Có 3 thủ tục" in first.text and first.links["Xem danh sách thủ tục"].startswith("/")
    second = await citizen.takes(first, "Xem thêm", action_of_intent)
    assert "3–3 trong 3" in second.text
    assert "Cấp giấy phép khai thác khoáng sản" in second.choices
    assert "Xem thêm" not in second.choices


async def test_the_end_of_a_list_is_said(core: FakeCore, citizen: Any) -> None:
    core.searches["thủ tục hộ tịch"] = found("none", total=3, field="ho-tich")
    entities = {"original_text": "thủ tục hộ tịch", "offset": "5"}
    reply = await citizen.says("/find_procedure{}", FIND, "find_procedure", entities)
    assert "Hết danh sách" in reply.text


async def test_nothing_found_is_honest_and_has_ways_on(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("xin phép nuôi rồng", FIND, "find_procedure")
    assert "chưa tìm thấy thủ tục nào về “xin phép nuôi rồng”" in reply.text
    assert "1900 1023" in reply.text
    assert {"Xem theo lĩnh vực", "Gặp người hỗ trợ"} <= set(reply.choices)


async def test_nothing_found_for_a_facet_offers_the_procedure_under_discussion(core: FakeCore, citizen: Any) -> None:
    citizen.slots["procedure_code"] = "1.001193"
    reply = await citizen.says("phí nuôi rồng", FACET, "ask_fee")
    assert "Anh/Chị đang hỏi lệ phí của thủ tục “Đăng ký khai sinh” phải không?" in reply.text
    yes = await citizen.says("đúng rồi", "action_affirm", "affirm")
    assert "8.000 đồng" in yes.text


async def test_index_only_procedure_answers_with_what_there_is(core: FakeCore, citizen: Any) -> None:
    core.searches["khai thác khoáng sản"] = found("one", INDEX_ONLY, subject="khai thác khoáng sản")
    reply = await citizen.says("khai thác khoáng sản", FIND, "find_procedure")
    assert "Sở Nông nghiệp và Môi trường" in reply.text and "Cấp tỉnh" in reply.text
    assert reply.links["Cổng Dịch vụ công quốc gia"] == "https://dichvucong.gov.vn/thu-tuc/2"
    fee = await citizen.says("/ask_fee{}", FACET, "ask_fee", {"procedure_code": "2.000001"})
    assert "chưa có thông tin về lệ phí" in fee.text and "Cổng Dịch vụ công quốc gia" in fee.links


async def test_bare_choice_asks_what_is_to_be_done(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("/find_procedure", FIND, "find_procedure")
    assert "Anh/Chị cần làm thủ tục gì?" in reply.text
    assert core.asked == []


async def test_browsing_by_field(core: FakeCore, citizen: Any, action_of_intent: dict[str, str]) -> None:
    core.searches["thủ tục lĩnh vực Hộ tịch"] = found("list", BIRTH, DEATH, field="ho-tich")
    start = await citizen.says("/find_procedure", FIND, "find_procedure")
    fields = await citizen.takes(start, "Xem theo lĩnh vực", action_of_intent)
    assert list(fields.choices) == ["Hộ tịch", "Đất đai"]
    listed = await citizen.takes(fields, "Hộ tịch", action_of_intent)
    assert "Đăng ký khai tử" in listed.choices


async def test_unknown_code(core: FakeCore, citizen: Any) -> None:
    reply = await citizen.says("1.999999", INFORM, "inform")
    assert "chưa có thủ tục mang mã 1.999999" in reply.text


async def test_very_long_sentences_fit_into_payloads_and_queries(core: FakeCore, citizen: Any) -> None:
    text = "tôi muốn hỏi “giấy” " * 200
    core.searches[text.strip()[:300]] = found("list", BIRTH, DEATH, total=9)
    reply = await citizen.says(text, FIND, "find_procedure")
    assert len(core.asked[0][1]["q"]) == 300
    assert all(len(payload) <= 1000 for payload in reply.choices.values())
    assert "Xem thêm" in reply.choices


async def test_a_record_with_many_long_papers_fits_into_a_message(
    core: FakeCore, citizen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.fakes import core as fake

    papers = [{"text": "Giấy " * 100, "when": "khi cần " * 50} for _ in range(40)]
    monkeypatch.setitem(fake.RECORDS, "1.001193", {**BIRTH, "papers": papers})
    for action, intent in ((FACET, "ask_documents"), (FIND, "find_procedure")):
        reply = await citizen.says("/x", action, intent, {"procedure_code": "1.001193"})
        message = reply.messages[0]
        assert len(message["text"]) <= 4000
        assert all(len(row["value"]) <= 2000 for row in message.get("card", {}).get("rows", []))
        assert "Đối chiếu" in reply.text


@pytest.mark.parametrize("broken", ["error", "slow", "gone"])
async def test_a_core_that_does_not_answer_is_said_with_other_ways(
    core: FakeCore, citizen: Any, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import aiohttp

    from actions import core_api

    if broken == "error":
        core.broken = True
    elif broken == "gone":
        await core.stop()
    else:
        monkeypatch.setattr(core_api, "_TIMEOUT", aiohttp.ClientTimeout(total=0.1))
        core.delay = 0.5
    reply = await citizen.says("làm khai sinh cho con", FIND, "find_procedure")
    assert "chưa tra được dữ liệu lúc này" in reply.text and "1900 1023" in reply.text
    assert "Gặp người hỗ trợ" in reply.choices and "Trang của Trung tâm" in reply.links


async def test_connection_that_the_core_closed_is_opened_again(core: FakeCore, citizen: Any) -> None:
    core.searches["làm khai sinh"] = found("one", BIRTH, subject="khai sinh")
    first = await citizen.says("làm khai sinh", FIND, "find_procedure")
    port = int(core.url.rsplit(":", 1)[1])
    await core.stop()
    from aiohttp import web

    core._runner = web.AppRunner(core.app)
    await core._runner.setup()
    await web.TCPSite(core._runner, "127.0.0.1", port, reuse_address=True).start()
    second = await citizen.says("làm khai sinh", FIND, "find_procedure")
    assert first.text == second.text


async def test_a_list_chosen_from_after_an_older_facet_shows_the_card(
    knows_birth: FakeCore, citizen: Any, action_of_intent: dict[str, str]
) -> None:
    await citizen.says("nộp ở đâu", FACET, "ask_place", ranking=[("ask_place", 0.97)])
    await citizen.says(ASK, FACET, "ask_documents", ranking=[("ask_documents", 0.9)])
    text = "thủ tục hộ tịch cấp xã"
    knows_birth.searches[text] = found("list", BIRTH, DEATH, subject="hộ tịch", field="ho-tich")
    listed = await citizen.says(text, FACET, "ask_place", ranking=[("ask_place", 0.4)])
    assert listed.choices["Đăng ký khai tử"] == '/inform{"procedure_code": "1.000656"}'
    card = await citizen.takes(listed, "Đăng ký khai tử", action_of_intent)
    assert card.messages[0]["card"]["title"] == "Đăng ký khai tử"


async def test_a_code_in_a_question_counts_more_than_the_last_topic(knows_birth: FakeCore, citizen: Any) -> None:
    await citizen.says("làm khai sinh cho con", FIND, "find_procedure")
    knows_birth.searches["1.000656 thời hạn"] = found("one", DEATH, subject="")
    reply = await citizen.says("1.000656 thời hạn", FACET, "ask_duration")
    assert "Thời gian giải quyết thủ tục “Đăng ký khai tử”" in reply.text


async def test_a_new_choice_is_a_new_topic(knows_birth: FakeCore, citizen: Any) -> None:
    await citizen.says("làm khai sinh cho con", FIND, "find_procedure")
    knows_birth.searches["giấy tờ nhà"] = found("several", DEATH, INDEX_ONLY, subject="giấy tờ nhà")
    await citizen.says("giấy tờ nhà", FIND, "find_procedure")
    fee = await citizen.says("còn phí thì sao?", FACET, "ask_fee")
    assert "Anh/Chị muốn hỏi lệ phí của thủ tục nào?" in fee.text
    assert "Đăng ký khai tử" in fee.choices and "Đăng ký khai sinh" not in fee.choices


@pytest.mark.parametrize(("action", "intent"), [(FACET, "ask_duration"), (FIND, "find_procedure")])
async def test_a_receipt_code_in_a_question_is_looked_up(
    core: FakeCore, citizen: Any, action: str, intent: str
) -> None:
    await citizen.says("H32.15–251103–0012 chừng nào xong", action, intent)
    assert core.asked == [("/dossiers/H32.15-251103-0012/status", {})]


async def test_when_is_it_done_after_a_dossier_is_about_that_dossier(core: FakeCore, citizen: Any) -> None:
    core.searches["chừng nào xong"] = found("none", subject="")
    await citizen.says("H32.15-251103-0012", "action_check_dossier", "check_dossier")
    citizen.slots["last_receipt_code"] = "H32.15-251103-0012"
    await citizen.says("chừng nào xong", FACET, "ask_duration")
    assert core.asked[-1] == ("/dossiers/H32.15-251103-0012/status", {})

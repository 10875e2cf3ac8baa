"""Which answers tell the service that there is something to learn, and about which sentence."""

from __future__ import annotations

from typing import Any

from tests.fakes.core import BIRTH, DEATH, FakeCore, found

FALLBACK, DENY, FIND = "action_fallback", "action_deny", "action_find_procedure"
RANKING = [("nlu_fallback", 0.7), ("ask_fee", 0.2), ("log_in", 0.15)]


def lesson_of(reply: Any) -> dict[str, Any] | None:
    marks = [message["_lesson"] for message in reply.messages if "_lesson" in message]
    assert len(marks) <= 1
    return marks[0] if marks else None


async def test_that_asking_back_and_giving_up_are_lessons(core: FakeCore, citizen: Any) -> None:
    first = await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert lesson_of(first) == {"reason": "asked", "text": "ờ cái đó", "found": []}
    second = await citizen.says("thì là vậy", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert lesson_of(second) == {"reason": "gave_up", "text": "thì là vậy", "found": []}


async def test_that_an_unsure_intent_is_one_though_the_search_answers(core: FakeCore, citizen: Any) -> None:
    core.searches["khai sanh cho thằng cu"] = found("one", BIRTH, subject="khai sanh")
    reply = await citizen.says("khai sanh cho thằng cu", FALLBACK, "nlu_fallback", ranking=RANKING)
    assert lesson_of(reply) == {"reason": "unsure", "text": "khai sanh cho thằng cu", "found": ["1.001193"]}


async def test_that_a_search_without_a_hit_is_one(core: FakeCore, citizen: Any) -> None:
    core.searches["xin giấy bay"] = found("none", subject="giấy bay")
    reply = await citizen.says("xin giấy bay", FIND, "find_procedure")
    assert lesson_of(reply) == {"reason": "not_found", "text": "xin giấy bay", "found": []}


async def test_that_rejected_suggestions_point_to_the_sentence_before(
    core: FakeCore, citizen: Any, action_of_intent: dict[str, str]
) -> None:
    first = await citizen.says("ờ cái đó", FALLBACK, "nlu_fallback", ranking=RANKING)
    denied = await citizen.takes(first, "Không phải", action_of_intent)
    assert lesson_of(denied) == {"reason": "rejected", "text": "ờ cái đó", "found": []}


async def test_that_rejected_procedures_are_named(
    core: FakeCore, citizen: Any, action_of_intent: dict[str, str]
) -> None:
    core.searches["giấy khai"] = found("several", BIRTH, DEATH, subject="giấy khai")
    first = await citizen.says("giấy khai", FIND, "find_procedure")
    assert lesson_of(first) is None
    denied = await citizen.says("không có cái nào đúng", DENY, "deny")
    assert lesson_of(denied) == {"reason": "rejected", "text": "giấy khai", "found": ["1.001193", "1.000656"]}


async def test_that_only_an_unsure_refusal_is_one(core: FakeCore, citizen: Any) -> None:
    sure = await citizen.says("vàng bao nhiêu", "action_out_of_scope", "out_of_scope", ranking=[("out_of_scope", 0.97)])
    assert lesson_of(sure) is None
    unsure = await citizen.says("đặt giấy bay", "action_out_of_scope", "out_of_scope", ranking=[("out_of_scope", 0.5)])
    assert lesson_of(unsure) == {"reason": "refused", "text": "đặt giấy bay", "found": []}


async def test_that_what_was_understood_or_holds_no_words_is_none(core: FakeCore, citizen: Any) -> None:
    core.searches["khai sinh"] = found("one", BIRTH, subject="khai sinh")
    assert lesson_of(await citizen.says("khai sinh", FIND, "find_procedure")) is None
    assert lesson_of(await citizen.says("👍", FALLBACK, "nlu_fallback", ranking=RANKING)) is None


async def test_that_a_core_that_is_away_is_no_lesson(core: FakeCore, citizen: Any) -> None:
    core.broken = True
    assert lesson_of(await citizen.says("xin giấy bay", FIND, "find_procedure")) is None

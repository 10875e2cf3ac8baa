"""Dossiers: their life, their history, and what a receipt code alone may show."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from multidict import CIMultiDict
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from backend.centre.calendar import WorkingCalendar
from backend.dossiers.demo import demo_codes, load_demo_dossiers, remove_demo_dossiers
from backend.dossiers.model import ActorKind, Dossier, DossierStatusChange, HistoryIsReadOnly
from backend.dossiers.service import Actor, NewDossier, change_status, register_dossier
from backend.dossiers.statuses import DossierStatus, TransitionNotAllowed
from backend.kernel.clock import ManualClock
from backend.kernel.database import Database
from backend.kernel.settings import PROJECT_ROOT
from backend.kernel.words import Words
from tests.integration.backend.conftest import NOW, SERVICE_TOKEN, Client

STAFF = Actor(ActorKind.STAFF, "clerk-7")
CODE = "H32.15-261125-0001"
HIDDEN = "H32.15-261125-0002"
UNKNOWN = "H32.15-261125-9999"


async def make(database: Database, *, code: str = CODE, hidden: bool = False) -> None:
    async with database.write() as session:
        new = NewDossier(code, "1.001193", "ubnd-cap-xa", hidden=hidden)
        dossier = await register_dossier(session, new, actor=Actor(ActorKind.CITIZEN), now=NOW - timedelta(days=1))
        await change_status(session, dossier, DossierStatus.RECEIVED, actor=STAFF, now=NOW, due_on=date(2026, 11, 27))


async def test_that_every_change_is_on_record_with_its_moment_and_actor(loaded_database: Database) -> None:
    await make(loaded_database)
    async with loaded_database.read() as session:
        history = list(await session.scalars(select(DossierStatusChange).order_by(DossierStatusChange.id)))
    assert [(entry.from_status, entry.to_status, entry.actor_kind, entry.actor_id) for entry in history] == [
        (None, "registered", "citizen", None),
        ("registered", "received", "staff", "clerk-7"),
    ]
    assert history[1].at == NOW


async def test_that_history_cannot_be_rewritten(loaded_database: Database) -> None:
    await make(loaded_database)
    with pytest.raises(HistoryIsReadOnly):
        async with loaded_database.write() as session:
            entry = await session.get_one(DossierStatusChange, 1)
            entry.to_status = "returned"


async def test_that_a_forbidden_step_changes_nothing(loaded_database: Database) -> None:
    await make(loaded_database)
    with pytest.raises(TransitionNotAllowed):
        async with loaded_database.write() as session:
            dossier = (await session.scalars(select(Dossier))).one()
            await change_status(session, dossier, DossierStatus.RETURNED, actor=STAFF, now=NOW)
    async with loaded_database.read() as session:
        assert (await session.scalars(select(Dossier.status))).one() == "received"


async def test_that_the_status_is_told_in_plain_words_and_nothing_personal(
    api: Client, loaded_database: Database
) -> None:
    await make(loaded_database)
    response = await api.get("/api/v1/dossiers/h32.15 - 261125 - 0001/status")
    assert response.status == 200
    assert await response.json() == {
        "receipt_code": CODE,
        "status": "received",
        "status_label": "Được tiếp nhận",
        "explanation": "Cơ quan giải quyết đã nhận hồ sơ đầy đủ và chuẩn bị xử lý.",
        "next_step": "Anh/Chị chưa cần làm gì. Anh/Chị giữ giấy biên nhận để nhận kết quả.",
        "agency": "Ủy ban nhân dân cấp xã",
        "received_on": "2026-11-26",
        "due_on": "2026-11-27",
        "due_label": "ngày mai",
        "updated_on": "2026-11-26",
        "is_overdue": False,
    }


async def test_that_unknown_and_hidden_answer_byte_for_byte_alike(api: Client, loaded_database: Database) -> None:
    await make(loaded_database, code=HIDDEN, hidden=True)
    answers = [await api.get(f"/api/v1/dossiers/{code}/status") for code in (HIDDEN, UNKNOWN)]
    assert [answer.status for answer in answers] == [404, 404]
    assert await answers[0].read() == await answers[1].read()
    assert (await answers[0].json())["error"]["code"] == "dossier_not_found"
    assert set(answers[0].headers) == set(answers[1].headers)


@pytest.mark.parametrize(
    ("code", "reason"),
    [("abc", "format"), ("H32.15-261332-0001", "date"), ("H32.15-301231-0001", "date"), ("x" * 5000, "format")],
)
async def test_that_an_impossible_code_is_refused_with_its_reason(api: Client, code: str, reason: str) -> None:
    response = await api.get(f"/api/v1/dossiers/{code}/status")
    assert response.status == 422
    error = (await response.json())["error"]
    assert (error["code"], error["details"]) == ("receipt_code_invalid", {"reason": reason})


async def test_that_all_ten_statuses_have_a_demo_dossier(
    api: Client, loaded_database: Database, clock: ManualClock
) -> None:
    words = Words(PROJECT_ROOT / "data" / "words")
    async with loaded_database.write() as session:
        assert await load_demo_dossiers(session, WorkingCalendar(), clock)
    async with loaded_database.write() as session:
        assert not await load_demo_dossiers(session, WorkingCalendar(), clock), "loading again writes nothing"
        codes = await demo_codes(session, words)
    seen = {}
    for code in codes:
        response = await api.get(
            f"/api/v1/dossiers/{code.receipt_code}/status",
            headers={"Authorization": f"Bearer {SERVICE_TOKEN}", "X-HCC-Conversation": code.receipt_code},
        )
        assert response.status == 200
        seen[code.label] = await response.json()
        assert seen[code.label]["receipt_code"] == code.receipt_code
    assert {answer["status"] for answer in seen.values()} == {str(status) for status in DossierStatus}
    assert {code.receipt_code.split("-")[0] for code in codes} == {"H32.15", "000.17.22.H32"}
    assert seen["đến hẹn hôm nay"]["due_label"] == "hôm nay"
    assert seen["đã quá hẹn"]["is_overdue"] and "quá ngày hẹn" in seen["đã quá hẹn"]["next_step"]
    assert [answer["is_overdue"] for answer in seen.values()].count(True) == 1


async def test_that_tomorrows_demo_takes_the_place_of_todays(loaded_database: Database, clock: ManualClock) -> None:
    async with loaded_database.write() as session:
        await load_demo_dossiers(session, WorkingCalendar(), clock)
    await make(loaded_database)
    clock.advance(timedelta(days=1))
    async with loaded_database.write() as session:
        assert await load_demo_dossiers(session, WorkingCalendar(), clock)
    async with loaded_database.read() as session:
        dossiers = list(await session.scalars(select(Dossier)))
    assert len([dossier for dossier in dossiers if dossier.is_demo]) == 12
    assert [dossier.receipt_code for dossier in dossiers if not dossier.is_demo] == [CODE]


async def ask(api: Client, code: str, **headers: str) -> int:
    return (await api.get(f"/api/v1/dossiers/{code}/status", headers=headers)).status


async def test_that_an_address_may_look_twenty_times_a_minute(api: Client) -> None:
    asked = [await ask(api, f"H32.{n}-261125-0001", **{"X-Forwarded-For": "203.0.113.5"}) for n in range(10, 31)]
    assert asked == [404] * 20 + [429]
    assert await ask(api, CODE, **{"X-Forwarded-For": "203.0.113.6"}) == 404


async def test_that_a_refusal_says_when_to_come_back(api: Client) -> None:
    for _ in range(20):
        await ask(api, CODE)
    response = await api.get(f"/api/v1/dossiers/{CODE}/status")
    assert response.status == 429
    assert int(response.headers["Retry-After"]) >= 1
    assert (await response.json())["error"]["code"] == "rate_limited"


async def test_that_conversations_are_counted_one_by_one_behind_the_service_token(api: Client) -> None:
    bearer = {"Authorization": f"Bearer {SERVICE_TOKEN}"}
    first = [await ask(api, f"H32.{n}-261125-0001", **bearer, **{"X-HCC-Conversation": "a"}) for n in range(10, 21)]
    assert first == [404] * 10 + [429]
    assert await ask(api, CODE, **bearer, **{"X-HCC-Conversation": "b"}) == 404


async def test_that_a_forged_conversation_does_not_escape_the_address_limit(api: Client) -> None:
    asked = [
        await ask(api, f"H32.{n}-261125-0001", Authorization="Bearer wrong", **{"X-HCC-Conversation": str(n)})
        for n in range(10, 31)
    ]
    assert asked[-1] == 429


async def test_that_one_units_day_cannot_be_searched_through_by_many(api: Client) -> None:
    asked = [await ask(api, f"H32.15-261125-{n:04}", **{"X-Forwarded-For": f"198.51.100.{n}"}) for n in range(1, 62)]
    assert asked[:60] == [404] * 60 and asked[60] == 429
    assert await ask(api, "H32.15-261124-0001", **{"X-Forwarded-For": "198.51.100.250"}) == 404


async def test_that_looks_are_logged_without_code_and_person(
    api: Client, loaded_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await make(loaded_database)
    caplog.set_level("INFO")
    await ask(api, CODE, **{"X-Forwarded-For": "203.0.113.77"})
    lines = [record for record in caplog.records if record.name == "backend.dossiers.api"]
    assert len(lines) == 1
    assert CODE not in str(vars(lines[0])) and "203.0.113.77" not in str(vars(lines[0]))


async def test_that_the_demo_can_be_taken_away(loaded_database: Database, clock: ManualClock) -> None:
    await make(loaded_database)
    async with loaded_database.write() as session:
        await load_demo_dossiers(session, WorkingCalendar(), clock)
    async with loaded_database.write() as session:
        await remove_demo_dossiers(session)
    async with loaded_database.read() as session:
        assert list(await session.scalars(select(Dossier.receipt_code))) == [CODE]
        assert len(list(await session.scalars(select(DossierStatusChange)))) == 2


async def test_that_two_writers_cannot_both_change_a_dossier(loaded_database: Database) -> None:
    await make(loaded_database)
    async with loaded_database.read() as session:
        stale = (await session.scalars(select(Dossier))).one()
    async with loaded_database.write() as session:
        fresh = (await session.scalars(select(Dossier))).one()
        await change_status(session, fresh, DossierStatus.PROCESSING, actor=STAFF, now=NOW)
    with pytest.raises(StaleDataError):
        async with loaded_database.write() as session:
            session.add(stale)
            await change_status(session, stale, DossierStatus.STOPPED, actor=STAFF, now=NOW)
    async with loaded_database.read() as session:
        assert (await session.scalars(select(Dossier.status))).one() == "processing"


async def statuses_of(api: Client, *headers: CIMultiDict[str]) -> list[int]:
    path = f"/api/v1/dossiers/{UNKNOWN}/status"
    return [(await api.get(path, headers=given)).status for given in headers]


async def test_that_forwarded_addresses_that_the_caller_made_up_change_no_limit(api: Client) -> None:
    """One proxy of ours is in front; it appends to the header or sends a second one; its entry is the last."""
    appended = [CIMultiDict({"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.9"}) for n in range(11)]
    second = [
        CIMultiDict([("X-Forwarded-For", f"198.51.100.{n}"), ("X-Forwarded-For", "203.0.113.9")]) for n in range(11)
    ]
    answers = await statuses_of(api, *appended, *second)
    assert answers == [404] * 20 + [429] * 2


async def test_that_one_subscribers_many_ipv6_addresses_are_one_caller(api: Client) -> None:
    headers = [CIMultiDict({"X-Forwarded-For": f"2001:db8:1:2::{n:x}"}) for n in range(1, 22)]
    assert await statuses_of(api, *headers) == [404] * 20 + [429]
    assert await statuses_of(api, CIMultiDict({"X-Forwarded-For": "2001:db8:1:3::1"})) == [404]


async def test_that_a_made_up_conversation_without_our_token_changes_no_limit(api: Client) -> None:
    headers = [
        CIMultiDict({"X-Forwarded-For": "203.0.113.9", "X-HCC-Conversation": f"c{n}", "Authorization": "Bearer x"})
        for n in range(21)
    ]
    assert await statuses_of(api, *headers) == [404] * 20 + [429]

"""Demo dossiers in all ten statuses: made up, marked as demo, with dates around the day that they are loaded on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.model import Agency
from backend.centre.calendar import WorkingCalendar
from backend.dossiers.model import ActorKind, Dossier, DossierStatusChange
from backend.dossiers.service import Actor, NewDossier, change_status, register_dossier
from backend.dossiers.statuses import DossierStatus as S
from backend.kernel.clock import VIETNAM, Clock, today_in_vietnam
from backend.kernel.words import Words

_ACTOR = Actor(ActorKind.SYSTEM, "demo")
_NEWER_UNIT, _OLDER_UNIT = "H32.15", "000.17.22.H32"
_COMMUNE, _POLICE, _LAND = "ubnd-cap-xa", "cong-an-tinh", "chi-nhanh-van-phong-dang-ky-dat-dai"


@dataclass(frozen=True, slots=True)
class _Plan:
    """One dossier: when it came in, what has happened since, when it is due. Days count back from today."""

    key: str
    unit: str
    serial: int
    procedure_code: str
    agency_id: str
    submitted_days_ago: int
    steps: tuple[tuple[S, int], ...]
    due_in_days: int | None = None


_PLANS = (
    _Plan("registered", _NEWER_UNIT, 1, "1.001193", _COMMUNE, 0, ()),
    _Plan("received", _NEWER_UNIT, 2, "1.000894", _COMMUNE, 1, ((S.RECEIVED, 1),), 4),
    _Plan("not_received", _NEWER_UNIT, 3, "1.004873", _COMMUNE, 5, ((S.NOT_RECEIVED, 4),)),
    _Plan("processing", _NEWER_UNIT, 4, "1.004859", _COMMUNE, 3, ((S.RECEIVED, 3), (S.PROCESSING, 2)), 5),
    _Plan("due_today", _OLDER_UNIT, 5, "2.000635", _COMMUNE, 4, ((S.RECEIVED, 4), (S.PROCESSING, 3)), 0),
    _Plan("overdue", _OLDER_UNIT, 6, "1.012753", _LAND, 40, ((S.RECEIVED, 39), (S.PROCESSING, 38)), -6),
    _Plan(
        "supplement_requested",
        _NEWER_UNIT,
        7,
        "1.004884",
        _COMMUNE,
        9,
        ((S.RECEIVED, 8), (S.PROCESSING, 7), (S.SUPPLEMENT_REQUESTED, 2)),
        3,
    ),
    _Plan(
        "payment_requested",
        _OLDER_UNIT,
        8,
        "1.012753",
        _LAND,
        12,
        ((S.RECEIVED, 11), (S.PROCESSING, 10), (S.PAYMENT_REQUESTED, 1)),
        8,
    ),
    _Plan("withdrawn", _NEWER_UNIT, 9, "1.001570", _COMMUNE, 15, ((S.RECEIVED, 14), (S.WITHDRAWN, 10)), -5),
    _Plan(
        "stopped", _OLDER_UNIT, 10, "1.012753", _LAND, 30, ((S.RECEIVED, 29), (S.PROCESSING, 28), (S.STOPPED, 12)), -8
    ),
    _Plan(
        "finished", _NEWER_UNIT, 11, "1.001456", _POLICE, 8, ((S.RECEIVED, 8), (S.PROCESSING, 7), (S.FINISHED, 1)), 1
    ),
    _Plan(
        "returned",
        _OLDER_UNIT,
        12,
        "2.000815",
        _COMMUNE,
        20,
        ((S.RECEIVED, 20), (S.PROCESSING, 20), (S.FINISHED, 19), (S.RETURNED, 18)),
        -18,
    ),
)


@dataclass(frozen=True, slots=True)
class DemoCode:
    """A demo dossier's receipt code and what it shows."""

    receipt_code: str
    label: str


async def load_demo_dossiers(session: AsyncSession, calendar: WorkingCalendar, clock: Clock) -> bool:
    """Make the demo dossiers for today, in the place of those of an earlier day; tell whether anything was written."""
    today = today_in_vietnam(clock)
    wanted = [_receipt_code(plan, today) for plan in _PLANS]
    there = select(Dossier.receipt_code).where(Dossier.is_demo).order_by(Dossier.receipt_code)
    if list(await session.scalars(there)) == sorted(wanted):
        return False
    await remove_demo_dossiers(session)
    agencies = set(await session.scalars(select(Agency.id)))
    for plan, receipt_code in zip(_PLANS, wanted, strict=True):
        # An operator may run the demo on a catalogue of his own.
        agency_id = plan.agency_id if plan.agency_id in agencies else min(agencies)
        await _make(session, plan, receipt_code, agency_id, today, calendar, clock)
    return True


async def demo_codes(session: AsyncSession, words: Words) -> Sequence[DemoCode]:
    """Return the demo codes that the database holds, with a word on each; none where there is no demo."""
    found = select(Dossier.receipt_code).where(Dossier.is_demo).order_by(Dossier.id)
    labels = {plan.serial: words.say(f"dossiers.demo_{plan.key}") for plan in _PLANS}
    return [DemoCode(code, labels[int(code.rsplit("-", 1)[1])]) for code in await session.scalars(found)]


def _receipt_code(plan: _Plan, today: date) -> str:
    day = today - timedelta(days=plan.submitted_days_ago)
    return f"{plan.unit}-{day:%y%m%d}-{plan.serial:04}"


async def remove_demo_dossiers(session: AsyncSession) -> None:
    """Take all demo dossiers away."""
    demo = select(Dossier.id).where(Dossier.is_demo)
    await session.execute(delete(DossierStatusChange).where(DossierStatusChange.dossier_id.in_(demo)))
    await session.execute(delete(Dossier).where(Dossier.is_demo))


async def _make(
    session: AsyncSession,
    plan: _Plan,
    receipt_code: str,
    agency_id: str,
    today: date,
    calendar: WorkingCalendar,
    clock: Clock,
) -> None:
    new = NewDossier(receipt_code, plan.procedure_code, agency_id, is_demo=True)
    submitted = _moment(today, plan.submitted_days_ago, 0, clock)
    dossier = await register_dossier(session, new, actor=_ACTOR, now=submitted)
    due_on = _due_day(plan.due_in_days, today, calendar)
    for number, (status, days_ago) in enumerate(plan.steps, start=1):
        moment = _moment(today, days_ago, number, clock)
        await change_status(session, dossier, status, actor=_ACTOR, now=moment, due_on=due_on)


def _moment(today: date, days_ago: int, step: int, clock: Clock) -> datetime:
    moment = datetime.combine(today - timedelta(days=days_ago), time(8, 5 * step), VIETNAM).astimezone(UTC)
    return min(moment, clock.now())


def _due_day(days: int | None, today: date, calendar: WorkingCalendar) -> date | None:
    if days is None:
        return None
    day = today + timedelta(days=days)
    # "Due today" stays today on a day off as well; a promise for later falls on a working day.
    return day if days <= 0 or calendar.is_working_day(day) else calendar.next_working_day(day)

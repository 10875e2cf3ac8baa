"""Use cases of dossiers. Each function works inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.model import Agency
from backend.dossiers.deadlines import is_overdue
from backend.dossiers.model import ActorKind, Dossier, DossierStatusChange
from backend.dossiers.statuses import AUTHORITY_IS_DONE, DossierStatus, check_transition
from backend.kernel.clock import in_vietnam
from backend.kernel.errors import DossierNotFound


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something to a dossier."""

    kind: ActorKind
    id: str | None = None


@dataclass(frozen=True, slots=True)
class NewDossier:
    """What is known of a dossier when it comes in."""

    receipt_code: str
    procedure_code: str
    agency_id: str
    account_id: str | None = None
    hidden: bool = False
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class CoarseStatus:
    """All that the receipt code alone may show: no name, no procedure, no amount."""

    receipt_code: str
    status: DossierStatus
    agency_name: str
    received_on: date | None
    due_on: date | None
    updated_on: date
    is_overdue: bool


async def register_dossier(session: AsyncSession, new: NewDossier, *, actor: Actor, now: datetime) -> Dossier:
    """Put a dossier that a citizen has sent on record."""
    dossier = Dossier(
        receipt_code=new.receipt_code,
        procedure_code=new.procedure_code,
        agency_id=new.agency_id,
        account_id=new.account_id,
        status=DossierStatus.REGISTERED,
        submitted_at=now,
        status_changed_at=now,
        hidden=new.hidden,
        is_demo=new.is_demo,
    )
    session.add(dossier)
    await session.flush()
    _note_change(session, dossier, None, DossierStatus.REGISTERED, actor, now)
    return dossier


async def change_status(
    session: AsyncSession,
    dossier: Dossier,
    status: DossierStatus,
    *,
    actor: Actor,
    now: datetime,
    due_on: date | None = None,
) -> None:
    """Move a dossier to ``status``; raise ``TransitionNotAllowed`` if that cannot follow.

    ``due_on`` sets the promised day: at reception, or anew after a supplement.
    """
    current = DossierStatus(dossier.status)
    check_transition(current, status)
    dossier.status = status
    dossier.status_changed_at = now
    if due_on is not None:
        dossier.due_on = due_on
    if status in (DossierStatus.RECEIVED, DossierStatus.PROCESSING) and dossier.received_at is None:
        dossier.received_at = now
    if status is DossierStatus.SUPPLEMENT_REQUESTED and dossier.first_supplement_requested_at is None:
        dossier.first_supplement_requested_at = now
    if status in AUTHORITY_IS_DONE and dossier.finished_at is None:
        dossier.finished_at = now
    _note_change(session, dossier, current, status, actor, now)
    await session.flush()


def _note_change(
    session: AsyncSession,
    dossier: Dossier,
    before: DossierStatus | None,
    after: DossierStatus,
    actor: Actor,
    now: datetime,
) -> None:
    session.add(
        DossierStatusChange(
            dossier_id=dossier.id,
            from_status=before,
            to_status=after,
            at=now,
            actor_kind=actor.kind,
            actor_id=actor.id,
        )
    )


async def coarse_status(session: AsyncSession, receipt_code: str, *, today: date) -> CoarseStatus:
    """Return what anybody may see of a dossier; raise :class:`DossierNotFound` for unknown and hidden alike."""
    # Hidden ones are read as well and left out afterwards, so that both refusals have cost the same work.
    found = (
        await session.execute(
            select(Dossier, Agency.name)
            .join(Agency, Agency.id == Dossier.agency_id)
            .where(Dossier.receipt_code == receipt_code)
        )
    ).first()
    if found is None or found[0].hidden:
        raise DossierNotFound
    dossier, agency_name = found
    status = DossierStatus(dossier.status)
    return CoarseStatus(
        receipt_code=dossier.receipt_code,
        status=status,
        agency_name=agency_name,
        received_on=in_vietnam(dossier.received_at).date() if dossier.received_at else None,
        due_on=dossier.due_on,
        updated_on=in_vietnam(dossier.status_changed_at).date(),
        is_overdue=is_overdue(status, dossier.due_on, dossier.finished_at, today),
    )

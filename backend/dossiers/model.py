"""Tables of dossiers and the history of their statuses."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, event
from sqlalchemy.orm import Mapped, mapped_column

from backend.dossiers.statuses import DossierStatus
from backend.kernel.database import Base, BigId, UtcDateTime

_STATUSES = ", ".join(f"'{status}'" for status in DossierStatus)


class ActorKind(StrEnum):
    """Who changed a status."""

    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


class Dossier(Base):
    """A dossier that a citizen has handed in. ``hidden`` ones answer to nobody without proof of identity."""

    __tablename__ = "dossiers"
    __table_args__ = (CheckConstraint(f"status IN ({_STATUSES})", name="status"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    receipt_code: Mapped[str] = mapped_column(String(40), unique=True)
    # No foreign key: the code comes from the authorities' systems and may be one that our catalogue does not hold.
    procedure_code: Mapped[str] = mapped_column(String(32), index=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"))
    account_id: Mapped[str | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    status: Mapped[str] = mapped_column(String(24))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(Date)
    """The day that the receipt promises the result for, as a day in Vietnam."""
    first_supplement_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the authority ended its work, with or without a result."""
    status_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}


class DossierStatusChange(Base):
    """One change of a dossier's status. Written once, never changed."""

    __tablename__ = "dossier_status_history"
    __table_args__ = (Index("ix_dossier_status_history_dossier_id_id", "dossier_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    from_status: Mapped[str | None] = mapped_column(String(24))
    to_status: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(8))
    actor_id: Mapped[str | None] = mapped_column(String(64))


class HistoryIsReadOnly(Exception):
    """Something tried to change or delete an entry of the status history."""


@event.listens_for(DossierStatusChange, "before_update")
@event.listens_for(DossierStatusChange, "before_delete")
def _refuse_to_change_history(_mapper: Any, _connection: Any, _target: DossierStatusChange) -> None:
    raise HistoryIsReadOnly

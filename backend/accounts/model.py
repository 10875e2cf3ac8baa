"""Tables of accounts: people and organisations that the centre knows by proof, not by what they typed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.database import Base, UtcDateTime


class AccountKind(StrEnum):
    """Who stands behind an account."""

    PERSON = "person"
    ORGANISATION = "organisation"


class AccountStatus(StrEnum):
    """Whether an account may be used."""

    ACTIVE = "active"
    LOCKED = "locked"
    CLOSED = "closed"


class Account(Base):
    """A person's or an organisation's account.

    The phone number is kept as a keyed hash for look-ups, and its last three digits so that the owner recognises it.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("kind IN ('person', 'organisation')", name="kind"),
        CheckConstraint("status IN ('active', 'locked', 'closed')", name="status"),
    )

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(8), default=AccountStatus.ACTIVE)
    display_name: Mapped[str] = mapped_column(String(200))
    phone_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    phone_last_digits: Mapped[str | None] = mapped_column(String(3))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __mapper_args__ = {"version_id_col": version}

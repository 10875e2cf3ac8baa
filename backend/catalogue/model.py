"""Tables of the catalogue. What leaves the files is withdrawn, never deleted: dossiers still point at it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.database import Base, BigId, UtcDateTime


class Field(Base):
    """A field (lĩnh vực) of the national catalogue."""

    __tablename__ = "fields"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[list[str]] = mapped_column(JSON)
    source_hash: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Agency(Base):
    """An authority that decides procedures."""

    __tablename__ = "agencies"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(10))
    aliases: Mapped[list[str]] = mapped_column(JSON)
    source_hash: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Commune(Base):
    """A commune, ward or special zone since 1 July 2025."""

    __tablename__ = "communes"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(8))
    source_hash: Mapped[str] = mapped_column(String(64))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CommuneFormerUnit(Base):
    """The name of a unit that was merged, wholly or in part, into a commune of today."""

    __tablename__ = "commune_former_units"
    __table_args__ = (UniqueConstraint("commune_code", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    commune_code: Mapped[str] = mapped_column(ForeignKey("communes.code", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))


class Procedure(Base):
    """An administrative procedure. ``record`` holds the whole of it where an editor has written it up.

    ``has_record`` without a ``record``: the whole is that of :class:`ImportedProcedure`.
    """

    __tablename__ = "procedures"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(String(120))
    field_id: Mapped[str] = mapped_column(ForeignKey("fields.id"), index=True)
    agency_id: Mapped[str] = mapped_column(ForeignKey("agencies.id"), index=True)
    levels: Mapped[list[str]] = mapped_column(JSON)
    audience: Mapped[list[str]] = mapped_column(JSON)
    online: Mapped[str | None] = mapped_column(String(8))
    popularity: Mapped[int] = mapped_column(SmallInteger, default=1)
    url: Mapped[str | None] = mapped_column(String(400))
    has_record: Mapped[bool] = mapped_column(Boolean, default=False)
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    source_hash: Mapped[str] = mapped_column(String(64))
    phrasings_hash: Mapped[str] = mapped_column(String(64), default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportedProcedure(Base):
    """A procedure as the national database has it. What the catalogue's own files say of it stands above this."""

    __tablename__ = "imported_procedures"

    code: Mapped[str] = mapped_column(String(32), primary_key=True)
    listing: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The columns of ``procedures`` for a procedure that the files do not know."""
    has_record: Mapped[bool] = mapped_column(Boolean)
    record: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    facts_hash: Mapped[str] = mapped_column(String(64))
    checked_in: Mapped[str | None] = mapped_column(String(7))
    file: Mapped[str] = mapped_column(String(255))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProcedurePhrasing(Base):
    """How people ask for a procedure when they do not know its official name."""

    __tablename__ = "procedure_phrasings"
    __table_args__ = (UniqueConstraint("procedure_code", "text"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    procedure_code: Mapped[str] = mapped_column(ForeignKey("procedures.code", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(String(300))


class CatalogueState(Base):
    """One row: which state of the catalogue the database holds. ``version`` rises when anything has changed."""

    __tablename__ = "catalogue_state"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Imported procedures in the database, in a table of their own below the curated files.

The files decide what a procedure is called and where it belongs; an import fills in the facts that no editor has
written up, and adds procedures that the files do not know. So neither a load nor an import takes anything away from
the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.model import ImportedProcedure
from backend.kernel.database import Database

Columns = dict[str, Any]
"""A row of the table of procedures."""


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A procedure as an import would store it."""

    code: str
    listing: Columns
    record: Mapping[str, Any] | None
    checked_in: str | None
    file: str

    @property
    def facts_hash(self) -> str:
        """Of all that is said, but for how old it is: the same facts a month later are no change unless said so."""
        value = [self.listing, self.record and {**self.record, "source": _undated(self.record["source"])}]
        return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _undated(source: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in source.items() if name != "checked_in"}


@dataclass(frozen=True, slots=True)
class KnownImport:
    """What is stored of an import, without its long texts."""

    listing: Columns
    has_record: bool
    facts_hash: str
    checked_in: str | None

    @property
    def mark(self) -> str:
        """Changes whenever the import says anything else."""
        return f"{self.facts_hash}:{self.checked_in or ''}"


async def known_imports(session: AsyncSession) -> dict[str, KnownImport]:
    """Return all imported procedures by code."""
    columns = (
        ImportedProcedure.code,
        ImportedProcedure.listing,
        ImportedProcedure.has_record,
        ImportedProcedure.facts_hash,
        ImportedProcedure.checked_in,
    )
    return {row[0]: KnownImport(*row[1:]) for row in await session.execute(select(*columns))}


async def imported_codes(database: Database) -> frozenset[str]:
    """Return the codes that the database has from imports; none where it has no such table yet."""
    try:
        async with database.read() as session:
            return frozenset(await session.scalars(select(ImportedProcedure.code)))
    except (SQLAlchemyError, OSError):
        return frozenset()


def is_news(row: ImportedRow, known: KnownImport | None) -> bool:
    """Tell whether a row says more than is stored. The name alone never takes the place of the whole."""
    if known is None:
        return True
    if row.record is None and known.has_record:
        return False
    is_newer = row.checked_in is not None and row.checked_in != known.checked_in
    return row.facts_hash != known.facts_hash or is_newer


async def store(session: AsyncSession, rows: Sequence[ImportedRow], now: datetime) -> None:
    """Write the rows that say something new."""
    known = await known_imports(session)
    news = [row for row in rows if is_news(row, known.get(row.code))]
    for statement, wanted in ((insert, False), (update, True)):
        values = [_columns(row, now) for row in news if (row.code in known) is wanted]
        if values:
            await session.execute(statement(ImportedProcedure), values)


def _columns(row: ImportedRow, now: datetime) -> Columns:
    return {
        "code": row.code,
        "listing": row.listing,
        "has_record": row.record is not None,
        "record": row.record,
        "facts_hash": row.facts_hash,
        "checked_in": row.checked_in,
        "file": row.file,
        "imported_at": now,
    }

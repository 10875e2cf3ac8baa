"""Brings the database in line with the catalogue's files. Loading the same files again writes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.files import CatalogueFiles
from backend.catalogue.importing.storing import ImportedRow, KnownImport, known_imports, store
from backend.catalogue.model import (
    Agency,
    CatalogueState,
    Commune,
    CommuneFormerUnit,
    Field,
    Procedure,
    ProcedurePhrasing,
)
from backend.catalogue.names import short_name_of
from backend.catalogue.record import FilingWay, IndexRow, OnlineLevel, ProcedureRecord
from backend.kernel.clock import Clock
from backend.kernel.database import Database


@dataclass(slots=True)
class Changes:
    """How many rows of one kind a load has touched."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0

    @property
    def any(self) -> bool:
        return bool(self.added or self.changed or self.withdrawn)


@dataclass(slots=True)
class LoadReport:
    """What a load has done."""

    fields: Changes = field(default_factory=Changes)
    agencies: Changes = field(default_factory=Changes)
    communes: Changes = field(default_factory=Changes)
    procedures: Changes = field(default_factory=Changes)
    phrasings_of_procedures: int = 0
    """Procedures whose phrasings were written anew."""

    @property
    def any(self) -> bool:
        kinds = (self.fields, self.agencies, self.communes, self.procedures)
        return any(changes.any for changes in kinds) or self.phrasings_of_procedures > 0


def _hash(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _record_row(record: ProcedureRecord) -> dict[str, Any]:
    return {
        "code": record.code,
        "name": record.name,
        "short_name": record.short_name,
        "field_id": record.field,
        "agency_id": record.agency,
        "levels": [str(level) for level in record.levels],
        "audience": [str(audience) for audience in record.audience],
        "online": _online(record),
        "popularity": record.popularity,
        "url": record.source.url,
        "has_record": True,
        "record": record.model_dump(mode="json", exclude_none=True),
    }


def _index_row(row: IndexRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "short_name": short_name_of(row.name),
        "field_id": row.field,
        "agency_id": row.agency,
        "levels": [str(level) for level in row.levels],
        "audience": [str(audience) for audience in row.audience],
        "online": row.online and str(row.online),
        "popularity": 1,
        "url": row.url,
        "has_record": False,
        "record": None,
    }


async def load_catalogue(
    database: Database, files: CatalogueFiles, clock: Clock, imported: Sequence[ImportedRow] = ()
) -> LoadReport:
    """Load ``files`` in one transaction, and with them what an import has read."""
    now = clock.now()
    report = LoadReport()
    async with database.write() as session:
        named = [{"id": f.id, "name": f.name, "aliases": f.aliases} for f in files.fields.values()]
        report.fields = await _synchronise(session, Field, "id", named, now)
        agencies = [
            {"id": a.id, "name": a.name, "level": str(a.level), "aliases": a.aliases} for a in files.agencies.values()
        ]
        report.agencies = await _synchronise(session, Agency, "id", agencies, now)
        report.communes = await _load_communes(session, files, now)
        await store(session, imported, now)
        rows, marks = _procedure_rows(files, await known_imports(session))
        report.procedures = await _synchronise(session, Procedure, "code", rows, now, marks)
        report.phrasings_of_procedures = await _load_phrasings(session, files.phrasings)
        if report.any:
            await _raise_version(session, now)
    return report


def _procedure_rows(
    files: CatalogueFiles, imports: Mapping[str, KnownImport]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the procedures of the files with what imports add to them, and what marks the import's part of a row."""
    rows = {code: _index_row(row) for code, row in files.index.items()}
    rows |= {code: _record_row(record) for code, record in files.records.items()}
    marks: dict[str, str] = {}
    for code, known in imports.items():
        row = rows.get(code)
        if row is None:
            rows[code] = {**known.listing, "code": code, "has_record": known.has_record, "record": None}
        elif known.has_record and not row["has_record"]:
            filled_in = {name: row[name] or known.listing[name] for name in ("audience", "online", "url")}
            rows[code] = {**row, **filled_in, "has_record": True}
        else:
            continue
        marks[code] = known.mark
    return list(rows.values()), marks


def _online(record: ProcedureRecord) -> str | None:
    """Return how far a procedure can be filed online; that it can is known from its ways, too."""
    if record.online is None and FilingWay.ONLINE in record.ways:
        return str(OnlineLevel.UNGRADED)
    return record.online and str(record.online)


async def _synchronise(
    session: AsyncSession,
    table: type[Any],
    key: str,
    rows: Sequence[dict[str, Any]],
    now: datetime,
    marks: Mapping[str, str] = MappingProxyType({}),
) -> Changes:
    """Make the table hold ``rows``; a row that is not among them is withdrawn, one that comes back is restored.

    ``marks`` stand for what belongs to a row and is kept elsewhere.
    """
    column = getattr(table, key)
    known = {
        row[0]: (row[1], row[2] is None)
        for row in await session.execute(select(column, table.source_hash, table.withdrawn_at))
    }
    changes = Changes()
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for row in rows:
        mark = marks.get(row[key])
        full = {**row, "source_hash": _hash([row, mark] if mark else row), "withdrawn_at": None}
        if row[key] not in known:
            new.append(full)
        elif known[row[key]] != (full["source_hash"], True):
            changed.append(full)
        else:
            changes.unchanged += 1
    if new:
        await session.execute(insert(table), new)
    if changed:
        await session.execute(update(table), changed)
    wanted = {row[key] for row in rows}
    gone = [{key: code, "withdrawn_at": now} for code, (_, is_live) in known.items() if is_live and code not in wanted]
    if gone:
        await session.execute(update(table), gone)
    changes.added, changes.changed, changes.withdrawn = len(new), len(changed), len(gone)
    return changes


async def _load_communes(session: AsyncSession, files: CatalogueFiles, now: datetime) -> Changes:
    rows = [{"code": c.code, "name": c.name, "kind": c.kind} for c in files.communes.values()]
    changes = await _synchronise(session, Commune, "code", rows, now)
    units = {
        (row[0], row[1])
        for row in await session.execute(select(CommuneFormerUnit.commune_code, CommuneFormerUnit.name))
    }
    wanted = {(c.code, name) for c in files.communes.values() for name in c.former}
    for code, name in sorted(units - wanted):
        await session.execute(
            delete(CommuneFormerUnit).where(CommuneFormerUnit.commune_code == code, CommuneFormerUnit.name == name)
        )
    missing = [{"commune_code": code, "name": name} for code, name in sorted(wanted - units)]
    if missing:
        await session.execute(insert(CommuneFormerUnit), missing)
    if (missing or units - wanted) and not changes.any:
        changes.changed = len({code for code, _ in units ^ wanted})
    return changes


async def _load_phrasings(session: AsyncSession, phrasings: Mapping[str, Sequence[str]]) -> int:
    known = {row[0]: row[1] for row in await session.execute(select(Procedure.code, Procedure.phrasings_hash))}
    hashes = {code: _hash(sorted(phrasings[code])) if code in phrasings else "" for code in known}
    changed = [code for code, old in known.items() if hashes[code] != old]
    if not changed:
        return 0
    # In slices: SQLite takes a limited number of parameters in one statement.
    for start in range(0, len(changed), 500):
        codes = changed[start : start + 500]
        await session.execute(delete(ProcedurePhrasing).where(ProcedurePhrasing.procedure_code.in_(codes)))
    rows = [{"procedure_code": code, "text": text} for code in changed for text in phrasings.get(code, ())]
    if rows:
        await session.execute(insert(ProcedurePhrasing), rows)
    await session.execute(update(Procedure), [{"code": code, "phrasings_hash": hashes[code]} for code in changed])
    return len(changed)


async def _raise_version(session: AsyncSession, now: datetime) -> None:
    state = await session.get(CatalogueState, 1)
    if state is None:
        session.add(CatalogueState(id=1, version=1, changed_at=now))
    else:
        state.version += 1
        state.changed_at = now

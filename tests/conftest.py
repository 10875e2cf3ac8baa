"""Fixtures that all tests share."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.engine import URL

from backend.kernel.database import Database
from tests.databases import PostgresServer, SqliteServer, prepare, running_postgres


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's machine reaches a test."""
    for name in os.environ:
        if name.startswith("HCC_") and not name.startswith("HCC_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def sqlite_server(tmp_path_factory: pytest.TempPathFactory) -> SqliteServer:
    server = SqliteServer(tmp_path_factory.mktemp("sqlite"))
    prepare(server)
    return server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        prepare(server)
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest) -> AsyncIterator[URL]:
    """The address of an empty, migrated database; every test that takes it runs on both kinds."""
    server: SqliteServer | PostgresServer = request.getfixturevalue(f"{request.param}_server")
    async with server.fresh_database() as url:
        yield url


@pytest.fixture
async def database(database_url: URL) -> AsyncIterator[Database]:
    """An empty, migrated database."""
    opened = Database(database_url)
    yield opened
    await opened.close()

"""An SQLite file belongs to one service process: its conversation locks are in that process's memory."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from backend.kernel.settings import PROJECT_ROOT
from tests.databases import SqliteServer


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock as a running service does."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def test_that_a_second_service_on_an_sqlite_file_is_refused_in_words(sqlite_server: SqliteServer) -> None:
    async with sqlite_server.fresh_database() as url:
        environment = os.environ | {
            "HCC_DATABASE_URL": f"sqlite:///{url.database}",
            "HCC_SECRET_KEY": "k" * 40,
            "HCC_SERVICE_TOKEN": "service-token-of-the-tests",
            "HCC_RASA_TOKEN": "rasa-token-of-the-tests",
            "PYTHONPATH": str(PROJECT_ROOT),
        }
        with locked(Path(f"{url.database}.service-lock")):
            second = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-P", "-m", "service", "--port", "65533"],
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
            )
    assert second.returncode != 0
    assert second.stderr.strip() == "Another service already uses this SQLite file; stop it, or use PostgreSQL."

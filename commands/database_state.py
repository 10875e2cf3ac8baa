"""What must be known of the database before anything is written to it, and whether it holds demo data."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, inspect

from backend.kernel.database import Database
from backend.kernel.settings import Settings
from commands.failure import PlainFailure
from commands.run_settings import parse_switch


def _has_tables(connection: Connection) -> bool:
    return bool(inspect(connection).get_table_names())


async def _is_new(settings: Settings) -> bool:
    database = Database(settings.async_database_url)
    try:
        async with database.connection() as connection:
            return not await connection.run_sync(_has_tables)
    finally:
        await database.close()


def database_is_new(settings: Settings) -> bool:
    """Whether nobody has created our tables there yet."""
    try:
        return asyncio.run(_is_new(settings))
    except Exception as error:  # each database driver has exceptions of its own
        shown = settings.async_database_url.render_as_string(hide_password=True)
        reason = str(error).partition("\n")[0]
        raise PlainFailure(f"The database {shown} cannot be reached: {reason}") from error


class DemoMark:
    """Remembers that a database was made with demo data, so that the second start shows them as the first one did."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self._path = folder / "demo.json"
        # The address may hold a password.
        self._database = hashlib.sha256(database_url.encode()).hexdigest()

    def recall(self) -> bool | None:
        """What was decided for this database, if anything was."""
        try:
            mark = json.loads(self._path.read_text())
            return bool(mark["demo"]) if mark["database"] == self._database else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember(self, demo: bool) -> None:
        self._path.write_text(json.dumps({"database": self._database, "demo": demo}))


def decide_demo(option: bool | None, given: Mapping[str, str], settings: Settings, mark: DemoMark) -> bool:
    """The option, else the setting, else what was decided for this database, else demo exactly when it is new."""
    if option is not None:
        demo = option
    elif setting := given.get("HCC_DEMO"):
        demo = parse_switch("HCC_DEMO", setting)
    else:
        demo = database_is_new(settings) or bool(mark.recall())
    mark.remember(demo)
    return demo

"""``./hcc db migrate``: brings the database's tables up to date."""

from __future__ import annotations

import argparse
import asyncio
import os

from backend.kernel.database import Database
from backend.kernel.settings import Settings
from commands.checks import check_writable
from commands.failure import PlainFailure
from commands.layout import ROOT, var_folder
from commands.progress import say
from commands.run_settings import apply_settings, decide_settings, settings_from_environment
from service.migrations import upgrade


async def _upgrade(settings: Settings) -> None:
    database = Database(settings.async_database_url)
    try:
        await upgrade(database)
    finally:
        await database.close()


def migrate(settings: Settings) -> None:
    """Apply all steps that the database lacks."""
    shown = settings.async_database_url.render_as_string(hide_password=True)
    say(f"- Bringing the database up to date ({shown})")
    try:
        asyncio.run(_upgrade(settings))
    except Exception as error:  # each database driver has exceptions of its own
        reason = str(error).partition("\n")[0]
        raise PlainFailure(f"The database {shown} could not be brought up to date: {reason}") from error


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["migrate"], help="migrate: bring the tables up to date")


def run(arguments: argparse.Namespace) -> int:
    check_writable(var_folder())
    os.chdir(ROOT)
    migrate(apply_settings(decide_settings(settings_from_environment())))
    return 0

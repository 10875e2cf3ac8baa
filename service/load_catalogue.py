"""``python -m service.load_catalogue``: brings the database in line with the catalogue's files, and with the demo."""

from __future__ import annotations

import asyncio
import sys

import service.tables  # noqa: F401 (tables name one another)
from backend.api.resources import CENTRE_FILE
from backend.catalogue.files import read_catalogue
from backend.catalogue.importing.storing import imported_codes
from backend.catalogue.loading import LoadReport, load_catalogue
from backend.catalogue.problems import CatalogueFilesInvalid
from backend.centre.service import Centre
from backend.dossiers.demo import load_demo_dossiers, remove_demo_dossiers
from backend.kernel.clock import Clock, SystemClock
from backend.kernel.database import Database
from backend.kernel.settings import Settings
from backend.kernel.words import Words


async def load(settings: Settings, clock: Clock) -> LoadReport:
    """Load the catalogue, and make or take away the demo dossiers; raises :class:`CatalogueFilesInvalid`."""
    words = Words(settings.words_dir)
    centre = Centre.read(settings.catalogue_dir.parent / CENTRE_FILE, words, clock)
    database = Database(settings.async_database_url)
    try:
        files = read_catalogue(settings.catalogue_dir, words, await imported_codes(database))
        report = await load_catalogue(database, files, clock)
        async with database.write() as session:
            if settings.demo:
                await load_demo_dossiers(session, centre.calendar, clock)
            else:
                await remove_demo_dossiers(session)
    finally:
        await database.close()
    return report


def main() -> int:
    """Load as the settings say; return the exit status."""
    try:
        report = asyncio.run(load(Settings(), SystemClock()))
    except CatalogueFilesInvalid as problems:
        print(problems, file=sys.stderr)  # noqa: T201
        return 1
    print(report)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())

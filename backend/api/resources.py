"""What the JSON routes need while the application runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import web

from backend.catalogue.api import CATALOGUE
from backend.catalogue.service import LiveCatalogue
from backend.centre.api import CENTRE
from backend.centre.service import Centre
from backend.kernel.web import CLOCK, DATABASE, SETTINGS, WORDS

CENTRE_FILE = "centre.yml"


async def core_resources(app: web.Application) -> AsyncIterator[None]:
    """Open the catalogue and the centre; the database must be open already."""
    settings = app[SETTINGS]
    app[CENTRE] = Centre.read(settings.catalogue_dir.parent / CENTRE_FILE, app[WORDS], app[CLOCK])
    catalogue = LiveCatalogue(app[DATABASE], settings.catalogue_dir, settings.cache_dir)
    app[CATALOGUE] = catalogue
    async with catalogue.running():
        yield

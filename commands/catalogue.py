"""``./hcc catalogue check``: checks the catalogue's files; ``load``: brings the database in line with them."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from backend.catalogue.files import CatalogueFiles, read_catalogue
from backend.catalogue.loading import Changes, LoadReport, load_catalogue
from backend.catalogue.problems import CatalogueFilesInvalid
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.settings import Settings
from backend.kernel.words import Words
from commands.failure import PlainFailure
from commands.run_settings import apply_settings, decide_settings, settings_from_environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=["check", "load"],
        help="check: name every mistake in the files; load: bring the database in line with the files",
    )


def run(arguments: argparse.Namespace) -> int:
    settings = apply_settings(decide_settings(settings_from_environment()))
    files = read_files(settings.catalogue_dir, settings.words_dir)
    counted = f"{len(files.records)} records, {len(files.index)} index lines, {len(files.communes)} communes"
    print(f"The catalogue's files are in order: {counted}.")
    if arguments.what == "load":
        report = asyncio.run(load(settings, files))
        print("\n".join(report_lines(report)))
    return 0


def read_files(catalogue_dir: Path, words_dir: Path) -> CatalogueFiles:
    """Return the checked files; a mistake becomes a plain failure that names all of them."""
    try:
        return read_catalogue(catalogue_dir, Words(words_dir))
    except CatalogueFilesInvalid as error:
        raise PlainFailure(f"{len(error.problems)} mistakes in {catalogue_dir}:\n{error}") from None


async def load(settings: Settings, files: CatalogueFiles) -> LoadReport:
    """Load the files into the settings' database."""
    database = Database(settings.async_database_url)
    try:
        return await load_catalogue(database, files, SystemClock())
    finally:
        await database.close()


def report_lines(report: LoadReport) -> list[str]:
    """Return what a load has done, a line a kind."""

    def line(name: str, changes: Changes) -> str:
        return (
            f"{name}: {changes.added} added, {changes.changed} changed, "
            f"{changes.withdrawn} withdrawn, {changes.unchanged} unchanged"
        )

    return [
        line("fields", report.fields),
        line("agencies", report.agencies),
        line("communes", report.communes),
        line("procedures", report.procedures),
        f"phrasings: written anew for {report.phrasings_of_procedures} procedures",
    ]

"""``./hcc catalogue check|load|import``: the catalogue's own files, and what it takes from the national database."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Sequence
from pathlib import Path

import service.tables  # noqa: F401 (tables name one another)
from backend.catalogue.files import CatalogueFiles, read_catalogue
from backend.catalogue.importing.importer import Importer, ImportReport
from backend.catalogue.importing.storing import imported_codes
from backend.catalogue.loading import Changes, LoadReport, load_catalogue
from backend.catalogue.problems import CatalogueFilesInvalid, Problem
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.settings import Settings
from backend.kernel.words import Words
from commands.checks import check_writable
from commands.db import migrate
from commands.failure import PlainFailure
from commands.layout import var_folder
from commands.run_settings import apply_settings, decide_settings, settings_from_environment
from service.migrations import is_current

_MONTH = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what",
        choices=["check", "load", "import"],
        help="check: name every mistake in the files; load: bring the database in line with the files; "
        "import: add what files of the national database say",
    )
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="of the import: a crawl of the national database (JSON lines), a list export of the national portal "
        "(XLSX), or a table of code, name, field (CSV)",
    )
    parser.add_argument(
        "--as-of",
        type=month,
        metavar="YYYY-MM",
        help="the month in which the imported files were taken from the national database; answers name it",
    )
    parser.add_argument(
        "--agency",
        default="",
        metavar="ID",
        help="who carries out the procedures of imported lists that do not say so (an id of agencies.yml)",
    )


def month(text: str) -> str:
    """Read a month."""
    if not _MONTH.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no month such as 2026-07")
    return text


def run(arguments: argparse.Namespace) -> int:
    is_import = arguments.what == "import"
    if is_import != bool(arguments.files):
        raise PlainFailure("Name the files to import." if is_import else f"{arguments.what} takes no files.")
    paths = [path.absolute() for path in arguments.files]
    settings = apply_settings(decide_settings(settings_from_environment()))
    if arguments.what == "check":
        files = read_files(settings, known_imported_codes(settings))
        print(f"The catalogue's files are in order: {_counted(files)}.")
        return 0
    check_writable(var_folder())
    if not asyncio.run(_is_current(settings)):
        migrate(settings)
    return _import(arguments, settings, paths) if is_import else _load(settings)


def bring_in_line(settings: Settings) -> None:
    """Make an existing database hold the files as they are now, as ``./hcc up`` would; makes none."""
    if not _may_exist(settings):
        return
    files = read_files(settings, known_imported_codes(settings))
    if not asyncio.run(_is_current(settings)):
        migrate(settings)
    asyncio.run(load(settings, files))


def _may_exist(settings: Settings) -> bool:
    url = settings.async_database_url
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()


def _counted(files: CatalogueFiles) -> str:
    return f"{len(files.records)} records, {len(files.index)} index lines, {len(files.communes)} communes"


def _load(settings: Settings) -> int:
    files = read_files(settings, known_imported_codes(settings))
    print(f"The catalogue's files are in order: {_counted(files)}.")
    report = asyncio.run(load(settings, files))
    print("\n".join(report_lines(report)))
    return 0


def _import(arguments: argparse.Namespace, settings: Settings, paths: Sequence[Path]) -> int:
    # Phrasings may be for procedures that only this import brings.
    files = read_files(settings, None)
    if arguments.agency and arguments.agency not in files.agencies:
        raise PlainFailure(f"There is no agency {arguments.agency!r} in agencies.yml.")
    importer = Importer(
        settings.catalogue_dir,
        files,
        Words(settings.words_dir),
        checked_in=arguments.as_of,
        default_agency=arguments.agency,
    )
    report = asyncio.run(_run_import(settings, importer, paths))
    print("\n".join(import_lines(report)))
    if report.unreadable:
        names = "; ".join(f"{path}: {reason}" for path, reason in report.unreadable)
        raise PlainFailure(f"{len(report.unreadable)} of {len(paths)} files could not be read. {names}")
    if not report.taken:
        raise PlainFailure("Nothing in these files could be taken; the catalogue is as it was.")
    return 0


def read_files(settings: Settings, imported: frozenset[str] | None) -> CatalogueFiles:
    """Return the checked files; a mistake becomes a plain failure that names all of them."""
    try:
        return read_catalogue(settings.catalogue_dir, Words(settings.words_dir), imported)
    except CatalogueFilesInvalid as error:
        raise PlainFailure(f"{len(error.problems)} mistakes in {settings.catalogue_dir}:\n{error}") from None


def known_imported_codes(settings: Settings) -> frozenset[str]:
    """Return the codes that the database has from imports; looking for them makes no database."""
    return asyncio.run(_imported_codes(settings)) if _may_exist(settings) else frozenset()


async def _imported_codes(settings: Settings) -> frozenset[str]:
    database = Database(settings.async_database_url)
    try:
        return await imported_codes(database)
    finally:
        await database.close()


async def _is_current(settings: Settings) -> bool:
    database = Database(settings.async_database_url)
    try:
        return await is_current(database)
    except Exception:  # each database driver has exceptions of its own; migrating tells what is wrong
        return False
    finally:
        await database.close()


async def load(settings: Settings, files: CatalogueFiles) -> LoadReport:
    """Load the files into the settings' database."""
    database = Database(settings.async_database_url)
    try:
        return await load_catalogue(database, files, SystemClock())
    finally:
        await database.close()


async def _run_import(settings: Settings, importer: Importer, paths: Sequence[Path]) -> ImportReport:
    database = Database(settings.async_database_url)
    try:
        return await importer.run(database, paths, SystemClock())
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


def import_lines(report: ImportReport) -> list[str]:
    """Return what an import has done; every row that was not taken is named with its place and the reason."""

    def listed(title: str, problems: Sequence[Problem]) -> list[str]:
        return [f"{title}: {len(problems)}", *(f"  {problem}" for problem in problems)]

    counts = (
        f"procedures: {report.added} added, {report.completed} given the facts that they lacked, "
        f"{report.changed} changed, {report.unchanged} unchanged, {report.kept} written up by editors and kept so"
    )
    return [
        counts,
        f"rows without a code that were matched by name and field: {report.matched}",
        *listed("rows without a code that match no procedure", report.unmatched),
        *listed("rows refused", report.refused),
    ]

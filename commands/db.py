"""``./hcc db migrate``: brings the database's tables up to date."""

from __future__ import annotations

import argparse
import os

from commands.checks import check_writable
from commands.layout import ROOT, var_folder
from commands.run_settings import apply_settings, decide_settings, settings_from_environment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["migrate"], help="migrate: bring the tables up to date")


def run(arguments: argparse.Namespace) -> int:
    from backend.kernel.migrations import upgrade

    check_writable(var_folder())
    os.chdir(ROOT)
    upgrade(apply_settings(decide_settings(settings_from_environment())).database_url)
    return 0

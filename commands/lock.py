"""``./hcc lock``: resolves the dependencies anew and writes the three lock files."""

from __future__ import annotations

import argparse
import json
import os

from commands.layout import ROOT
from commands.progress import run_step

# Nothing in a lock file may tell where its packages were fetched from: another machine has another index.
_OPTIONS = ["--universal", "--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "./hcc lock"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--upgrade", action="store_true", help="take newer versions than those already locked")


def run(arguments: argparse.Namespace) -> int:
    uv: list[str] = json.loads(os.environ["HCC_UV"])
    upgrade = ["--upgrade"] if arguments.upgrade else []
    service = ["pyproject.toml", "--python-version", "3.11"]
    jobs = [
        (ROOT, [*service, "-o", "requirements.lock"]),
        (ROOT, [*service, "--extra", "dev", "-c", "requirements.lock", "-o", "requirements-dev.lock"]),
        # In bot/: uv takes the platforms to resolve for from the pyproject.toml of the folder that it runs in.
        (ROOT / "bot", ["pyproject.toml", "--extra", "test", "--python-version", "3.10", "-o", "requirements.lock"]),
    ]
    for folder, options in jobs:
        target = (folder / options[-1]).relative_to(ROOT)
        run_step(
            f"Locking {target}",
            [*uv, "pip", "compile", "--quiet", *_OPTIONS, *upgrade, *options],
            failure=f"{target} could not be written; see the lines above.",
            folder=folder,
        )
    return 0

"""``./hcc lint``: style and types, all findings at once."""

from __future__ import annotations

import argparse
import os
import subprocess

from commands.layout import ROOT, SERVICE_PYTHON
from commands.progress import say

_LINTERS: tuple[tuple[str, ...], ...] = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "--strict"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fix", action="store_true", help="let ruff change what it can")


def run(arguments: argparse.Namespace) -> int:
    linters = _LINTERS
    if arguments.fix:
        linters = (("ruff", "check", "--fix", "."), ("ruff", "format", "."), _LINTERS[-1])
    # With the root on it, mypy would take our own packages for installed ones.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    failed = []
    for linter in linters:
        say(f"- {' '.join(linter)}")
        if subprocess.run([str(SERVICE_PYTHON), "-m", *linter], cwd=ROOT, env=environment).returncode != 0:
            failed.append(" ".join(linter))
    say(f"- Found something: {'; '.join(failed)}" if failed else "- Style and types are in order.")
    return 1 if failed else 0

"""``./hcc test``: all tests, those of the Rasa side in Rasa's environment."""

from __future__ import annotations

import argparse
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from commands.chatbox import ensure_chatbox
from commands.checks import check_writable
from commands.layout import RASA_PYTHON, ROOT, SERVICE_PYTHON, log_folder
from commands.progress import say
from commands.train import ensure_model

_NOTHING_COLLECTED = 5
# They import rasa or rasa_sdk, which the service's environment does not have.
_RASA_SIDE = ("tests/unit/bot", "tests/unit/actions")


@dataclass(frozen=True)
class Division:
    """Which pytest arguments go to which environment; None: that environment's pytest is not run."""

    service: list[str] | None
    rasa: list[str] | None


def _rasa_side_folders(root: Path) -> list[Path]:
    return [root / name for name in _RASA_SIDE if (root / name).is_dir()]


def divide(arguments: list[str], root: Path, here: Path) -> Division:
    """Send each path to the environment that its tests need, and every option to both."""
    folders = _rasa_side_folders(root)
    options, service, rasa = [], [], []
    for argument in arguments:
        name, separator, node = argument.partition("::")
        path = (here / name).resolve()
        whole = f"{path}{separator}{node}"
        if argument.startswith("-") or not path.exists():
            options.append(argument)
        elif any(path.is_relative_to(folder) for folder in folders):
            rasa.append(whole)
        else:
            service.append(whole)
            rasa += [str(folder) for folder in folders if folder.is_relative_to(path)]
    if not service and not rasa:
        service, rasa = [str(root / "tests")], [str(folder) for folder in folders]
    ignored = [f"--ignore={folder}" for folder in folders]
    return Division(
        [*options, *ignored, *service] if service else None,
        [*options, *rasa] if rasa else None,
    )


def verdict(codes: list[int]) -> int:
    """The first failure; that one of two runs had nothing to do is none."""
    failures = [code for code in codes if code not in (0, _NOTHING_COLLECTED)]
    if failures:
        return failures[0]
    return 0 if 0 in codes else _NOTHING_COLLECTED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("arguments", nargs="*", metavar="PYTEST_ARGUMENT", help="paths and options of pytest")


def run(arguments: argparse.Namespace) -> int:
    check_writable(log_folder())
    ensure_chatbox()
    ensure_model()
    division = divide(arguments.arguments, ROOT, Path.cwd())
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false"}
    runs = []
    if division.rasa is not None:
        # Only conftest.py files from tests/unit on: those above may import what Rasa's environment lacks.
        own = ["-c", "bot/pyproject.toml", "--rootdir", str(ROOT), "--confcutdir", str(ROOT / "tests" / "unit")]
        runs.append(("Rasa's side", [str(RASA_PYTHON), "-m", "pytest", *own, *division.rasa]))
    if division.service is not None:
        own = ["-c", "pyproject.toml", "--rootdir", str(ROOT)]
        runs.append(("the service's side", [str(SERVICE_PYTHON), "-m", "pytest", *own, *division.service]))
    codes = []
    for title, command in runs:
        say(f"- Testing {title}")
        codes.append(subprocess.run(command, cwd=ROOT, env=environment).returncode)
    return verdict(codes)

"""Finds uv, or installs it for this checkout alone."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from commands.failure import PlainFailure
from commands.layout import var_folder
from commands.progress import run_step

_REQUIREMENT = "uv>=0.5"
_MISSING = (
    "uv is not installed and could not be installed; please install uv (or python3-venv, or python3-pip) and run this"
    " again."
)


def _answers(command: list[str]) -> bool:
    try:
        return subprocess.run([*command, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find_uv(environment: Mapping[str, str]) -> list[str] | None:
    """The command that runs an installed uv."""
    home = Path(environment.get("HOME") or "/")
    candidates = [shutil.which("uv", path=environment.get("PATH")), home / ".local/bin/uv", home / ".cargo/bin/uv"]
    tools = var_folder() / "tools"
    candidates += [tools / "uv-venv/bin/uv", tools / "uv-target/bin/uv"]
    commands = [[str(path)] for path in candidates if path and os.access(path, os.X_OK)]
    if importlib.util.find_spec("uv"):
        commands.append([sys.executable, "-m", "uv"])
    return next((command for command in commands if _answers(command)), None)


def install_uv() -> None:
    """Install uv under var/tools with whatever this Python has: its own pip in a venv, or the system's pip."""
    tools = var_folder() / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    if importlib.util.find_spec("ensurepip"):
        venv = tools / "uv-venv"
        pip = [str(venv / "bin" / "python"), "-m", "pip"]
        run_step("Making a place for uv", [sys.executable, "-m", "venv", "--clear", str(venv)], failure=_MISSING)
        run_step("Installing uv", [*pip, "install", "--quiet", _REQUIREMENT], failure=_MISSING)
    elif importlib.util.find_spec("pip"):
        target = ["--target", str(tools / "uv-target")]
        pip = [sys.executable, "-m", "pip"]
        run_step("Installing uv", [*pip, "install", "--quiet", "--upgrade", *target, _REQUIREMENT], failure=_MISSING)
    else:
        raise PlainFailure(_MISSING)


def get_uv(environment: Mapping[str, str]) -> list[str]:
    """The command that runs uv, installed first when there is none."""
    command = find_uv(environment)
    if command is None:
        install_uv()
        command = find_uv(environment)
    if command is None:
        raise PlainFailure(_MISSING)
    return command


def _pip_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """pip's settings from its files and variables, by their bare names."""
    try:
        listing = subprocess.run(
            [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, timeout=60, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    settings = {}
    for line in listing.stdout.splitlines():
        name, separator, value = line.partition("=")
        if separator:  # "global.index-url='…'", then what the environment says, which comes last and wins
            settings[name.rpartition(".")[2]] = value.strip("'\"")
    return settings


def hand_pip_settings_to_uv(environment: MutableMapping[str, str]) -> None:
    """Where pip has been told of another index or certificate, uv must use them too; it reads none of that."""
    if environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL"):
        return
    settings = _pip_settings(environment)
    index = environment.get("PIP_INDEX_URL") or settings.get("index-url")
    certificate = environment.get("PIP_CERT") or settings.get("cert")
    if index:
        environment["UV_DEFAULT_INDEX"] = index
    if certificate and not environment.get("SSL_CERT_FILE"):
        environment["SSL_CERT_FILE"] = certificate

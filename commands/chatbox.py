"""Builds the citizen's chatbox when its sources have changed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from commands.checks import check_writable
from commands.layout import CHATBOX_STATIC, CHATBOX_UI, SERVICE_PYTHON, environment_without_settings
from commands.progress import run_step

_BUILD_FILES = ("build.mjs", "package-lock.json", "package.json")


def fingerprint_of_sources(folder: Path) -> str:
    """The same sum as build.mjs writes into its manifest: over "path NUL sha256(content) LF", sorted by path."""
    paths = [folder / name for name in _BUILD_FILES]
    paths += [path for path in (folder / "src").rglob("*") if path.is_file()]
    total = hashlib.sha256()
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in paths):
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def chatbox_is_built(sources: Path = CHATBOX_UI, built: Path = CHATBOX_STATIC) -> bool:
    """Whether what lies there was built from these sources, and is whole."""
    try:
        manifest = json.loads((built / "manifest.json").read_text())
        files = manifest["files"]
        fits = manifest["sources"] == fingerprint_of_sources(sources)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return fits and all((built / name).is_file() for name in files)


def ensure_chatbox() -> None:
    """Build the chatbox if need be, with the Node that the service's environment carries."""
    if chatbox_is_built():
        return
    check_writable(CHATBOX_STATIC)
    programs = SERVICE_PYTHON.parent
    # npm starts Node by its bare name.
    environment = {**environment_without_settings(), "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}
    run_step(
        "Fetching the chatbox's packages",
        [str(programs / "npm"), "ci", "--no-audit", "--no-fund"],
        failure="The packages of the chatbox could not be fetched; see the lines above.",
        environment=environment,
        folder=CHATBOX_UI,
    )
    run_step(
        "Building the chatbox",
        [str(programs / "node"), "build.mjs"],
        failure="The chatbox could not be built; see the lines above.",
        environment=environment,
        folder=CHATBOX_UI,
    )

"""The two locked environments: the service's (Python 3.11 or newer) and Rasa's (Python 3.10)."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from commands.checks import check_disk, check_writable
from commands.failure import PlainFailure
from commands.layout import ROOT
from commands.progress import run_step

_STAMP = "hcc-stamp.json"
_NO_PYTHON_310 = (
    "Rasa needs Python 3.10, and none was found or could be fetched; please install it (for example with"
    " `uv python install 3.10` or `pyenv install 3.10`) and run this again."
)


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the lock files that it may be in step with, the wanted one first.

    The tests' lock holds all of the service's, so an environment made for the tests serves to run the service as well;
    otherwise `./hcc up` and `./hcc test` would take turns at undoing each other's work.
    """

    title: str
    folder: Path
    locks: tuple[Path, ...]
    mebibytes: int

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"


def service_environment(root: Path, *, dev: bool) -> Environment:
    runtime, tests = root / "requirements.lock", root / "requirements-dev.lock"
    return Environment("the service's environment", root / ".venv", (tests,) if dev else (runtime, tests), 1000)


def rasa_environment(root: Path) -> Environment:
    return Environment("Rasa's environment", root / "bot" / ".venv", (root / "bot" / "requirements.lock",), 3000)


def _stamp_for(environment: Environment, lock: Path) -> dict[str, str]:
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    # The folder: a virtual environment that has been moved has scripts that point to where it was.
    return {"lock": lock.name, "sha256": digest, "folder": str(environment.folder)}


def _read_stamp(environment: Environment) -> dict[str, str]:
    try:
        stamp = json.loads((environment.folder / _STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def is_in_step(environment: Environment) -> bool:
    """Whether nothing has to be installed."""
    stamp = _read_stamp(environment)
    fits = any(stamp == _stamp_for(environment, lock) for lock in environment.locks)
    return fits and environment.python.exists()


def _lock_to_install(environment: Environment) -> Path:
    """The lock whose older version was installed last, so that a change of locks leaves the tests' tools."""
    installed = _read_stamp(environment).get("lock")
    return next((lock for lock in environment.locks if lock.name == installed), environment.locks[0])


def sync(environment: Environment, uv: list[str], interpreter: str, variables: Mapping[str, str]) -> None:
    """Make the environment hold exactly what its lock says."""
    lock = _lock_to_install(environment)
    check_writable(environment.folder.parent)
    check_disk(environment.folder.parent, environment.mebibytes)
    usable = environment.python.exists() and _read_stamp(environment).get("folder") == str(environment.folder)
    (environment.folder / _STAMP).unlink(missing_ok=True)
    python = str(environment.python)
    if not usable:
        shutil.rmtree(environment.folder, ignore_errors=True)
        run_step(
            f"Making {environment.title}",
            [*uv, "venv", "--no-project", "--python", interpreter, str(environment.folder)],
            failure=f"{environment.title} could not be made in {environment.folder}.",
            environment=variables,
        )
    run_step(
        f"Installing {environment.title} ({lock.relative_to(ROOT) if lock.is_relative_to(ROOT) else lock})",
        [*uv, "pip", "sync", "--python", python, "--require-hashes", str(lock)],
        failure=f"The packages of {lock.name} could not be installed; see the lines above.",
        environment=variables,
    )
    (environment.folder / _STAMP).write_text(json.dumps(_stamp_for(environment, lock)))


def is_python_310(interpreter: str) -> bool:
    """Whether it starts (pyenv's stand-ins often do not), is 3.10, and was built with what Rasa imports."""
    check = "import ctypes, sqlite3, ssl, sys, zlib; sys.exit(sys.version_info[:2] != (3, 10))"
    try:
        return subprocess.run([interpreter, "-c", check], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _uv_find_310(uv: list[str], variables: Mapping[str, str], *options: str) -> str | None:
    command = [*uv, "python", "find", "--no-project", "--system", *options, "3.10"]
    found = subprocess.run(command, capture_output=True, text=True, env=variables)
    return found.stdout.strip() or None if found.returncode == 0 else None


def candidates_for_python_310(uv: list[str], variables: Mapping[str, str]) -> Iterator[str]:
    """Python 3.10s of this machine, in the order in which they are tried."""
    # uv gives up on the first broken interpreter on PATH, so its own ones are asked for separately.
    for options in ((), ("--managed-python",)):
        if found := _uv_find_310(uv, variables, *options):
            yield found
    if found := shutil.which("python3.10", path=variables.get("PATH")):
        yield found
    for folder in (variables.get("PYENV_ROOT"), f"{variables.get('HOME', '')}/.pyenv"):
        if folder:
            versions = sorted(Path(folder).glob("versions/3.10.*/bin/python3.10"), key=_patch_number, reverse=True)
            yield from (str(path) for path in versions)


def _patch_number(interpreter: Path) -> int:
    digits = interpreter.parents[1].name.removeprefix("3.10.")
    return int(digits) if digits.isdigit() else -1


def find_python_310(uv: list[str], variables: Mapping[str, str]) -> str:
    """A Python 3.10 of this machine, or one that uv fetches."""
    for candidate in candidates_for_python_310(uv, variables):
        if is_python_310(candidate):
            return candidate
    run_step(
        "Fetching Python 3.10 for Rasa",
        [*uv, "python", "install", "3.10"],
        failure=_NO_PYTHON_310,
        environment=variables,
    )
    fetched = _uv_find_310(uv, variables, "--managed-python")
    if fetched is None or not is_python_310(fetched):
        raise PlainFailure(_NO_PYTHON_310)
    return fetched


def prepare(root: Path, uv: list[str], variables: Mapping[str, str], *, dev: bool, rasa: bool) -> None:
    """Bring the environments that a command needs in step with their locks."""
    service = service_environment(root, dev=dev)
    if not is_in_step(service):
        sync(service, uv, sys.executable, variables)
    bot = rasa_environment(root)
    if rasa and not is_in_step(bot):
        sync(bot, uv, find_python_310(uv, variables), variables)

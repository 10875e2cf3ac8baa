"""What ``./hcc`` runs first, on any Python from 3.11 on: prepares the environments, then hands over to the command."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from commands.__main__ import main as run_command
from commands.checks import check_writable
from commands.environments import is_in_step, prepare, rasa_environment, service_environment
from commands.failure import PlainFailure, os_failure
from commands.layout import ROOT, SERVICE_PYTHON, var_folder
from commands.progress import say
from commands.table import COMMANDS, Command
from commands.uv_tool import get_uv, hand_pip_settings_to_uv


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands that install into one environment at once would break it."""
    check_writable(var_folder())
    with open(var_folder() / "bootstrap.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("- Another ./hcc prepares the environments; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_prepared(command: Command) -> bool:
    needed = [service_environment(ROOT, dev=command.dev)] if command.service else []
    needed += [rasa_environment(ROOT)] if command.rasa else []
    return all(is_in_step(environment) for environment in needed)


def _prepare(command: Command) -> None:
    if _is_prepared(command) and command.service:
        return
    variables = dict(os.environ)
    # An environment that the caller has activated is not the one meant here.
    variables.pop("VIRTUAL_ENV", None)
    hand_pip_settings_to_uv(variables)
    with _one_at_a_time():
        uv = get_uv(variables)
        if command.service:
            prepare(ROOT, uv, variables, dev=command.dev, rasa=command.rasa)
        else:
            os.environ.update(variables, HCC_UV=json.dumps(uv))


def main(arguments: list[str]) -> int:
    """Prepare what the command needs and become that command."""
    # So that ending this ends the step that is under way, with all that it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    command = COMMANDS.get(arguments[0]) if arguments else None
    if command is None:
        return run_command(arguments)
    try:
        if {"-h", "--help"} & set(arguments[1:2]):
            command = Command(command.summary)
        _prepare(command)
    except PlainFailure as failure:
        print(f"hcc: {failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"hcc: {os_failure(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("hcc: stopped.", file=sys.stderr)
        return 130
    if not command.service:
        return run_command(arguments)
    os.execv(SERVICE_PYTHON, [str(SERVICE_PYTHON), "-P", "-m", "commands", *arguments])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Runs one command inside the service's environment; ``./hcc`` is what people call."""

from __future__ import annotations

import argparse
import importlib
import signal
import sys
from types import FrameType

from commands.failure import PlainFailure, os_failure
from commands.table import COMMANDS, overview


def _end_like_ctrl_c(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run the command that the first argument names."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        print(f"hcc: there is no command {name!r}.\n\n{overview()}", file=sys.stderr)
        return 2
    # A step that is under way ends its own processes only when an exception passes through it.
    signal.signal(signal.SIGTERM, _end_like_ctrl_c)
    try:
        # Inside, since importing takes a second, and Ctrl-C may come in it.
        module = importlib.import_module(COMMANDS[name].module(name))
        parser = argparse.ArgumentParser(prog=f"./hcc {name}", description=COMMANDS[name].summary)
        module.add_arguments(parser)
        as_they_are = COMMANDS[name].passes_arguments_on and rest[:1] not in (["-h"], ["--help"])
        parsed = argparse.Namespace(arguments=rest) if as_they_are else parser.parse_args(rest)
        return int(module.run(parsed))
    except PlainFailure as failure:
        print(f"hcc: {failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"hcc: {os_failure(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("hcc: stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Becomes the given command, tied to the life of the process that started it.

Run by path, not imported: ``python tethered.py PARENT_PID COMMAND ARGUMENT…``. On Linux the kernel then kills the
command when its parent ends, even by ``kill -9``, so nothing is left behind that holds a port or the database.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def _become(parent: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before the tether held
            sys.exit(1)
    # Python ignores SIGPIPE, and what is ignored stays so in the command.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        os.execvp(command[0], command)  # noqa: S606
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        sys.exit(127)


def tethered(command: list[str]) -> list[str]:
    """The command line that runs ``command`` tied to the calling process."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])

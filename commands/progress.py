"""Slow steps, shown with the seconds that they take."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from commands.failure import PlainFailure
from commands.layout import ROOT
from commands.tethered import tethered

_SAY_AGAIN_AFTER = 15.0
_LINES_SHOWN = 15
_GRACE = 5.0


def say(line: str) -> None:
    """One line of progress. Results go to standard output, so progress does not."""
    print(line, file=sys.stderr, flush=True)


def last_lines(text: bytes, count: int = _LINES_SHOWN) -> str:
    lines = text.decode("utf-8", "replace").splitlines()
    return "\n".join(f"    {line}" for line in lines[-count:])


class _Ticker:
    """Shows the seconds on a terminal, and says once in a while in a log that it goes on."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = self._said = time.monotonic()
        self._live = sys.stderr.isatty()
        if not self._live:
            say(f"- {title} ...")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def tick(self) -> None:
        if self._live:
            print(f"\r- {self._title} ... {self.seconds:.0f} s", end="", file=sys.stderr, flush=True)
        elif time.monotonic() - self._said >= _SAY_AGAIN_AFTER:
            self._said = time.monotonic()
            say(f"  {self._title}: {self.seconds:.0f} s so far")

    def end(self, word: str) -> None:
        start = "\r- " if self._live else "  "
        say(f"{start}{self._title}: {word} after {self.seconds:.1f} s")


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads its own group, and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            continue


def _wait_with_ticks(process: subprocess.Popen[bytes], ticker: _Ticker) -> int:
    while True:
        try:
            return process.wait(0.2)
        except subprocess.TimeoutExpired:
            ticker.tick()


def run_step(
    title: str,
    command: Sequence[str],
    *,
    failure: str,
    environment: Mapping[str, str] | None = None,
    folder: Path = ROOT,
    log: Path | None = None,
) -> float:
    """Run one slow command and return its seconds. If it fails, its last lines are shown and ``failure`` is raised."""
    ticker = _Ticker(title)
    output: BinaryIO
    with open(log, "w+b") if log else tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                tethered(list(command)),
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise PlainFailure(f"{failure} ({error})") from error
        try:
            code = _wait_with_ticks(process, ticker)
        except BaseException:
            end_group(process)
            ticker.end("broken off")
            raise
        if code != 0:
            ticker.end("failed")
            output.seek(0)
            say(last_lines(output.read()))
            raise PlainFailure(failure)
    ticker.end("done")
    return ticker.seconds

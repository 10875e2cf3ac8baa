"""Starts the whole product as an operator does, in a folder of its own; for end-to-end tests and benchmarks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.checks import free_loopback_ports
from commands.layout import ROOT, environment_without_settings

READY_WITHIN_SECONDS = 300


class DidNotStart(Exception):
    """The product ended, or was not ready in time; holds the end of what it printed."""


@dataclass
class StartedProduct:
    """A started product: its address, its folder, its processes."""

    url: str
    folder: Path
    ready_file: Path
    process: subprocess.Popen[bytes]
    seconds_to_ready: float

    @property
    def state(self) -> dict[str, Any]:
        """What ``--json-ready-file`` says now; process numbers change after a restart."""
        state: dict[str, Any] = json.loads(self.ready_file.read_text())
        return state

    def kill(self, name: str) -> None:
        """End one of the processes without a warning."""
        os.kill(self.state["pids"][name], signal.SIGKILL)

    def stop(self) -> None:
        """End everything, as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(40)


def start_product(folder: Path, **settings: str) -> StartedProduct:
    """Start ``./hcc up --demo`` with its files under ``folder``, on free ports, and wait until it is ready."""
    (port,) = free_loopback_ports(1)
    ready_file = folder / "ready.json"
    printed = folder / "up.out"
    command = [sys.executable, "-P", "-m", "commands", "up", "--port", str(port), "--demo"]
    started = time.monotonic()
    with open(printed, "wb") as output:
        process = subprocess.Popen(
            [*command, "--json-ready-file", str(ready_file)],
            cwd=ROOT,
            env={**environment_without_settings(), "HCC_VAR_DIR": str(folder), "PYTHONPATH": str(ROOT), **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    while not ready_file.exists():
        if process.poll() is not None or time.monotonic() > started + READY_WITHIN_SECONDS:
            process.kill()
            raise DidNotStart(printed.read_text(errors="replace")[-4000:])
        time.sleep(0.1)
    return StartedProduct(f"http://127.0.0.1:{port}", folder, ready_file, process, time.monotonic() - started)

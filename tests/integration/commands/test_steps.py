"""Slow steps: what is shown of them, and that breaking one off leaves nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from commands.failure import PlainFailure
from commands.layout import ROOT
from commands.progress import run_step


def test_a_step_that_works_shows_its_time_and_not_its_chatter(capsys: pytest.CaptureFixture[str]) -> None:
    run_step("Training", ["echo", "chatter"], failure="It failed.")
    shown = capsys.readouterr().err
    assert "Training: done after" in shown
    assert "chatter" not in shown


def test_a_step_that_fails_shows_why(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(PlainFailure, match=r"^It failed\.$"):
        run_step(
            "Training", ["/bin/sh", "-c", "echo no such intent >&2; exit 2"], failure="It failed.", log=tmp_path / "log"
        )
    assert "no such intent" in capsys.readouterr().err
    assert "no such intent" in (tmp_path / "log").read_text()


def test_a_missing_program_is_a_failure_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PlainFailure):
        run_step("Training", ["/nowhere/rasa"], failure="It failed.")
    assert "/nowhere/rasa: No such file" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_breaking_off_ends_the_step_too(number: signal.Signals) -> None:
    if number is signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only Linux ends a process together with its parent")
    program = (
        "import signal; from commands.progress import run_step;"
        "signal.signal(signal.SIGTERM, signal.default_int_handler);"
        "run_step('Sleeping', ['sleep', '300'], failure='no')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 20
    while not (steps := [p for p in psutil.Process(process.pid).children() if p.name() == "sleep"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(number)
    process.wait(20)
    while any(step.is_running() and step.status() != psutil.STATUS_ZOMBIE for step in steps):
        assert time.monotonic() < deadline
        time.sleep(0.05)

"""The supervision over real processes: restart, back-off, and that nothing is left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from commands.checks import free_loopback_ports
from commands.layout import ROOT

HERE = Path(__file__).parent
PATIENCE = 20.0


class Run:
    """One supervisor, started in a folder of its own."""

    def __init__(self, folder: Path, children: list[dict[str, Any]], **policy: float) -> None:
        self.folder = folder
        plan = {"children": children, "policy": {"first_wait": 0.2, "grace": 1.0, **policy}}
        (folder / "plan.json").write_text(json.dumps(plan))
        self.output = folder / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "supervised_program.py"), str(folder)],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def pids(self) -> dict[str, int]:
        return dict(json.loads((self.folder / "ready.json").read_text()))

    def ready(self) -> dict[str, int]:
        until(lambda: (self.folder / "ready.json").exists(), self.said)
        return self.pids()

    def all_processes(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


def until(condition: Callable[[], bool], explain: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.05)


def all_gone(processes: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)


def child(name: str, *manners: str) -> dict[str, Any]:
    port = free_loopback_ports(1)[0]
    command = [sys.executable, "-u", str(HERE / "supervised_child.py"), str(port), *manners]
    return {"name": name, "port": port, "command": command}


def failing_child(name: str, last_words: str) -> dict[str, Any]:
    return {"name": name, "port": free_loopback_ports(1)[0], "command": ["/bin/sh", "-c", f"echo {last_words}; exit 3"]}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def start_one(children: list[dict[str, Any]], **policy: float) -> Run:
        runs.append(Run(tmp_path, children, **policy))
        return runs[-1]

    yield start_one
    for run in runs:
        if run.process.poll() is None:
            run.process.kill()
        run.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_processes_and_the_supervisor_well(start: Callable[..., Run], number: signal.Signals) -> None:
    run = start([child("rasa"), child("service")])
    assert run.ready().keys() == {"rasa", "service"}
    processes = run.all_processes()
    assert len(processes) == 2
    run.process.send_signal(number)
    assert run.process.wait(PATIENCE) == 0, run.said()
    assert all_gone(processes)


def test_one_that_does_not_want_to_end_is_ended_with_what_it_started(start: Callable[..., Run]) -> None:
    run = start([child("rasa", "stubborn", "parent"), child("service")])
    run.ready()
    processes = run.all_processes()
    assert len(processes) == 3
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(PATIENCE) == 0
    assert "rasa did not end within 1 s and is ended by force" in run.said()
    assert all_gone(processes)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process together with its parent")
def test_killing_the_supervisor_outright_leaves_no_process(start: Callable[..., Run]) -> None:
    run = start([child("rasa", "stubborn"), child("service")])
    run.ready()
    processes = run.all_processes()
    run.process.kill()
    until(lambda: all_gone(processes))


def test_one_that_is_killed_is_started_again_and_the_others_are_left_alone(start: Callable[..., Run]) -> None:
    run = start([child("rasa"), child("service")])
    before = run.ready()
    os.kill(before["rasa"], signal.SIGKILL)
    until(lambda: "rasa is ready again" in run.said(), run.said)
    until(lambda: run.pids()["rasa"] != before["rasa"], run.said)
    assert run.pids()["service"] == before["service"]
    assert "rasa ended (SIGKILL); starting it again in 0.2 s" in run.said()


def test_the_wait_grows_with_each_death_up_to_a_limit(start: Callable[..., Run]) -> None:
    run = start([child("service")], longest_wait=0.5)
    pid = run.ready()["service"]
    for _ in range(3):
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: run.pids()["service"] != pid, run.said)
        pid = run.pids()["service"]
    assert re.findall(r"starting it again in (\S+) s", run.said()) == ["0.2", "0.4", "0.5"]


def test_the_wait_is_short_again_after_a_healthy_time(start: Callable[..., Run]) -> None:
    run = start([child("service")], healthy_after=0.0)
    pid = run.ready()["service"]
    for _ in range(2):
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: run.pids()["service"] != pid, run.said)
        pid = run.pids()["service"]
    assert re.findall(r"starting it again in (\S+) s", run.said()) == ["0.2", "0.2"]


def test_one_that_cannot_start_ends_everything_and_shows_its_last_words(start: Callable[..., Run]) -> None:
    run = start([failing_child("rasa", "no such model"), child("service")], first_wait=0.01, deaths_before_giving_up=5)
    until(lambda: "service is ready" in run.said() or run.process.poll() is not None, run.said)
    assert run.process.wait(PATIENCE) == 1
    said = run.said()
    assert "no such model" in said
    assert "rasa cannot be started: it ended 5 times, last with exit code 3; its log is" in said
    assert not [
        p for p in psutil.process_iter(["cmdline"]) if str(HERE / "supervised_child.py") in (p.info["cmdline"] or [])
    ]


def test_a_missing_program_is_named(start: Callable[..., Run]) -> None:
    missing = {"name": "rasa", "port": 1, "command": ["/nowhere/python"]}
    run = start([missing], first_wait=0.01, deaths_before_giving_up=2)
    assert run.process.wait(PATIENCE) == 1
    assert "/nowhere/python: No such file or directory" in run.said()


def test_one_that_never_answers_is_not_waited_for_for_ever(start: Callable[..., Run]) -> None:
    mute = {"name": "rasa", "port": free_loopback_ports(1)[0], "command": ["sleep", "300"]}
    run = start([mute], ready_within=1.0)
    until(lambda: run.process.poll() is not None, run.said)
    assert run.process.returncode == 1
    assert "rasa cannot be started: it was not ready within 1 s" in run.said()


def test_a_signal_while_waiting_to_start_again_ends_at_once(start: Callable[..., Run]) -> None:
    run = start([failing_child("rasa", "no")], first_wait=60.0)
    until(lambda: "starting it again" in run.said(), run.said)
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(5) == 0


def test_what_a_process_writes_is_in_its_log_and_the_last_run_is_kept(
    start: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "service.log").write_text("of the last run\n")
    run = start([child("service")])
    run.ready()
    assert "serving on" in (tmp_path / "service.log").read_text()
    assert (tmp_path / "service.log.1").read_text() == "of the last run\n"


def test_a_child_with_another_command_takes_the_place_of_the_one_that_runs(start: Callable[..., Run]) -> None:
    one, other = child("one"), child("other")
    run = start([one, other], first_wait=30.0)
    before = run.ready()
    (run.folder / "unfinished-replace").write_text(json.dumps(one))
    (run.folder / "unfinished-replace").rename(run.folder / "replace.json")
    until(lambda: run.pids()["one"] != before["one"], run.said)
    # No back-off: that is for children that die.
    until(lambda: run.said().count("one is ready again") == 1, run.said)
    assert run.pids()["other"] == before["other"]
    assert not psutil.pid_exists(before["one"])

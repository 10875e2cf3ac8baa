"""``./hcc up``: prepares everything, runs all processes, and stops them on Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from backend.kernel.settings import Settings
from commands.chatbox import ensure_chatbox
from commands.checks import check_disk, check_port, check_writable
from commands.children import ChildSpec
from commands.database_state import DemoMark, decide_demo
from commands.db import migrate
from commands.failure import PlainFailure
from commands.layout import MODELS, RASA_PYTHON, ROOT, SERVICE_PYTHON, log_folder, var_folder
from commands.model_watch import ModelWatch
from commands.progress import run_step, say
from commands.run_settings import RunSettings, apply_settings, decide_settings, parse_port, settings_from_environment
from commands.supervisor import Supervisor
from commands.train import model_to_serve

_DISK = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port, help="port of the web pages (default: HCC_PORT, else 8080)")
    parser.add_argument(
        "--demo",
        action=argparse.BooleanOptionalAction,
        help="with made-up dossiers (default: HCC_DEMO, else exactly when the database is new)",
    )
    parser.add_argument("--verbose", action="store_true", help="show what the processes write to their logs, too")
    parser.add_argument(
        "--json-ready-file",
        type=Path,
        metavar="FILE",
        help="write addresses and process numbers there once all is ready",
    )


def _port(text: str) -> int:
    try:
        return parse_port("--port", text)
    except PlainFailure as failure:
        raise argparse.ArgumentTypeError(str(failure)) from failure


@contextlib.contextmanager
def _only_one_here() -> Iterator[None]:
    """Two of them on one folder would answer every citizen twice."""
    with open(var_folder() / "up.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise PlainFailure(
                f"./hcc up already runs with the folder {var_folder()} (process {lock.read().strip() or 'unknown'});"
                " please stop that one first."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _check(settings: RunSettings) -> None:
    check_port(settings.host, settings.port, "--port")
    check_port("127.0.0.1", settings.rasa_port, "HCC_RASA_PORT")
    check_port("127.0.0.1", settings.actions_port, "HCC_ACTIONS_PORT")
    check_writable(MODELS)
    check_writable(log_folder())
    check_disk(var_folder(), _DISK)


def _prepare(settings: RunSettings, service_settings: Settings) -> Path:
    ensure_chatbox()
    migrate(service_settings)
    run_step(
        "Loading the catalogue",
        [str(SERVICE_PYTHON), "-P", "-m", "service.load_catalogue"],
        failure="The catalogue could not be loaded; see the lines above.",
        environment=settings.for_service(),
    )
    return model_to_serve()


def rasa_spec(settings: RunSettings, model: Path) -> ChildSpec:
    """Rasa with one model."""
    return ChildSpec(
        "rasa",
        (str(RASA_PYTHON), "-m", "bot.run", "--port", str(settings.rasa_port), "--model", str(model)),
        settings.for_rasa(),
        f"{settings.rasa_url}/webhooks/service/",
    )


def child_specs(settings: RunSettings, model: Path) -> list[ChildSpec]:
    """The three processes of the product."""
    return [
        rasa_spec(settings, model),
        ChildSpec(
            "actions",
            (str(RASA_PYTHON), "-m", "actions.run", "--port", str(settings.actions_port)),
            settings.for_actions(),
            f"{settings.actions_url}/health",
        ),
        ChildSpec(
            "service",
            (str(SERVICE_PYTHON), "-P", "-m", "service", "--port", str(settings.port)),
            settings.for_service(),
            f"{settings.own_url}/healthz",
        ),
    ]


class Readiness:
    """Tells people, and programs that wait for a file, that all is ready."""

    def __init__(self, settings: RunSettings, *, demo: bool, model: Path, file: Path | None, started: float) -> None:
        self._settings = settings
        self._demo = demo
        self.model = model
        self._file = file
        self._started = started

    def all_ready(self, pids: dict[str, int]) -> None:
        self.write_file(pids)
        address = self._settings.environment.get("HCC_PUBLIC_URL") or self._settings.own_url
        data = "demo data: made-up dossiers, marked as such" if self._demo else "no demo data"
        print(
            f"\nReady after {time.monotonic() - self._started:.1f} s ({data}).\n"
            f"  Citizen's page   {address}/\n"
            f'  On any page      <script src="{address}/chat/widget.js" async></script>\n'
            f"  State            {address}/readyz\n"
            f"  Logs             {log_folder()}\n"
            "Ctrl-C stops everything.",
            flush=True,
        )

    def write_file(self, pids: dict[str, int]) -> None:
        """Atomically, so that no reader sees half of it; again after a restart, when a process number has changed."""
        if self._file is None:
            return
        content = {
            "url": self._settings.own_url,
            "rasa_url": self._settings.rasa_url,
            "actions_url": self._settings.actions_url,
            "demo": self._demo,
            "model": str(self.model),
            "log_folder": str(log_folder()),
            "pids": {"supervisor": os.getpid(), **pids},
        }
        unfinished = self._file.with_name(f".{self._file.name}.unfinished")
        unfinished.write_text(json.dumps(content, indent=2))
        unfinished.replace(self._file)

    def remove_file(self) -> None:
        if self._file:
            self._file.unlink(missing_ok=True)


def run(arguments: argparse.Namespace) -> int:
    ready_file = arguments.json_ready_file.absolute() if arguments.json_ready_file else None
    # As for the processes: relative paths in settings are meant from the root.
    os.chdir(ROOT)
    check_writable(var_folder())
    if ready_file:
        check_writable(ready_file.parent)
    with _only_one_here():
        given = settings_from_environment()
        settings = decide_settings(given, arguments.port)
        _check(settings)
        service_settings = apply_settings(settings)
        # While it can still be seen whether the database is new.
        demo = decide_demo(
            arguments.demo, given, service_settings, DemoMark(var_folder(), service_settings.database_url)
        )
        settings.environment["HCC_DEMO"] = "true" if demo else "false"
        started = time.monotonic()
        model = _prepare(settings, service_settings)
        readiness = Readiness(settings, demo=demo, model=model, file=ready_file, started=started)

        def with_model(other: Path) -> ChildSpec:
            readiness.model = other
            return rasa_spec(settings, other)

        supervisor = Supervisor(
            child_specs(settings, model),
            log_folder=log_folder(),
            on_all_ready=readiness.all_ready,
            on_restarted=readiness.write_file,
            changed_specs=ModelWatch(MODELS, model, with_model).changed,
            verbose=arguments.verbose,
        )
        say(f"- Starting Rasa, the action server and the service (model {model.name})")
        try:
            asyncio.run(supervisor.run())
        finally:
            readiness.remove_file()
    say("- All processes have ended.")
    return 0

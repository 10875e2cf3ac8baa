"""The baseline: a stock ``rasa run`` with its own REST channel, the same model and the same action server."""

from __future__ import annotations

import contextlib
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from commands.checks import free_loopback_ports
from commands.failure import PlainFailure
from commands.layout import RASA_PYTHON, ROOT, environment_without_settings

_READY_WITHIN_SECONDS = 120


@contextlib.contextmanager
def running_stock_rasa(model: Path, actions_url: str, folder: Path) -> Iterator[str]:
    """Run it while this context is open; yields its address."""
    (port,) = free_loopback_ports(1)
    endpoints = folder / "stock-endpoints.yml"
    endpoints.write_text(f"action_endpoint:\n  url: {actions_url}/webhook\n")
    credentials = folder / "stock-credentials.yml"
    credentials.write_text("rest:\n")
    command = [str(RASA_PYTHON), "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)]
    options = ["--model", str(model), "--endpoints", str(endpoints), "--credentials", str(credentials)]
    environment = environment_without_settings() | {"RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": str(ROOT)}
    with open(folder / "stock-rasa.log", "wb") as log:
        process = subprocess.Popen([*command, *options], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + _READY_WITHIN_SECONDS
    while True:
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise PlainFailure("The stock Rasa of the baseline did not start.")
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            with urllib.request.urlopen(f"{url}/webhooks/rest/", timeout=2) as response:  # noqa: S310 (our own loopback)
                if response.status == 200:
                    return
        time.sleep(0.3)

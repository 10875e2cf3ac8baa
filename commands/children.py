"""One supervised process: started, watched, restarted with back-off, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from commands.layout import ROOT
from commands.log_files import LogFile
from commands.tethered import tethered

_POLL_SECONDS = 0.2
_POLL_TIMEOUT = aiohttp.ClientTimeout(total=2)


@dataclass(frozen=True)
class Policy:
    """How patient the supervision is, in seconds and deaths."""

    first_wait: float = 1.0
    longest_wait: float = 30.0
    healthy_after: float = 60.0
    deaths_before_giving_up: int = 5
    ready_within: float = 300.0
    grace: float = 10.0


@dataclass(frozen=True)
class ChildSpec:
    """What to run, and the address that answers 200 once it is ready."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ready_url: str


def how_it_ended(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


class Child:
    """Keeps one process running until told to stop."""

    def __init__(
        self,
        spec: ChildSpec,
        *,
        policy: Policy,
        log_folder: Path,
        session: aiohttp.ClientSession,
        announce: Callable[[str], None],
        on_ready: Callable[[], None],
        verbose: bool = False,
    ) -> None:
        self.spec = spec
        self.log = LogFile(log_folder / f"{spec.name}.log")
        self.first_ready = asyncio.Event()
        self.given_up = asyncio.Event()
        self.last_end = ""
        self._policy = policy
        self._session = session
        self._announce = announce
        self._on_ready = on_ready
        self._verbose = verbose
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._is_replaced = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def keep_running(self) -> None:
        """Start the process, and start it again whenever it ends."""
        wait, deaths = self._policy.first_wait, 0
        while not self._stopping.is_set():
            started = time.monotonic()
            self.last_end = await self._run_once(started)
            if self._stopping.is_set():
                return
            if self._is_replaced:
                self._is_replaced = False
                continue
            if time.monotonic() - started >= self._policy.healthy_after:
                wait, deaths = self._policy.first_wait, 0
            deaths += 1
            if not self.first_ready.is_set() and deaths >= self._policy.deaths_before_giving_up:
                self.given_up.set()
                return
            self._announce(f"{self.spec.name} ended ({self.last_end}); starting it again in {wait:.3g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait)
            wait = min(wait * 2, self._policy.longest_wait)

    async def _run_once(self, started: float) -> str:
        try:
            process = await asyncio.create_subprocess_exec(
                *tethered(list(self.spec.command)),
                cwd=ROOT,
                env=dict(self.spec.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            return str(error)
        self._process = process
        reader = asyncio.create_task(self._keep_log(process))
        poller = asyncio.create_task(self._tell_when_ready(started))
        try:
            code = await process.wait()
        finally:
            poller.cancel()
            # A process that it started itself may still hold its port.
            self._signal(process.pid, signal.SIGKILL)
            self._process = None
        await reader
        return how_it_ended(code)

    async def _keep_log(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while data := await process.stdout.read(65536):
            self.log.write(data)
            if self._verbose:
                for line in data.decode("utf-8", "replace").splitlines():
                    print(f"{self.spec.name}: {line}", file=sys.stderr, flush=True)

    async def _tell_when_ready(self, started: float) -> None:
        # Another process is waited for, so there is no event to await.
        while not await self._answers():  # noqa: ASYNC110
            await asyncio.sleep(_POLL_SECONDS)
        again = " again" if self.first_ready.is_set() else ""
        self._announce(f"{self.spec.name} is ready{again} after {time.monotonic() - started:.1f} s")
        self.first_ready.set()
        self._on_ready()

    async def _answers(self) -> bool:
        try:
            async with self._session.get(self.spec.ready_url, timeout=_POLL_TIMEOUT) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def replace(self, spec: ChildSpec) -> None:
        """Run another command from now on; the process that runs is ended for it."""
        self.spec = spec
        self._is_replaced = self._process is not None
        await self._end()

    async def stop(self) -> None:
        """Ask the process to end, and end it with all that it started when it does not."""
        self._stopping.set()
        await self._end()

    async def _end(self) -> None:
        process = self._process
        if process is None:
            return
        self._signal(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), self._policy.grace)
        except TimeoutError:
            self._announce(f"{self.spec.name} did not end within {self._policy.grace:.3g} s and is ended by force")
        self._signal(process.pid, signal.SIGKILL)
        await process.wait()

    @staticmethod
    def _signal(group: int, number: signal.Signals) -> None:
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            pass

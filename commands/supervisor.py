"""Keeps the three processes of the product running until a signal comes."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import aiohttp

from commands.children import Child, ChildSpec, Policy
from commands.failure import PlainFailure
from commands.progress import last_lines, say

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SAY_AGAIN_AFTER = 15.0


class Supervisor:
    """Starts all children at once, tells when all are ready, restarts those that end, and stops all at the end."""

    def __init__(
        self,
        specs: Sequence[ChildSpec],
        *,
        log_folder: Path,
        on_all_ready: Callable[[dict[str, int]], None],
        on_restarted: Callable[[dict[str, int]], None] = lambda pids: None,
        changed_specs: Callable[[], Sequence[ChildSpec]] = lambda: (),
        policy: Policy | None = None,
        announce: Callable[[str], None] = lambda line: say(f"- {line}"),
        verbose: bool = False,
    ) -> None:
        self._specs = specs
        self._log_folder = log_folder
        self._on_all_ready = on_all_ready
        self._on_restarted = on_restarted
        self._changed_specs = changed_specs
        self._policy = policy or Policy()
        self._announce = announce
        self._verbose = verbose
        self._children: list[Child] = []
        self._all_ready = False

    async def run(self) -> None:
        """Return after a signal; raise when a child cannot be started at all. No process is left in either case."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, stop.set)
        try:
            async with aiohttp.ClientSession(trust_env=False) as session:
                self._children = [self._child(spec, session) for spec in self._specs]
                keepers = [asyncio.create_task(child.keep_running()) for child in self._children]
                try:
                    await self._watch(stop, keepers)
                finally:
                    await self._stop_all(keepers)
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    def _child(self, spec: ChildSpec, session: aiohttp.ClientSession) -> Child:
        return Child(
            spec,
            policy=self._policy,
            log_folder=self._log_folder,
            session=session,
            announce=self._announce,
            on_ready=self._one_is_ready,
            verbose=self._verbose,
        )

    def _pids(self) -> dict[str, int]:
        return {child.spec.name: child.pid for child in self._children if child.pid}

    def _one_is_ready(self) -> None:
        if self._all_ready:
            self._on_restarted(self._pids())
        elif all(child.first_ready.is_set() for child in self._children):
            self._all_ready = True
            self._on_all_ready(self._pids())

    async def _watch(self, stop: asyncio.Event, keepers: list[asyncio.Task[None]]) -> None:
        """Wait for a signal, a child that cannot be started, or an error in the supervision itself."""
        stopped = asyncio.create_task(stop.wait())
        started = said = time.monotonic()
        while not stopped.done():
            await asyncio.wait([stopped, *keepers], timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
            for keeper in keepers:
                if keeper.done() and keeper.exception():
                    stopped.cancel()
                    keeper.result()
            if not stopped.done():
                await self._replace(self._changed_specs())
            if stopped.done() or self._all_ready:
                continue
            self._raise_if_one_cannot_start(time.monotonic() - started)
            if time.monotonic() - said >= _SAY_AGAIN_AFTER:
                said = time.monotonic()
                waiting = [child.spec.name for child in self._children if not child.first_ready.is_set()]
                self._announce(f"still waiting for {', '.join(waiting)} ({said - started:.0f} s)")

    async def _replace(self, specs: Sequence[ChildSpec]) -> None:
        for spec in specs:
            for child in self._children:
                if child.spec.name == spec.name:
                    await child.replace(spec)

    def _raise_if_one_cannot_start(self, seconds: float) -> None:
        for child in self._children:
            name = child.spec.name
            if child.given_up.is_set():
                reason = f"ended {self._policy.deaths_before_giving_up} times, last with {child.last_end}"
            elif not child.first_ready.is_set() and seconds > self._policy.ready_within:
                reason = f"was not ready within {self._policy.ready_within:.0f} s"
            else:
                continue
            say(last_lines(child.log.tail()))
            raise PlainFailure(f"{name} cannot be started: it {reason}; its log is {child.log.path}.")

    async def _stop_all(self, keepers: list[asyncio.Task[None]]) -> None:
        await asyncio.gather(*(child.stop() for child in self._children))
        # They still write down what the processes said last.
        await asyncio.wait(keepers, timeout=2)
        for keeper in keepers:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await keeper
        for child in self._children:
            child.log.close()

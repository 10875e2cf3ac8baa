"""Memory of the product's processes."""

from __future__ import annotations

from collections.abc import Mapping

import psutil


def memory_mib(pids: Mapping[str, int]) -> dict[str, float]:
    """Return each process's memory with that of its children, in MiB: the share that is its own (PSS)."""
    memory: dict[str, float] = {}
    for name, pid in pids.items():
        process = psutil.Process(pid)
        # The supervisor's children are the other processes of the table.
        family = [process] if name == "supervisor" else [process, *process.children(recursive=True)]
        memory[name] = round(sum(member.memory_full_info().pss for member in family) / 2**20, 1)
    return memory

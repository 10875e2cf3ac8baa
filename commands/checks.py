"""What must hold before anything slow is started. Each check raises one plain sentence."""

from __future__ import annotations

import errno
import shutil
import socket
import tempfile
from pathlib import Path

from commands.failure import PlainFailure

_MEBIBYTE = 1024 * 1024


def check_writable(folder: Path) -> None:
    """Create the folder if need be and try to write in it: permission bits do not tell of a read-only mount."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise PlainFailure(
            f"The folder {folder} cannot be written to ({error.strerror}); please make it writable and run this again."
        ) from error


def check_disk(folder: Path, mebibytes: int) -> None:
    free = shutil.disk_usage(folder).free // _MEBIBYTE
    if free < mebibytes:
        raise PlainFailure(
            f"Only {free} MB are free on the disk of {folder}, and {mebibytes} MB are needed; please free some space."
        )


def check_port(host: str, port: int, setting: str) -> None:
    """Bind the port as a server would, and let it go again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: connections of a process that has just ended must not count as "in use".
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PlainFailure(
                    f"Port {port} is already in use by another program; please stop that one or choose another port"
                    f" with {setting}."
                ) from error
            raise PlainFailure(f"Port {port} on {host} cannot be used ({error.strerror}).") from error


def free_loopback_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, all different."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()

"""Log files of child processes: a new one at each start, never larger than agreed."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_LARGEST = 10 * 1024 * 1024
_OLD_ONES_KEPT = 3


class LogFile:
    """Takes bytes as they come and starts a new file when one is full."""

    def __init__(self, path: Path, largest: int = _LARGEST) -> None:
        self.path = path
        self._largest = largest
        self._rotate()
        self._file = self._opened()

    def write(self, data: bytes) -> None:
        try:
            if self._size + len(data) > self._largest and self._size:
                self._rotate()
                full, self._file = self._file, self._opened()
                full.close()
            self._file.write(data)
            self._size += len(data)
        except OSError:
            # A full disk costs lines. Not taking them from the process would stop it at its next line.
            pass

    def _opened(self) -> BinaryIO:
        # Unbuffered: what could not be written must not come back with the next line.
        file = open(self.path, "ab", buffering=0)
        self._size = 0
        return file

    def tail(self, size: int = 8192) -> bytes:
        """The last bytes written."""
        with open(self.path, "rb") as file:
            file.seek(max(0, self.path.stat().st_size - size))
            return file.read()

    def close(self) -> None:
        self._file.close()

    def _rotate(self) -> None:
        if not self.path.exists():
            return
        for number in range(_OLD_ONES_KEPT - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))

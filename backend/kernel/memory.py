"""Gives memory back to the system after work that needed much of it for a moment."""

from __future__ import annotations

import contextlib
import ctypes
import gc


def give_back_free_memory() -> None:
    """Return what is free to the system; glibc would keep it for itself, other C libraries give it back unasked."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)

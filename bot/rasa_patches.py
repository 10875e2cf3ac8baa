"""The only place where Rasa is patched.

Every patch says which cost it removes and has a test in ``tests/unit/bot/`` that behaviour is unchanged.
"""

from __future__ import annotations

from collections.abc import Callable


def apply_patches() -> None:
    """Apply every patch; doing so twice changes nothing."""
    for patch in PATCHES:
        patch()


PATCHES: list[Callable[[], None]] = []

"""The one way in which a command ends early."""

from __future__ import annotations


class PlainFailure(Exception):
    """Something the person at the terminal must know; its text is one whole sentence, shown without a traceback."""

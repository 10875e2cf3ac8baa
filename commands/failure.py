"""The one way in which a command ends early."""

from __future__ import annotations


def os_failure(error: OSError) -> str:
    """One sentence for what the system refused (a full disk, a file that may not be read) and nobody foresaw."""
    about = f" ({error.filename})" if error.filename else ""
    return f"The system refused something that is needed: {error.strerror or type(error).__name__}{about}."


class PlainFailure(Exception):
    """Something the person at the terminal must know; its text is one whole sentence, shown without a traceback."""

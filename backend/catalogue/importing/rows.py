"""What an import reads, before it is known what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a file: a procedure in full, or its name in a list."""

    file: str
    line: int
    code: str
    """Empty where the source gives none."""
    name: str
    field: str
    agency: str = ""
    ministry: str = ""
    levels: str = ""
    url: str = ""
    facts: Mapping[str, str] | None = None
    """All fields of a crawled page; None for a row of a list."""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    def with_code(self, code: str) -> SourceRow:
        """Return the row with the code that it was found to mean."""
        return replace(self, code=code)


class FileUnreadable(Exception):
    """A file of which no row can be read; its text is a key of ``data/words/catalogue.yml`` and what fills it in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class RowRefused(Exception):
    """A row that cannot be taken; the rest of its file can."""

    def __init__(self, line: int, field: str, key: str, **values: object) -> None:
        super().__init__(key)
        self.line = line
        self.field = field
        self.key = key
        self.values = values

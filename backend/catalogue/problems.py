"""Mistakes in the catalogue's files, told so that an editor finds them: file, line, field, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from backend.kernel.words import Words

# Kinds of pydantic errors → sentence in data/words/catalogue.yml.
_SENTENCES = {
    "missing": "problem_missing",
    "extra_forbidden": "problem_extra",
    "string_type": "problem_text",
    "string_too_short": "problem_too_short",
    "string_too_long": "problem_too_long",
    "too_short": "problem_too_short",
    "too_long": "problem_too_long",
    "string_pattern_mismatch": "problem_pattern",
    "enum": "problem_choice",
    "int_type": "problem_number",
    "int_parsing": "problem_number",
    "int_from_float": "problem_number",
    "greater_than_equal": "problem_number",
    "less_than_equal": "problem_number",
    "list_type": "problem_list",
    "model_type": "problem_mapping",
    "dict_type": "problem_mapping",
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        field = f"{self.field}: " if self.field else ""
        return f"{self.file}:{self.line}: {field}{self.message}"


class CatalogueFilesInvalid(Exception):
    """The catalogue's files hold mistakes; nothing of them has been loaded."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def sentence_for(error: dict[str, Any], words: Words) -> str:
    """Return what a pydantic error means to an editor."""
    kind = str(error["type"])
    if kind == "value_error":
        key = "problem_fee" if "fee" in str(error["ctx"]["error"]) else "problem_duration"
    else:
        key = _SENTENCES.get(kind, "problem_other")
    context = error.get("ctx") or {}
    return words.say(
        f"catalogue.{key}",
        min=context.get("min_length", ""),
        max=context.get("max_length", ""),
        expected=str(context.get("expected", "")).replace("'", "").replace(" or ", ", "),
    )

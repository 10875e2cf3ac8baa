"""Sentences and the code that says them: none is missing, none is left over."""

from __future__ import annotations

import re

import pytest

from backend.kernel.errors import ServiceError
from backend.kernel.settings import PROJECT_ROOT
from backend.kernel.words import Words

_SAYING_CODE = ("backend", "connectors", "service")
KEYS = Words(PROJECT_ROOT / "data" / "words").keys()
_FILES = "|".join(sorted({key.partition(".")[0] for key in KEYS}))
_KEY = re.compile(rf'f?"((?:{_FILES})\.[a-z0-9_{{}}.]*)"')
_NAMES_A_FILE = re.compile(r"\.(yml|py|id)$")


def code() -> str:
    paths = [path for room in _SAYING_CODE for path in sorted((PROJECT_ROOT / room).rglob("*.py"))]
    return "\n".join(path.read_text("utf-8") for path in paths)


CODE = code()
SAID = {key for key in _KEY.findall(CODE) if not _NAMES_A_FILE.search(key)}
SAID |= {f"{start}{{}}" for start in re.findall(rf"'((?:{_FILES})\.[a-z0-9_]+_)' \+", CODE)}
PATTERNS = {key: re.compile(re.sub(r"\\{.*?\\}", "([a-z0-9_]+)", re.escape(key))) for key in SAID if "{" in key}
STRINGS = set(re.findall(r'"([a-z0-9_]+)"', CODE))
"""Words in quotation marks: names of errors, statuses, units. Parts of keys come from among them."""


def subclasses(kind: type[ServiceError]) -> set[type[ServiceError]]:
    return {kind}.union(*(subclasses(child) for child in kind.__subclasses__()))


@pytest.mark.parametrize("key", sorted(SAID))
def test_that_every_key_that_code_says_has_a_sentence(key: str) -> None:
    if key in PATTERNS:
        assert any(PATTERNS[key].fullmatch(known) for known in KEYS), "no sentence could ever fit"
    else:
        assert key in KEYS


def is_said(key: str) -> bool:
    if key in SAID:
        return True
    for pattern in PATTERNS.values():
        if match := pattern.fullmatch(key):
            filled = {part for part in match.groups() if part}
            # A key that is put together counts only if the code knows its changing part.
            if all(part in STRINGS or part.isdigit() or _is_built(part) for part in filled):
                return True
    return False


def _is_built(part: str) -> bool:
    built = re.findall(r'f"((?:\{[^"{}]*\})?[a-z0-9_]*(?:\{[^"{}]*\})?[a-z0-9_]*)"', CODE)
    patterns = {re.sub(r"\\{.*?\\}", "([a-z0-9_]+)", re.escape(text)) for text in built if "{" in text and "_" in text}
    matches = [match for pattern in patterns if (match := re.fullmatch(pattern, part))]
    return any(all(piece in STRINGS for piece in match.groups()) for match in matches)


@pytest.mark.parametrize("key", sorted(KEYS))
def test_that_every_sentence_is_said_somewhere(key: str) -> None:
    assert is_said(key)


def test_that_every_error_has_its_sentence() -> None:
    assert {f"errors.{error.code}" for error in subclasses(ServiceError)} <= KEYS

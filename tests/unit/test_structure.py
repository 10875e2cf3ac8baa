"""The rooms use one another only as ARCHITECTURE.md says, and what citizens read is not in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from backend.kernel import errors
from backend.kernel.settings import PROJECT_ROOT

ROOMS = ("vietnamese", "bot", "actions", "backend", "connectors", "service", "commands", "tests")

MAY_USE = {
    "vietnamese": set(),
    "bot": {"vietnamese"},
    "actions": {"vietnamese"},
    "backend": {"vietnamese"},
    "connectors": {"vietnamese", "backend.conversations", "backend.kernel", "backend.learning"},
    "service": {"vietnamese", "backend", "connectors"},
    "commands": {"vietnamese", "backend", "connectors", "service"},
}

# Parts of the domain that a part of the domain may use; the kernel may be used by all and uses none.
BACKEND_MAY_USE = {
    "kernel": set(),
    "catalogue": {"kernel"},
    "centre": {"kernel"},
    "accounts": {"kernel"},
    "conversations": {"kernel"},
    "learning": {"kernel"},
    "dossiers": {"kernel", "catalogue", "centre"},
    "api": {"kernel", "catalogue", "centre", "dossiers", "accounts"},
    "portal": {"kernel", "catalogue", "centre", "dossiers", "accounts"},
}

STATED_IN_DATA = ("vietnamese", "bot", "actions", "backend", "connectors", "service")
_VIETNAMESE_LETTERS = re.compile("[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)


def modules_of(room: str) -> Iterator[Path]:
    for path in sorted((PROJECT_ROOT / room).rglob("*.py")):
        if not {".venv", "node_modules", "__pycache__"} & set(path.parts):
            yield path


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


@pytest.mark.parametrize("room", MAY_USE)
def test_that_a_room_uses_only_the_rooms_below_it(room: str) -> None:
    wrong = []
    for path in modules_of(room):
        for name in imports_of(path):
            if name.split(".")[0] not in ROOMS or name.split(".")[0] == room:
                continue
            allowed = MAY_USE[room]
            if name.split(".")[0] not in allowed and ".".join(name.split(".")[:2]) not in allowed:
                wrong.append(f"{path.relative_to(PROJECT_ROOT)} imports {name}")
    assert wrong == []


def test_that_parts_of_the_domain_use_only_the_parts_below_them() -> None:
    wrong = []
    parts = {path.parent.name for path in (PROJECT_ROOT / "backend").glob("*/__init__.py")}
    assert parts <= set(BACKEND_MAY_USE), "a new part of the domain needs a line in this table"
    for part in parts:
        for path in modules_of(f"backend/{part}"):
            for name in imports_of(path):
                pieces = name.split(".")
                if pieces[0] == "backend" and len(pieces) > 1 and pieces[1] != part:
                    if pieces[1] not in BACKEND_MAY_USE[part]:
                        wrong.append(f"{path.relative_to(PROJECT_ROOT)} imports {name}")
    assert wrong == []


def test_that_only_rasas_side_imports_rasa() -> None:
    for room in ("vietnamese", "backend", "connectors", "service", "commands"):
        for path in modules_of(room):
            assert not any(name.split(".")[0] in {"rasa", "rasa_sdk", "sanic"} for name in imports_of(path)), path


@pytest.mark.parametrize("room", STATED_IN_DATA)
def test_that_no_sentence_for_citizens_stands_in_the_code(room: str) -> None:
    wrong = []
    for path in modules_of(room):
        tree = ast.parse(path.read_text("utf-8"))
        documentation = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
                # A letter or a word to compare with is no sentence.
                if len(node.value.split()) >= 4 and _VIETNAMESE_LETTERS.search(node.value):
                    wrong.append(f"{path.relative_to(PROJECT_ROOT)}:{node.lineno} {node.value[:40]!r}")
    assert wrong == []


def all_errors(base: type[errors.ServiceError]) -> Iterator[type[errors.ServiceError]]:
    yield base
    for below in base.__subclasses__():
        yield from all_errors(below)


def test_that_every_error_has_its_sentence_and_its_place_in_the_drawing() -> None:
    sentences = yaml.safe_load((PROJECT_ROOT / "data" / "words" / "errors.yml").read_text("utf-8"))
    for error in all_errors(errors.ServiceError):
        assert error.code in sentences
        assert re.search(rf"{error.__name__} +{error.status} +{error.code}$", errors.__doc__ or "", re.MULTILINE)


def test_that_no_file_names_a_package_index() -> None:
    names = ["pyproject.toml", "requirements.lock", "requirements-dev.lock", "bot/pyproject.toml"]
    names += ["bot/requirements.lock", "connectors/webchat/ui/package.json", "connectors/webchat/ui/package-lock.json"]
    for name in names:
        text = (PROJECT_ROOT / name).read_text("utf-8")
        for mark in ("--index-url", "--extra-index-url", "pypi.org", "registry.npmjs", '"resolved"'):
            assert mark not in text, f"{name} names {mark}"


def test_that_modules_stay_readable() -> None:
    for room in MAY_USE:
        for path in modules_of(room):
            assert len(path.read_text("utf-8").splitlines()) <= 400, f"{path} is too long: would two names say more?"

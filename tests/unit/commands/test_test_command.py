"""Which tests ./hcc test sends to which environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.test import divide, verdict


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("tests/unit/bot", "tests/unit/actions", "tests/unit/backend", "tests/e2e"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "tests/unit/bot/test_turn.py").touch()
    return tmp_path


def _short(arguments: list[str] | None, root: Path) -> list[str] | None:
    return None if arguments is None else [argument.replace(f"{root}/", "") for argument in arguments]


IGNORED = ["--ignore=tests/unit/bot", "--ignore=tests/unit/actions"]


@pytest.mark.parametrize(
    ("arguments", "service", "rasa"),
    [
        ([], [*IGNORED, "tests"], ["tests/unit/bot", "tests/unit/actions"]),
        (["-x"], ["-x", *IGNORED, "tests"], ["-x", "tests/unit/bot", "tests/unit/actions"]),
        (["-k", "fee"], ["-k", "fee", *IGNORED, "tests"], ["-k", "fee", "tests/unit/bot", "tests/unit/actions"]),
        (["tests/unit/bot/test_turn.py::test_a"], None, ["tests/unit/bot/test_turn.py::test_a"]),
        (["tests/e2e", "-q"], ["-q", *IGNORED, "tests/e2e"], None),
        (["tests/unit"], [*IGNORED, "tests/unit"], ["tests/unit/bot", "tests/unit/actions"]),
        (["tests/e2e", "tests/unit/actions"], [*IGNORED, "tests/e2e"], ["tests/unit/actions"]),
    ],
)
def test_each_path_goes_where_its_tests_can_run(
    root: Path, arguments: list[str], service: list[str] | None, rasa: list[str] | None
) -> None:
    division = divide(arguments, root, root)
    assert _short(division.service, root) == service
    assert _short(division.rasa, root) == rasa


def test_paths_are_meant_from_where_the_caller_stands(root: Path) -> None:
    division = divide(["test_turn.py"], root, root / "tests" / "unit" / "bot")
    assert division.service is None
    assert _short(division.rasa, root) == ["tests/unit/bot/test_turn.py"]


@pytest.mark.parametrize(
    ("codes", "expected"), [([0, 0], 0), ([0, 5], 0), ([5, 0], 0), ([5, 5], 5), ([1, 0], 1), ([5, 2], 2), ([5], 5)]
)
def test_any_failure_counts_and_so_does_having_run_no_test(codes: list[int], expected: int) -> None:
    assert verdict(codes) == expected

"""These tests run in Rasa's environment; in the service's they are left alone."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

collect_ignore_glob = ["test_*.py"] if importlib.util.find_spec("rasa") is None else []

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def in_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Components read their lists from paths below the root, as Rasa's commands do."""
    monkeypatch.chdir(ROOT)

"""When the chatbox has to be built again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands.chatbox import chatbox_is_built, fingerprint_of_sources
from commands.layout import CHATBOX_STATIC, CHATBOX_UI


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "ui"
    (folder / "src").mkdir(parents=True)
    for name in ("build.mjs", "package.json", "package-lock.json", "src/chatbox.js"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def built(tmp_path: Path, sources: Path) -> Path:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "chatbox.js").write_text("minified")
    (folder / "manifest.json").write_text(
        json.dumps({"sources": fingerprint_of_sources(sources), "files": {"chatbox.js": {}}})
    )
    return folder


def test_what_fits_its_sources_is_not_built_again(sources: Path, built: Path) -> None:
    (sources / "node_modules").mkdir()
    (sources / "node_modules" / "anything.js").touch()
    assert chatbox_is_built(sources, built)


@pytest.mark.parametrize("name", ["src/chatbox.js", "src/new.js", "build.mjs", "package-lock.json"])
def test_a_changed_source_is_noticed(sources: Path, built: Path, name: str) -> None:
    (sources / name).write_text("changed")
    assert not chatbox_is_built(sources, built)


def test_missing_and_damaged_parts_are_noticed(sources: Path, built: Path) -> None:
    (built / "chatbox.js").unlink()
    assert not chatbox_is_built(sources, built)
    (built / "manifest.json").write_text("{")
    assert not chatbox_is_built(sources, built)


def test_the_build_program_reckons_in_the_same_way() -> None:
    written = json.loads((CHATBOX_STATIC / "manifest.json").read_text())["sources"]
    assert written == fingerprint_of_sources(CHATBOX_UI)

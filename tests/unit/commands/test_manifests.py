"""Which model fits the data, and which models go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from commands.manifests import (
    Manifest,
    all_manifests,
    config_hash,
    data_hash,
    find_fitting_model,
    manifest_path,
    model_path,
    remove_old_models,
    write_manifest,
)

SOURCES = {
    "data/nlu/greet.yml": "nlu",
    "data/rules/greet.yml": "rules",
    "domain.yml": "intents",
    "config.yml": "pipeline",
    "bot/components/tokenizer.py": "code",
    "vietnamese/folding.py": "code",
    "bot/requirements.lock": "rasa==3.6.21 ; python_full_version < '3.11' \\\n    --hash=sha256:00\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "models").mkdir()
    return tmp_path


def _train(root: Path, name: str, created_at: str = "2026-11-24T08:00:00+00:00") -> Manifest:
    manifest = Manifest(name, data_hash(root), config_hash(root), "3.6.21", created_at, 60.0)
    model_path(root / "models", name).write_bytes(b"model")
    write_manifest(root / "models", manifest)
    return manifest


def test_no_model_fits_an_empty_folder(root: Path) -> None:
    assert find_fitting_model(root) is None


def test_the_newest_of_two_that_fit_is_chosen(root: Path) -> None:
    _train(root, "a", "2026-11-24T09:00:00+00:00")
    _train(root, "b", "2026-11-24T08:00:00+00:00")
    assert find_fitting_model(root) == root / "models" / "a.tar.gz"


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "bot/requirements.lock"])
def test_a_change_of_anything_that_training_reads_asks_for_a_new_model(root: Path, name: str) -> None:
    _train(root, "a")
    (root / name).write_text("changed")
    assert find_fitting_model(root) is None


def test_a_new_file_of_training_data_asks_for_a_new_model(root: Path) -> None:
    _train(root, "a")
    (root / "data/stories").mkdir()
    (root / "data/stories/new.yml").write_text("stories")
    assert find_fitting_model(root) is None


def test_a_file_that_was_only_renamed_asks_for_a_new_model(root: Path) -> None:
    _train(root, "a")
    (root / "data/nlu/greet.yml").rename(root / "data/nlu/hello.yml")
    assert find_fitting_model(root) is None


def test_what_training_does_not_read_changes_nothing(root: Path) -> None:
    _train(root, "a")
    for name in ("README.md", "data/catalogue/x.yml", "vietnamese/__pycache__/folding.pyc", "data/nlu/.greet.yml.swp"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("changed")
    assert find_fitting_model(root) is not None


def test_a_model_of_another_rasa_does_not_fit(root: Path) -> None:
    write_manifest(root / "models", replace(_train(root, "a"), rasa_version="3.5.0"))
    assert find_fitting_model(root) is None


def test_a_damaged_manifest_and_a_missing_archive_count_as_no_model(root: Path) -> None:
    _train(root, "a")
    _train(root, "b")
    _train(root, "c")
    manifest_path(root / "models", "a").write_text('{"name": "a"')
    manifest_path(root / "models", "b").write_text('{"name": "b"}')
    model_path(root / "models", "c").unlink()
    assert all_manifests(root / "models") == []
    assert find_fitting_model(root) is None


def test_only_the_newest_are_kept_and_models_of_others_stay(root: Path) -> None:
    for hour in range(5):
        _train(root, f"m{hour}", f"2026-11-24T0{hour}:00:00+00:00")
    (root / "models" / "by-hand.tar.gz").write_bytes(b"model")
    assert sorted(remove_old_models(root / "models", kept=3)) == ["m0", "m1"]
    left = sorted(path.name for path in (root / "models").glob("*.tar.gz"))
    assert left == ["by-hand.tar.gz", "m2.tar.gz", "m3.tar.gz", "m4.tar.gz"]
    assert len(list((root / "models").glob("*.manifest.json"))) == 3

"""The trained models in ``models/``: which one fits the data, and which may go."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from commands.failure import PlainFailure

TRAINING_DATA = ("data/nlu", "data/rules", "data/stories")
# What training reads besides the configuration: data, and the code of our own components with what it builds upon.
_DATA_PARTS = (
    *TRAINING_DATA,
    "data/catalogue/agencies.yml",
    "data/catalogue/communes.yml",
    "domain.yml",
    "domain",
    "config.yml",
    "bot/components",
    "vietnamese",
)
_KEPT = 3


@dataclass(frozen=True)
class Manifest:
    """What a model was made of, written beside it."""

    name: str
    data_hash: str
    config_hash: str
    rasa_version: str
    created_at: str
    seconds: float
    scores: Mapping[str, float] | None = None


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        inside = (file for file in path.rglob("*") if file.is_file())
        yield from (file for file in inside if "__pycache__" not in file.parts and not file.name.startswith("."))


def data_hash(root: Path) -> str:
    """Changes whenever training could give another model."""
    total = hashlib.sha256()
    files = [file for part in _DATA_PARTS for file in _files(root / part)]
    for name, file in sorted((file.relative_to(root).as_posix(), file) for file in files):
        total.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def config_hash(root: Path) -> str:
    try:
        return hashlib.sha256((root / "config.yml").read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise PlainFailure(f"{root / 'config.yml'} is missing, so no model can be trained or chosen.") from error


def locked_rasa_version(root: Path) -> str:
    """The version that the lock installs; a model of another one cannot be loaded."""
    found = re.search(r"^rasa==([^ ;\\]+)", (root / "bot" / "requirements.lock").read_text(), re.MULTILINE)
    if found is None:
        raise PlainFailure("bot/requirements.lock names no version of Rasa; run ./hcc lock.")
    return found.group(1)


def manifest_path(models: Path, name: str) -> Path:
    return models / f"{name}.manifest.json"


def model_path(models: Path, name: str) -> Path:
    return models / f"{name}.tar.gz"


def write_manifest(models: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=2)
    unfinished = models / f".{manifest.name}.unfinished"
    unfinished.write_text(f"{text}\n")
    unfinished.replace(manifest_path(models, manifest.name))


def all_manifests(models: Path) -> list[Manifest]:
    """The manifests of all whole models, newest first; a damaged manifest counts as none."""
    found = []
    for path in models.glob("*.manifest.json"):
        try:
            manifest = Manifest(**json.loads(path.read_text()))
            datetime.fromisoformat(manifest.created_at)
        except (OSError, ValueError, TypeError):
            continue
        if model_path(models, manifest.name).is_file():
            found.append(manifest)
    return sorted(
        found, key=lambda manifest: (datetime.fromisoformat(manifest.created_at), manifest.name), reverse=True
    )


def find_fitting_model(root: Path) -> Path | None:
    """The newest model that was trained from just this data, code and configuration."""
    wanted = (data_hash(root), config_hash(root), locked_rasa_version(root))
    for manifest in all_manifests(root / "models"):
        if (manifest.data_hash, manifest.config_hash, manifest.rasa_version) == wanted:
            return model_path(root / "models", manifest.name)
    return None


def remove_old_models(models: Path, kept: int = _KEPT) -> list[str]:
    """Delete all but the newest; models that lack a manifest are not ours and stay."""
    removed = []
    for manifest in all_manifests(models)[kept:]:
        manifest_path(models, manifest.name).unlink(missing_ok=True)
        model_path(models, manifest.name).unlink(missing_ok=True)
        removed.append(manifest.name)
    return removed

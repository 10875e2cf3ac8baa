"""The trained models in ``models/`` and their manifests: which ones fit the data, and which may go."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from commands.failure import PlainFailure

TRAINING_DATA = ("data/nlu", "data/rules", "data/stories")
# What training reads besides the configuration: data, and the code of our own components with what it builds upon.
_DATA_PARTS = (
    *TRAINING_DATA,
    "data/language",
    "data/catalogue/agencies.yml",
    "data/catalogue/communes.yml",
    "data/catalogue/query-words.yml",
    "domain.yml",
    "domain",
    "config.yml",
    "bot/components",
    "vietnamese",
)
# What must be the same for a model to work with the rest of a checkout: else it knows other actions, or other code.
_DIALOGUE_PARTS = ("data/rules", "data/stories", "domain.yml", "domain", "bot/components", "vietnamese")
_LIBRARIES = ("rasa", "numpy", "scipy", "scikit-learn")
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
    scores: Mapping[str, Any] | None = None
    """What ``commands/promotion.py`` measured, and by which ``evaluation_hash``."""
    dialogue_hash: str = ""
    libraries: Mapping[str, str] = field(default_factory=dict)
    refused: str | None = None
    """Why the model was not put into service after its training."""


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        inside = (file for file in path.rglob("*") if file.is_file())
        yield from (file for file in inside if "__pycache__" not in file.parts and not file.name.startswith("."))


def data_hash(root: Path) -> str:
    """Changes whenever training could give another model."""
    return _hash_of(root, _DATA_PARTS)


def dialogue_hash(root: Path) -> str:
    """Changes whenever a model that was trained before might no longer work with the rest of the checkout."""
    return _hash_of(root, _DIALOGUE_PARTS)


def _hash_of(root: Path, parts: Sequence[str]) -> str:
    total = hashlib.sha256()
    files = [file for part in parts for file in _files(root / part)]
    for name, file in sorted((file.relative_to(root).as_posix(), file) for file in files):
        total.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def config_hash(root: Path) -> str:
    try:
        return hashlib.sha256((root / "config.yml").read_bytes()).hexdigest()
    except FileNotFoundError as error:
        raise PlainFailure(f"{root / 'config.yml'} is missing, so no model can be trained or chosen.") from error


def locked_versions(root: Path) -> dict[str, str]:
    """The versions that the lock installs of the libraries that a model depends on."""
    lock = (root / "bot" / "requirements.lock").read_text()
    found = {name: re.search(rf"^{name}==([^ ;\\]+)", lock, re.MULTILINE) for name in _LIBRARIES}
    return {name: match.group(1) for name, match in found.items() if match}


def locked_rasa_version(root: Path) -> str:
    """A model of another version cannot be loaded."""
    version = locked_versions(root).get("rasa")
    if version is None:
        raise PlainFailure("bot/requirements.lock names no version of Rasa; run ./hcc lock.")
    return version


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


def find_manifest(models: Path, name: str) -> Manifest | None:
    """The manifest of one whole model."""
    return next((manifest for manifest in all_manifests(models) if manifest.name == name), None)


def fitting_manifests(root: Path) -> list[Manifest]:
    """The models that were trained from just this data, code and configuration, newest first."""
    wanted = (data_hash(root), config_hash(root), locked_rasa_version(root))
    return [
        manifest
        for manifest in all_manifests(root / "models")
        if (manifest.data_hash, manifest.config_hash, manifest.rasa_version) == wanted
    ]


def find_fitting_model(root: Path) -> Path | None:
    """The newest of them."""
    fitting = fitting_manifests(root)
    return model_path(root / "models", fitting[0].name) if fitting else None


def remove_old_models(models: Path, kept: int = _KEPT, spared: Collection[str] = ()) -> list[str]:
    """Delete all but the newest and the spared; models that lack a manifest are not ours and stay."""
    removed = []
    for manifest in all_manifests(models)[kept:]:
        if manifest.name not in spared:
            manifest_path(models, manifest.name).unlink(missing_ok=True)
            model_path(models, manifest.name).unlink(missing_ok=True)
            removed.append(manifest.name)
    return removed

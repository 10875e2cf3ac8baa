"""``./hcc train``: trains the model into ``models/``, with its manifest."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from commands.checks import check_disk, check_writable
from commands.layout import MODELS, RASA_PYTHON, ROOT, environment_without_settings, log_folder
from commands.models import (
    TRAINING_DATA,
    Manifest,
    config_hash,
    data_hash,
    find_fitting_model,
    locked_rasa_version,
    model_path,
    remove_old_models,
    write_manifest,
)
from commands.progress import run_step, say

_DISK = 500


def _command(name: str, folder: Path) -> list[str]:
    domain = "domain.yml" if (ROOT / "domain.yml").exists() else "domain"
    data = [part for part in TRAINING_DATA if (ROOT / part).exists()]
    return [
        # Training may run beside a service that people are talking to.
        *("nice", "-n", "10", str(RASA_PYTHON), "-m", "rasa", "train"),
        *("--config", "config.yml", "--domain", domain, "--data", *data),
        *("--out", str(folder), "--fixed-model-name", name),
        # Rasa's cache does not notice a change in a module that one of our components imports.
        "--force",
    ]


def train_model() -> Path:
    """Train a model from what lies in the checkout, put it in its place, and return where."""
    check_writable(MODELS)
    check_disk(MODELS, _DISK)
    check_writable(log_folder())
    # Before training: what is edited meanwhile is not in this model.
    hash_of_data, hash_of_config = data_hash(ROOT), config_hash(ROOT)
    started = datetime.now(UTC)
    name = f"hcc-{started:%Y%m%d-%H%M%S}-{hash_of_data[:8]}"
    folder = Path(tempfile.mkdtemp(prefix=".training-", dir=MODELS))
    try:
        seconds = run_step(
            "Training the model",
            _command(name, folder),
            failure=f"The model could not be trained; all that Rasa said is in {log_folder() / 'train.log'}.",
            environment={
                **environment_without_settings(),
                "PYTHONPATH": str(ROOT),
                "RASA_TELEMETRY_ENABLED": "false",
                "TF_CPP_MIN_LOG_LEVEL": "2",
            },
            log=log_folder() / "train.log",
        )
        (folder / f"{name}.tar.gz").replace(model_path(MODELS, name))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    created_at = started.isoformat(timespec="seconds")
    manifest = Manifest(
        name=name,
        data_hash=hash_of_data,
        config_hash=hash_of_config,
        rasa_version=locked_rasa_version(ROOT),
        created_at=created_at,
        seconds=round(seconds, 1),
    )
    write_manifest(MODELS, manifest)
    for removed in remove_old_models(MODELS):
        say(f"  Removed the old model {removed}")
    return model_path(MODELS, name)


def ensure_model() -> Path:
    """A model that fits the data: one that is there, or else a new one."""
    return find_fitting_model(ROOT) or train_model()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--if-needed", action="store_true", help="do nothing when a model already fits the data")


def run(arguments: argparse.Namespace) -> int:
    path = ensure_model() if arguments.if_needed else train_model()
    print(path.relative_to(ROOT))
    return 0

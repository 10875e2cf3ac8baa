"""``./hcc train``: trains a model into ``models/``, measures it, and puts it into service if it is no worse."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from commands.checks import check_disk, check_writable
from commands.layout import EVALUATION, MODELS, RASA_PYTHON, ROOT, environment_without_settings, log_folder
from commands.manifests import (
    TRAINING_DATA,
    Manifest,
    config_hash,
    data_hash,
    dialogue_hash,
    find_fitting_model,
    fitting_manifests,
    locked_rasa_version,
    locked_versions,
    model_path,
    remove_old_models,
    write_manifest,
)
from commands.progress import run_step, say
from commands.promotion import measure, read_evaluation_sets, reasons_against, scores_of
from commands.serving import (
    fitting_model_to_serve,
    model_in_service,
    pinned_model,
    put_in_service,
    read_serving,
    spared_models,
    stand_in_for,
)

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


def train_model(*, accept_regressions: bool = False) -> Manifest:
    """Train a model from what lies in the checkout, measure it, and put it into service if it is no worse."""
    in_service = model_in_service(MODELS)
    if in_service is not None and read_serving(MODELS) is None:
        # Trained before there was such a record; from now on there is a way back to it.
        put_in_service(MODELS, in_service.name)
    trained = _trained()
    # Whoever breaks off the measuring leaves no model that nobody has measured for the next ./hcc up to take.
    write_manifest(MODELS, replace(trained, refused="it has not been measured"))
    trained = judged(trained, in_service, accept_regressions=accept_regressions)
    write_manifest(MODELS, trained)
    if trained.refused is None:
        put_in_service(MODELS, trained.name)
    for removed in remove_old_models(MODELS, spared=spared_models(MODELS)):
        say(f"  Removed the old model {removed}")
    return trained


def judged(trained: Manifest, in_service: Manifest | None, *, accept_regressions: bool = False) -> Manifest:
    """The new model's manifest with its scores, and with the reason if it must not be put into service."""
    reasons = []
    sets = read_evaluation_sets(EVALUATION)
    if sets is not None:
        trained = replace(trained, scores=measure(model_path(MODELS, trained.name), sets))
        old = scores_of(MODELS, in_service, sets) if in_service else None
        if old is not None and trained.scores is not None:
            reasons = reasons_against(trained.scores, old, accept_regressions=accept_regressions)
    serving = read_serving(MODELS)
    if serving is not None and serving.pinned:
        reasons.append(f"the model is held at {serving.name}")
    return replace(trained, refused="; ".join(reasons) or None)


def _trained() -> Manifest:
    check_writable(MODELS)
    check_disk(MODELS, _DISK)
    check_writable(log_folder())
    # Before training: what is edited meanwhile is not in this model.
    hash_of_data, hash_of_config, hash_of_dialogue = data_hash(ROOT), config_hash(ROOT), dialogue_hash(ROOT)
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
    return Manifest(
        name=name,
        data_hash=hash_of_data,
        config_hash=hash_of_config,
        rasa_version=locked_rasa_version(ROOT),
        created_at=created_at,
        seconds=round(seconds, 1),
        dialogue_hash=hash_of_dialogue,
        libraries=locked_versions(ROOT),
    )


def ensure_model() -> Path:
    """A model that fits the data, in service or not: one that is there, or else a new one."""
    return find_fitting_model(ROOT) or model_path(MODELS, train_model().name)


def model_to_serve() -> Path:
    """The model that ``./hcc up`` gives Rasa: a new one is trained if none fits the data."""
    manifest = pinned_model(ROOT) or fitting_model_to_serve(ROOT)
    if manifest is None:
        candidate = next(iter(fitting_manifests(ROOT)), None) or train_model()
        manifest = candidate if candidate.refused is None else stand_in_for(ROOT, candidate)
    return model_path(MODELS, manifest.name)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--if-needed", action="store_true", help="do nothing when a model already fits the data")
    parser.add_argument(
        "--accept-regressions",
        action="store_true",
        help="let sentences of the regression set be wrong that were right before",
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.if_needed and (path := find_fitting_model(ROOT)):
        print(path.relative_to(ROOT))
        return 0
    trained = train_model(accept_regressions=arguments.accept_regressions)
    print(model_path(MODELS, trained.name).relative_to(ROOT))
    if trained.refused is None:
        say(f"- {trained.name} is in service; a product that runs here changes over by itself")
        return 0
    say(f"! Not put into service: {trained.refused}")
    serving = read_serving(MODELS)
    say(
        f"  {serving.name if serving else 'The model before'} keeps serving;"
        f" ./hcc models promote {trained.name} puts the new one into service all the same."
    )
    return 1

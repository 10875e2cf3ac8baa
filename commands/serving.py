"""Which model the product runs on: ``models/serving.json``, and what ``./hcc up`` makes of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from commands.failure import PlainFailure
from commands.manifests import (
    Manifest,
    all_manifests,
    dialogue_hash,
    find_manifest,
    fitting_manifests,
    locked_rasa_version,
)
from commands.progress import say

_LONGEST_HISTORY = 10


@dataclass(frozen=True)
class Serving:
    """The model in service, since when, whether it is held there whatever the data, and those before it."""

    name: str
    since: str
    pinned: bool = False
    previous: tuple[str, ...] = ()


def serving_path(models: Path) -> Path:
    return models / "serving.json"


def read_serving(models: Path) -> Serving | None:
    """What is in service; None before the first model, and where the file is damaged."""
    try:
        values = json.loads(serving_path(models).read_text())
        return Serving(**{**values, "previous": tuple(values["previous"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def put_in_service(models: Path, name: str, *, pinned: bool = False, previous: tuple[str, ...] | None = None) -> None:
    """Make a model the one that the product runs on; a running product changes over to it by itself."""
    before = read_serving(models)
    if previous is None:
        older = (before.name, *before.previous) if before else ()
        previous = tuple(model for model in dict.fromkeys(older) if model != name)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    state = Serving(name, now, pinned, previous[:_LONGEST_HISTORY])
    unfinished = models / ".serving.unfinished"
    unfinished.write_text(json.dumps(asdict(state), indent=2) + "\n")
    unfinished.replace(serving_path(models))


def model_in_service(models: Path) -> Manifest | None:
    """The manifest of the model in service; before there was such a record, of the newest one."""
    serving = read_serving(models)
    if serving is not None:
        return find_manifest(models, serving.name)
    return next((manifest for manifest in all_manifests(models) if manifest.refused is None), None)


def spared_models(models: Path) -> set[str]:
    """What must stay in ``models/``: the one in service and the one to go back to."""
    serving = read_serving(models)
    return {serving.name, *serving.previous[:1]} if serving else set()


def works_here(root: Path, manifest: Manifest) -> bool:
    """Whether a model goes with this checkout's dialogue and code, whatever examples it was trained from."""
    return manifest.dialogue_hash == dialogue_hash(root) and manifest.rasa_version == locked_rasa_version(root)


def pinned_model(root: Path) -> Manifest | None:
    """The model that a person has put into service to stay, said aloud so that nobody forgets it."""
    serving = read_serving(root / "models")
    if serving is None or not serving.pinned:
        return None
    manifest = find_manifest(root / "models", serving.name)
    if manifest is None or manifest.rasa_version != locked_rasa_version(root):
        raise PlainFailure(
            f"The model {serving.name} was put into service to stay, but it is not in models/ any more or is of another"
            " version of Rasa; ./hcc models list shows what is there, ./hcc models promote NAME chooses another."
        )
    fits = manifest.name in {fitting.name for fitting in fitting_manifests(root)}
    say(
        f"! The model is held at {serving.name} since {serving.since} (./hcc models rollback)"
        f"{'' if fits else ', which was trained from other data than lie here'}; ./hcc models promote NAME ends that."
    )
    if not works_here(root, manifest):
        say("  It was made for other rules or other code: should Rasa not start with it, promote another.")
    return manifest


def fitting_model_to_serve(root: Path) -> Manifest | None:
    """The model in service if it fits the data; else one that fits and was not refused, which is put into service."""
    fitting = fitting_manifests(root)
    serving = read_serving(root / "models")
    for manifest in fitting:
        if serving is not None and manifest.name == serving.name:
            return manifest
    for manifest in fitting:
        if manifest.refused is None:
            put_in_service(root / "models", manifest.name)
            return manifest
    return None


def stand_in_for(root: Path, candidate: Manifest) -> Manifest:
    """The model that serves while ``candidate``, the only one that fits the data, has been refused."""
    old = model_in_service(root / "models")
    if old is not None and works_here(root, old):
        say(f"! {candidate.name} is not in service: {candidate.refused}")
        say(f"  {old.name} keeps serving; ./hcc models promote {candidate.name} overrules that.")
        return old
    say(f"! {candidate.name} was refused: {candidate.refused}")
    say("  It serves all the same: no model from before works with this checkout's dialogue and code.")
    return candidate

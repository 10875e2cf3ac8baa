"""``./hcc models``: which models there are, which one the product runs on, and going back to an earlier one."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from commands.failure import PlainFailure
from commands.layout import EVALUATION, MODELS, ROOT
from commands.manifests import Manifest, all_manifests, find_manifest, fitting_manifests, model_path
from commands.nlu_evaluation import parse_with_rasa, shown
from commands.progress import say
from commands.promotion import HELD_OUT, NO_DIACRITICS, REGRESSION, read_evaluation_sets
from commands.serving import put_in_service, read_serving

_SETS = (HELD_OUT, NO_DIACRITICS, REGRESSION)
_ANY_SENTENCE = "xin chào"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="what", required=True)
    listing = actions.add_parser("list", help="show all models with their scores")
    listing.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    promoting = actions.add_parser("promote", help="put a model into service, whatever its scores")
    promoting.add_argument("name", help="the model's name, as ./hcc models list shows it")
    actions.add_parser("rollback", help="go back to the model that was in service before, and hold it there")


def run(arguments: argparse.Namespace) -> int:
    if arguments.what == "list":
        models = described_models(ROOT)
        print(json.dumps(models, ensure_ascii=False) if arguments.json else models_report(models))
    elif arguments.what == "promote":
        promote(arguments.name.removesuffix(".tar.gz").removeprefix("models/"))
    else:
        roll_back()
    return 0


def promote(name: str) -> None:
    """Put a model into service; it is held there if the data would else call for another."""
    manifest = find_manifest(MODELS, name)
    if manifest is None:
        raise PlainFailure(f"There is no model {name!r}; ./hcc models list shows those that there are.")
    _check_that_it_loads(manifest)
    fits = name in {fitting.name for fitting in fitting_manifests(ROOT)}
    put_in_service(MODELS, name, pinned=not fits)
    say(f"- {name} is in service; a product that runs here changes over by itself")
    if not fits:
        say("  It was trained from other data than lie here, so it is held until ./hcc models promote names another.")


def roll_back() -> None:
    """Put the model before this one into service, to stay."""
    serving = read_serving(MODELS)
    earlier = list(serving.previous) if serving else []
    there = {manifest.name for manifest in all_manifests(MODELS)}
    name = next((name for name in earlier if name in there), None)
    if name is None or serving is None:
        raise PlainFailure("There is no earlier model to go back to; ./hcc models list shows those that there are.")
    manifest = find_manifest(MODELS, name)
    if manifest is not None:
        _check_that_it_loads(manifest)
    put_in_service(MODELS, name, pinned=True, previous=tuple(earlier[earlier.index(name) + 1 :]))
    say(f"- {name} is in service again instead of {serving.name}; a product that runs here changes over by itself")
    say(f"  It is held, whatever is trained, until ./hcc models promote names another ({serving.name}, say).")


def _check_that_it_loads(manifest: Manifest) -> None:
    try:
        parse_with_rasa([_ANY_SENTENCE], model_path(MODELS, manifest.name))
    except PlainFailure as failure:
        raise PlainFailure(
            f"The model {manifest.name} does not work with the code of this checkout, so the model in service stays."
            f" {failure}"
        ) from None


def described_models(root: Path) -> dict[str, Any]:
    """All models, newest first, and which one is in service."""
    serving = read_serving(root / "models")
    fitting = {manifest.name for manifest in fitting_manifests(root)}
    sets = read_evaluation_sets(EVALUATION)
    return {
        "serving": asdict(serving) if serving else None,
        "models": [
            {
                **asdict(manifest),
                "measured_on_these_sets": bool(
                    sets and manifest.scores and manifest.scores.get("evaluation_hash") == sets.hash
                ),
                "fits": manifest.name in fitting,
                "in_service": serving is not None and serving.name == manifest.name,
            }
            for manifest in all_manifests(root / "models")
        ],
    }


def models_report(models: Mapping[str, Any]) -> str:
    """The models for a person."""
    if not models["models"]:
        return "There are no models; ./hcc train makes one."
    lines = [f"  {'model':<34} {'trained':<17} {'held out':>8} {'no diacr.':>9} {'regression':>10}  state"]
    serving = models["serving"]
    for model in models["models"]:
        scores = model["scores"] or {}
        figures = [shown((scores.get(name) or {}).get("macro_f1")) for name in _SETS]
        mark = "*" if model["in_service"] else " "
        cells = f"{figures[0]:>8} {figures[1]:>9} {figures[2]:>10}  {_state(model, serving)}"
        lines.append(f"{mark} {model['name']:<34} {model['created_at'][:16]:<17} {cells}")
    return "\n".join([*lines, "", "* in service; the figures are macro-F1."])


def _state(model: Mapping[str, Any], serving: Mapping[str, Any] | None) -> str:
    parts = []
    if model["in_service"] and serving:
        parts.append(f"in service since {serving['since'][:16]}{', held' if serving['pinned'] else ''}")
    elif model["refused"]:
        parts.append(f"refused: {model['refused']}")
    parts += [] if model["fits"] else ["from other data"]
    parts += ["measured on other sentences"] if model["scores"] and not model["measured_on_these_sets"] else []
    return "; ".join(parts)

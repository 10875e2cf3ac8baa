"""Whether a newly trained model may take the place of the one in service.

It may if none of the sets under ``tests/evaluation/`` falls: macro-F1 on the sentences held apart, with and without
diacritics, by no more than :data:`TOLERANCE`, and no sentence of the regression set that was right before is wrong.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from commands.evaluation_files import read_nlu_rows
from commands.failure import PlainFailure
from commands.manifests import Manifest, model_path, write_manifest
from commands.nlu_evaluation import outcome_of, parse_with_rasa, score
from commands.progress import say
from vietnamese.folding import fold

TOLERANCE = 0.005
HELD_OUT, NO_DIACRITICS, REGRESSION = "held_out", "no_diacritics", "regression"
_FIGURES = ("n", "accuracy", "macro_f1", "out_of_scope_recall", "false_refusal_rate", "receipt_code_exact")
_SENTENCES_SHOWN = 5

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class EvaluationSets:
    """What models are compared by."""

    rows: Mapping[str, Rows]

    @property
    def hash(self) -> str:
        """Changes with any row."""
        text = json.dumps({name: list(rows) for name, rows in self.rows.items()}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def read_evaluation_sets(folder: Path) -> EvaluationSets | None:
    """The sets of a folder; None where there are none, as where only what runs was installed."""
    held_out = [row for path in [folder / "held-out.tsv", *sorted(folder.glob("nlu-*.tsv"))] for row in _rows(path)]
    regression = _rows(folder / "regression.tsv")
    if not held_out:
        return None
    without = [{**row, "text": fold(row["text"])} for row in held_out]
    return EvaluationSets({HELD_OUT: held_out, NO_DIACRITICS: without, REGRESSION: regression})


def _rows(path: Path) -> Rows:
    return read_nlu_rows(path) if path.exists() else []


def measure(model: Path, sets: EvaluationSets) -> dict[str, Any]:
    """The scores of a model, as they stand in its manifest."""
    everything = [row for rows in sets.rows.values() for row in rows]
    parsed = iter(parse_with_rasa([row["text"] for row in everything], model))
    scores: dict[str, Any] = {"evaluation_hash": sets.hash}
    for name, rows in sets.rows.items():
        if not rows:
            continue
        of_rows = [next(parsed) for _ in rows]
        figures = score(rows, of_rows)
        scores[name] = {figure: figures[figure] for figure in _FIGURES}
        if name == REGRESSION:
            pairs = zip(rows, of_rows, strict=True)
            scores[name]["wrong"] = [
                row["text"] for row, found in pairs if outcome_of(row["text"], found).label != row["intent"]
            ]
    return scores


def reasons_against(new: Mapping[str, Any], old: Mapping[str, Any], *, accept_regressions: bool = False) -> list[str]:
    """Why a model with the scores ``new`` must not take the place of one with ``old``; empty if it may."""
    reasons = []
    for name in (HELD_OUT, NO_DIACRITICS):
        if name in new and name in old:
            now, before = new[name]["macro_f1"], old[name]["macro_f1"]
            if now < before - TOLERANCE - 1e-9:
                reasons.append(f"macro-F1 on {name.replace('_', '-')} falls from {before:.4f} to {now:.4f}")
    if REGRESSION in new and REGRESSION in old and not accept_regressions:
        wrong_before = set(old[REGRESSION]["wrong"])
        newly_wrong = [text for text in new[REGRESSION]["wrong"] if text not in wrong_before]
        if newly_wrong:
            shown = "; ".join(f"“{text}”" for text in newly_wrong[:_SENTENCES_SHOWN])
            reasons.append(f"wrong in the regression set, and right before ({len(newly_wrong)}): {shown}")
    return reasons


def scores_of(models: Path, manifest: Manifest, sets: EvaluationSets) -> Mapping[str, Any] | None:
    """A model's scores on these sets, from its manifest or measured now; None if it cannot be loaded any more."""
    if manifest.scores is not None and manifest.scores.get("evaluation_hash") == sets.hash:
        return manifest.scores
    try:
        scores = measure(model_path(models, manifest.name), sets)
    except PlainFailure:
        say(f"  {manifest.name} cannot be measured with the code of this checkout, so nothing is compared with it")
        return None
    write_manifest(models, replace(manifest, scores=scores))
    return scores

"""The search's figures for the command line; what they count is in ``backend/catalogue/evaluation.py``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from backend.catalogue.evaluation import EvaluationFileInvalid, evaluate_search
from backend.catalogue.problems import CatalogueFilesInvalid
from commands.failure import PlainFailure
from commands.run_settings import apply_settings, decide_settings, settings_from_environment

Scores = dict[str, Any]

_FIGURES = ("r_at_1", "r_at_3", "r_at_5", "mrr", "clarify_recall", "oos_rejection", "ms_p50", "ms_p99")


def search_scores(path: Path) -> Scores:
    """Measure the search that the service would answer from."""
    settings = apply_settings(decide_settings(settings_from_environment()))
    try:
        return asdict(evaluate_search(path, settings))
    except EvaluationFileInvalid as error:
        raise PlainFailure(f"{error}.") from error
    except CatalogueFilesInvalid as error:
        count = len(error.problems)
        raise PlainFailure(f"The catalogue's files have {count} mistakes; ./hcc catalogue check names them.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PlainFailure(f"{path} cannot be read: {error}.") from error


def search_report(scores: Scores) -> str:
    """The figures for a person."""
    lines = [f"{scores['n']} questions"]
    lines += [f"  {name:<15} {'–' if scores[name] is None else format(scores[name], '.4f')}" for name in _FIGURES]
    lines += ["", f"{len(scores['errors'])} not answered right"]
    for error in scores["errors"]:
        wanted, found = ";".join(error["gold_codes"]) or "nothing", ", ".join(error["found"]) or "nothing"
        lines.append(f"  {error['kind']} {wanted} ≠ {found}: {error['query']}")
    return "\n".join(lines)

"""The search's figures for the command line; what they count is in ``backend/catalogue/evaluation.py``."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backend.catalogue.evaluation import (
    EvaluationFileInvalid,
    Question,
    evaluate_questions,
    read_questions,
    search_of_settings,
)
from backend.catalogue.problems import CatalogueFilesInvalid
from backend.catalogue.search import CatalogueSearch
from commands.catalogue import bring_in_line
from commands.evaluation_files import read_registers
from commands.failure import PlainFailure
from commands.nlu_evaluation import register_table, shown
from commands.run_settings import apply_settings, decide_settings, settings_from_environment

Scores = dict[str, Any]

_FIGURES = ("r_at_1", "r_at_3", "r_at_5", "mrr", "clarify_recall", "oos_rejection", "ms_p50", "ms_p99")


def search_scores(path: Path) -> Scores:
    """Measure the search that the service would answer from."""
    settings = apply_settings(decide_settings(settings_from_environment()))
    try:
        questions = read_questions(path)
        with contextlib.redirect_stdout(sys.stderr):
            bring_in_line(settings)
        search = asyncio.run(search_of_settings(settings))
        scores = asdict(evaluate_questions(search, questions))
        registers = read_registers(path)
        if registers is not None:
            scores["by_register"] = {
                register: _figures(search, questions, registers, register) for register in sorted(set(registers))
            }
        return scores
    except EvaluationFileInvalid as error:
        raise PlainFailure(f"{error}.") from error
    except CatalogueFilesInvalid as error:
        count = len(error.problems)
        raise PlainFailure(f"The catalogue's files have {count} mistakes; ./hcc catalogue check names them.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PlainFailure(f"{path} cannot be read: {error}.") from error


def _figures(search: CatalogueSearch, questions: Sequence[Question], registers: Sequence[str], wanted: str) -> Scores:
    """The figures of one register's questions alone."""
    chosen = [question for question, register in zip(questions, registers, strict=True) if register == wanted]
    scores = asdict(evaluate_questions(search, chosen))
    return {name: scores[name] for name in ("n", *_FIGURES)}


def search_report(scores: Scores) -> str:
    """The figures for a person."""
    lines = [f"{scores['n']} questions"]
    lines += [f"  {name:<15} {shown(scores[name])}" for name in _FIGURES]
    lines += register_table(scores.get("by_register"), _FIGURES)
    lines += ["", f"{len(scores['errors'])} not answered right"]
    for error in scores["errors"]:
        wanted, found = ";".join(error["gold_codes"]) or "nothing", ", ".join(error["found"]) or "nothing"
        lines.append(f"  {error['kind']} {wanted} ≠ {found}: {error['query']}")
    return "\n".join(lines)

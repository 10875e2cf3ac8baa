"""``./hcc evaluate``: how well intents are recognised, how well the search finds procedures."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from commands.evaluation_files import REGISTER, read_nlu_rows
from commands.nlu_evaluation import Scores, nlu_report, parse_with_rasa, score, score_by_register
from commands.search_evaluation import search_report, search_scores
from commands.train import ensure_model


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["nlu", "search"], help="what to measure")
    parser.add_argument(
        "file",
        type=Path,
        help="tab-separated with a header: intent, text, receipt_code for nlu; kind, gold_codes, query for search;"
        " a column register in either adds figures by register",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--model", type=Path, help="nlu: the model to measure (default: the one that fits the data)")


def run(arguments: argparse.Namespace) -> int:
    if arguments.what == "nlu":
        scores = evaluate_nlu(read_nlu_rows(arguments.file), arguments.model)
        text = nlu_report(scores)
    else:
        scores = search_scores(arguments.file)
        text = search_report(scores)
    print(json.dumps(scores, ensure_ascii=False) if arguments.json else text)
    return 0


def evaluate_nlu(rows: Sequence[Mapping[str, str]], model: Path | None = None) -> Scores:
    """Parse all rows with the model and score them, by register too where the rows name theirs."""
    parsed = parse_with_rasa([row["text"] for row in rows], model or ensure_model())
    scores = score(rows, parsed)
    return scores | {"by_register": score_by_register(rows, parsed)} if REGISTER in rows[0] else scores

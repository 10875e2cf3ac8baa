"""``./hcc evaluate``: how well intents are recognised, how well the search finds procedures."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

from commands.failure import PlainFailure
from commands.nlu_evaluation import evaluate_nlu, nlu_report
from commands.search_evaluation import search_report, search_scores

_COLUMNS = ("intent", "text", "receipt_code")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=["nlu", "search"], help="what to measure")
    parser.add_argument(
        "file",
        type=Path,
        help="tab-separated with a header: intent, text, receipt_code for nlu; kind, gold_codes, query for search",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--model", type=Path, help="nlu: the model to measure (default: the one that fits the data)")


def run(arguments: argparse.Namespace) -> int:
    if arguments.what == "nlu":
        scores = evaluate_nlu(read_rows(arguments.file), arguments.model)
        text = nlu_report(scores)
    else:
        scores = search_scores(arguments.file)
        text = search_report(scores)
    print(json.dumps(scores, ensure_ascii=False) if arguments.json else text)
    return 0


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated file; quotation marks are text."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            rows = [{name: (row.get(name) or "") for name in _COLUMNS} for row in reader]
            named = reader.fieldnames or []
    except (OSError, UnicodeDecodeError) as error:
        raise PlainFailure(f"{path} cannot be read: {error}.") from error
    # An evaluation without codes may leave that column out.
    missing = [name for name in _COLUMNS[:2] if name not in named]
    if missing:
        raise PlainFailure(f"{path} has no column {', '.join(missing)} in its first line.")
    if not rows:
        raise PlainFailure(f"{path} has no rows below its first line.")
    return rows

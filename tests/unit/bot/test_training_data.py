"""The examples in ``data/nlu`` are whole, said once, and apart from those that the model is measured on."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import yaml

from vietnamese.folding import accented

ROOT = Path(__file__).resolve().parents[3]
EVALUATION = ROOT / "tests" / "evaluation"


def examples() -> list[tuple[str, str]]:
    found = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            lines = entry["examples"].splitlines()
            found += [(entry["intent"], line.removeprefix("- ")) for line in lines if line.strip()]
    return found


def key(text: str) -> str:
    return re.sub(r"\s", "", accented(text))


def test_that_every_intent_of_the_domain_has_examples() -> None:
    intents = set(yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"]) - {"nlu_fallback"}
    counts = Counter(intent for intent, _ in examples())
    assert set(counts) == intents
    assert min(counts.values()) >= 100


def test_that_no_example_is_said_twice() -> None:
    counts = Counter(key(text) for _, text in examples())
    assert [text for text, count in counts.items() if count > 1] == []


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_that_nothing_of_the_held_out_sets_is_trained_on() -> None:
    trained = {key(text) for _, text in examples()}
    rows = rows_of(EVALUATION / "held-out.tsv")
    assert len(rows) >= 400
    # Minds apart from one another all say "Chính xác"; a whole sentence in both would be a copy.
    rows += [row for path in EVALUATION.glob("nlu-*.tsv") for row in rows_of(path) if len(row["text"].split()) > 6]
    assert [row["text"] for row in rows if key(row["text"]) in trained] == []


def test_that_what_models_are_compared_by_names_intents_of_the_domain() -> None:
    intents = set(yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["intents"])
    paths = [EVALUATION / "held-out.tsv", EVALUATION / "regression.tsv", *EVALUATION.glob("nlu-*.tsv")]
    assert [(path.name, row["intent"]) for path in paths for row in rows_of(path) if row["intent"] not in intents] == []
    assert len(rows_of(EVALUATION / "regression.tsv")) >= 40

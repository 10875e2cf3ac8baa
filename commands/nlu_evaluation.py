"""Scores of intents and receipt codes, counted as the bot would act (``README.md``, "Evaluation")."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.evaluation_files import REGISTER
from commands.failure import PlainFailure
from commands.layout import RASA_PYTHON, ROOT, environment_without_settings
from commands.progress import last_lines, say
from vietnamese.folding import fold, tokens

FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = "out_of_scope"
# As in actions/fallback.py: what is never suggested, from which confidence on the rest is, and what is suggested
# without any guess.
NEVER_SUGGESTED = frozenset(
    "greet goodbye thank affirm deny stop bot_challenge inform chitchat insult out_of_scope".split()
)
_LEAST_CONFIDENCE = 0.08
_USUAL = "find_procedure"
_FIGURES = ("accuracy", "macro_f1", "receipt_code_exact", "out_of_scope_recall", "false_refusal_rate", "asked_rate")

Scores = dict[str, Any]


@dataclass(frozen=True)
class Parsed:
    """What Rasa made of one message."""

    intent: str
    ranking: tuple[tuple[str, float], ...]
    receipt_codes: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """The intent that the bot would act on, and whether it would ask first."""

    label: str
    asked: bool = False


def parse_with_rasa(texts: Sequence[str], model: Path) -> list[Parsed]:
    """Parse the texts in one process of Rasa's environment."""
    say(f"Parsing {len(texts)} messages with {model.name}")
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    process = subprocess.run(
        [str(RASA_PYTHON), "-m", "bot.evaluate", "--model", str(model)],
        input=lines.encode(),
        capture_output=True,
        cwd=ROOT,
        env={**environment_without_settings(), "PYTHONPATH": str(ROOT)},
    )
    results = process.stdout.decode().splitlines()
    if process.returncode != 0 or len(results) != len(texts):
        raise PlainFailure(f"Rasa could not parse the messages; it said:\n{last_lines(process.stderr)}")
    return [_parsed(json.loads(line)) for line in results]


def _parsed(line: Mapping[str, Any]) -> Parsed:
    ranking = tuple((str(name), float(confidence)) for name, confidence in line["ranking"])
    return Parsed(str(line["intent"]), ranking, tuple(line["receipt_codes"]))


def outcome_of(text: str, parsed: Parsed) -> Outcome:
    """What the bot would do with a message at the beginning of a conversation."""
    if parsed.intent != FALLBACK:
        return Outcome(parsed.intent)
    if not tokens(fold(text)):
        return Outcome(OUT_OF_SCOPE)
    guesses = [
        name for name, confidence in parsed.ranking if name not in NEVER_SUGGESTED and confidence >= _LEAST_CONFIDENCE
    ]
    return Outcome(guesses[0] if guesses else _USUAL, asked=True)


def score(rows: Sequence[Mapping[str, str]], parsed: Sequence[Parsed]) -> Scores:
    """All figures of the contract."""
    outcomes = [outcome_of(row["text"], item) for row, item in zip(rows, parsed, strict=True)]
    gold = [row["intent"] for row in rows]
    labels = [outcome.label for outcome in outcomes]
    per_intent = _per_intent(gold, labels)
    codes = [(row.get("receipt_code") or "", item.receipt_codes) for row, item in zip(rows, parsed, strict=True)]
    with_code = [(code, found) for code, found in codes if code]
    in_scope = [label for label, wanted in zip(labels, gold, strict=True) if wanted != OUT_OF_SCOPE]
    out_of_scope = [label for label, wanted in zip(labels, gold, strict=True) if wanted == OUT_OF_SCOPE]
    errors = [
        {"text": row["text"], "intent": row["intent"], "label": outcome.label, "asked": outcome.asked}
        for row, outcome in zip(rows, outcomes, strict=True)
        if outcome.label != row["intent"]
    ]
    errors += [
        {"text": row["text"], "receipt_code": code, "found": list(found)}
        for row, (code, found) in zip(rows, codes, strict=True)
        if code and not _is_exact(code, found)
    ]
    return {
        "n": len(rows),
        "accuracy": _share(label == wanted for label, wanted in zip(labels, gold, strict=True)),
        "macro_f1": sum(item["f1"] for item in per_intent.values()) / len(per_intent),
        "receipt_code_exact": _share(_is_exact(code, found) for code, found in with_code),
        "out_of_scope_recall": _share(label == OUT_OF_SCOPE for label in out_of_scope),
        "false_refusal_rate": _share(label == OUT_OF_SCOPE for label in in_scope),
        "asked_rate": _share(outcome.asked for outcome in outcomes),
        "per_intent": per_intent,
        "errors": errors,
    }


def score_by_register(rows: Sequence[Mapping[str, str]], parsed: Sequence[Parsed]) -> dict[str, Scores]:
    """The figures of each register's rows alone; what is per row or per intent stays with the whole."""
    together = list(zip(rows, parsed, strict=True))
    figures = {}
    for register in sorted({row[REGISTER] for row in rows}):
        chosen = [(row, item) for row, item in together if row[REGISTER] == register]
        scores = score([row for row, _ in chosen], [item for _, item in chosen])
        figures[register] = {name: scores[name] for name in ("n", *_FIGURES)}
    return figures


def _is_exact(code: str, found: Sequence[str]) -> bool:
    return code in found[:1]


def _share(hits: Iterable[bool]) -> float | None:
    """The share of hits; None where there is nothing to count."""
    counted = list(hits)
    return sum(counted) / len(counted) if counted else None


def _per_intent(gold: Sequence[str], labels: Sequence[str]) -> dict[str, dict[str, float]]:
    wanted, given = Counter(gold), Counter(labels)
    right = Counter(label for label, intent in zip(labels, gold, strict=True) if label == intent)
    figures = {}
    for intent in sorted(wanted):
        precision = right[intent] / given[intent] if given[intent] else 0.0
        recall = right[intent] / wanted[intent]
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        figures[intent] = {"n": wanted[intent], "precision": precision, "recall": recall, "f1": f1}
    return figures


def shown(figure: float | None) -> str:
    return "–" if figure is None else format(figure, ".4f")


def register_table(by_register: Mapping[str, Scores] | None, figures: Sequence[str]) -> list[str]:
    """A line a register; nothing where the file names none."""
    if by_register is None:
        return []
    widths = [max(7, len(name)) for name in figures]
    heading = " ".join(f"{name:>{width}}" for name, width in zip(figures, widths, strict=True))
    lines = ["", f"  {'register':<16} {'n':>5} {heading}"]
    for register, scores in by_register.items():
        cells = " ".join(f"{shown(scores[name]):>{width}}" for name, width in zip(figures, widths, strict=True))
        lines.append(f"  {register or '–':<16} {scores['n']:>5} {cells}")
    return lines


def nlu_report(scores: Scores) -> str:
    """The figures for a person."""
    lines = [f"{scores['n']} messages"]
    lines += [f"  {name:<20} {shown(scores[name])}" for name in _FIGURES]
    lines += register_table(scores.get("by_register"), _FIGURES)
    lines += ["", f"  {'intent':<22} {'n':>4} {'precision':>9} {'recall':>7} {'f1':>6}"]
    lines += [
        f"  {intent:<22} {item['n']:>4} {item['precision']:>9.3f} {item['recall']:>7.3f} {item['f1']:>6.3f}"
        for intent, item in scores["per_intent"].items()
    ]
    lines += ["", f"{len(scores['errors'])} errors"]
    for error in scores["errors"]:
        if "label" in error:
            asked = " (would ask)" if error["asked"] else ""
            lines.append(f"  {error['intent']} → {error['label']}{asked}: {error['text']}")
        else:
            lines.append(f"  {error['receipt_code']} ≠ {', '.join(error['found']) or 'nothing'}: {error['text']}")
    return "\n".join(lines)

"""Reads ``data/language``: word lists and the rows that say how shorthand and dialect are written out."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from vietnamese.folding import accented, tokens
from vietnamese.rewriting import LEFT_ALONE, Neighbours, Rewriting, Rule
from vietnamese.spelling import Spelling

LANGUAGE_FOLDER = Path(__file__).resolve().parent.parent / "data" / "language"
RULE_FILES = ("abbreviations.tsv", "teencode.tsv", "dialect.tsv")
_COLUMNS = ("written", "meaning", "before", "after", "text")
_TEXTS = {"": None, "marked": True, "bare": False}


class LanguageError(ValueError):
    """A file of ``data/language`` is wrong; the message names file, line and column."""


def read_rewriting(folder: Path) -> Rewriting:
    """Read the rules."""
    groups = _read_groups(folder / "neighbours.tsv")
    rules: list[Rule] = []
    where: dict[tuple[str, ...], str] = {}
    for name in RULE_FILES:
        for number, row in _rows(folder / name, _COLUMNS):
            rule = _rule(row, groups, f"{name}:{number}")
            if where.setdefault(rule.written, name) != name:
                raise LanguageError(f"{name}:{number}: {row['written']!r} stands in {where[rule.written]} too")
            rules.append(rule)
    return Rewriting.of(rules)


def read_spelling(folder: Path, rewriting: Rewriting) -> Spelling:
    """Read the vocabulary that slips are held against."""
    return Spelling(
        syllables=_lines(folder / "syllables.txt"),
        compounds=_lines(folder / "compounds.txt"),
        foreign=_lines(folder / "foreign.txt"),
        numbered=_lines(folder / "numbered.txt"),
        shorthand=rewriting.written,
    )


def _rule(row: Mapping[str, str], groups: Mapping[str, Sequence[str]], where: str) -> Rule:
    written = tuple(tokens(accented(row["written"])))
    meaning = row["meaning"].strip()
    words = (LEFT_ALONE,) if meaning == LEFT_ALONE else tuple(tokens(accented(meaning)))
    if not written or not words:
        raise LanguageError(f"{where}: written and meaning must hold words")
    if row["text"] not in _TEXTS:
        raise LanguageError(f"{where}: text must be empty, marked or bare, not {row['text']!r}")
    if words == written:
        raise LanguageError(f"{where}: {row['written']!r} means itself; write {LEFT_ALONE} to leave it alone")
    sides: dict[str, Neighbours | None] = {}
    for side in ("before", "after"):
        try:
            sides[side] = Neighbours.read(row[side], groups)
        except KeyError as error:
            raise LanguageError(f"{where}: {side} names the group {error}, which neighbours.tsv lacks") from None
    return Rule(written, words, sides["before"], sides["after"], _TEXTS[row["text"]])


def _read_groups(path: Path) -> dict[str, list[str]]:
    return {
        row["group"]: [word.strip() for word in row["words"].split(",")] for _, row in _rows(path, ("group", "words"))
    }


def _rows(path: Path, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
        if tuple(reader.fieldnames or ()) != tuple(columns):
            raise LanguageError(f"{path.name}:1: the columns must be {', '.join(columns)}")
        rows = []
        for number, row in enumerate(reader, 2):
            if None in row:
                raise LanguageError(f"{path.name}:{number}: more cells than columns")
            rows.append((number, row))
        return rows


def _lines(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]

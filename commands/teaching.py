"""Writes what a trainer decides into the files under ``data/``, once and checked, as an ordinary change to review."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from commands.evaluation_files import read_nlu_rows
from commands.failure import PlainFailure
from vietnamese.folding import accented, clean
from vietnamese.masking import holds_mask

_LEARNED_NLU = "data/nlu/learned.yml"
_LEARNED_PHRASINGS = "data/catalogue/phrasings/learned.tsv"
_PHRASINGS = "data/catalogue/phrasings"
_PHRASING_HEADER = "code\tphrasing\n"
_NLU_HEADER = (
    "# What the bot did not understand and a trainer has given an intent (./hcc learn assign). A line may be moved to\n"
    "# the file of its intent, or deleted, like any other example.\n"
)
# What has failed once may be taught; what measures the model in general must not.
_MAY_BE_TAUGHT = frozenset({"regression.tsv"})
_ANNOTATION = re.compile(r"[\[\]{}]|\]\(")
_LONGEST_SENTENCE = 300
_FALLBACK = "nlu_fallback"


@dataclass(frozen=True)
class Taught:
    """Which file has the sentence now, and whether it had it before."""

    file: str
    was_there: bool


class Teaching:
    """The files of one checkout."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def assign(self, sentence: str, intent: str, entities: Iterable[str] = ()) -> Taught:
        """Make a sentence an example of an intent; ``entities`` are ``name=words of the sentence``."""
        sentence = _checked(sentence)
        domain = yaml.safe_load((self._root / "domain.yml").read_text("utf-8"))
        if intent not in _names(domain["intents"]) - {_FALLBACK}:
            raise PlainFailure(f"There is no intent {intent!r}; domain.yml names them all.")
        for file, known, other in self._examples():
            if _key(other) == _key(sentence):
                if known != intent:
                    raise PlainFailure(
                        f"{file} has this sentence as an example of {known}; delete it there first, or choose {known}."
                    )
                return Taught(file, was_there=True)
        self._refuse_what_measures(sentence)
        self._append_example(intent, _annotated(sentence, entities, _names(domain["entities"])))
        return Taught(_LEARNED_NLU, was_there=False)

    def alias(self, phrasing: str, code: str, known_codes: Iterable[str]) -> Taught:
        """Make a sentence a way of asking for a procedure."""
        phrasing = _checked(phrasing)
        if code not in known_codes:
            raise PlainFailure(f"The catalogue has no procedure {code!r}.")
        for path in sorted((self._root / _PHRASINGS).rglob("*.tsv")):
            for row in _phrasings(path):
                if row[0] == code and _key(row[1]) == _key(phrasing):
                    return Taught(path.relative_to(self._root).as_posix(), was_there=True)
        self._refuse_search_question(phrasing)
        path = self._root / _LEARNED_PHRASINGS
        before = path.read_text("utf-8") if path.exists() else _PHRASING_HEADER
        _write(path, f"{before}{'' if before.endswith(chr(10)) else chr(10)}{code}\t{phrasing}\n")
        return Taught(_LEARNED_PHRASINGS, was_there=False)

    def _examples(self) -> Iterator[tuple[str, str, str]]:
        """File, intent and words of every example."""
        for path in sorted((self._root / "data" / "nlu").glob("*.yml")):
            for entry in _entries(path):
                for line in str(entry.get("examples") or "").splitlines():
                    if line.strip():
                        yield path.relative_to(self._root).as_posix(), str(entry.get("intent")), _example(line)

    def _append_example(self, intent: str, example: str) -> None:
        path = self._root / _LEARNED_NLU
        by_intent: dict[str, list[str]] = {}
        for entry in _entries(path) if path.exists() else ():
            lines = str(entry["examples"]).splitlines()
            by_intent.setdefault(str(entry["intent"]), []).extend(_line(line) for line in lines if line.strip())
        by_intent.setdefault(intent, []).append(example)
        text = f'{_NLU_HEADER}version: "3.1"\n\nnlu:\n'
        for name in sorted(by_intent):
            examples = "".join(f"      - {line}\n" for line in by_intent[name])
            text += f"  - intent: {name}\n    examples: |\n{examples}"
        _write(path, text)

    def _refuse_what_measures(self, sentence: str) -> None:
        for path in sorted((self._root / "tests" / "evaluation").glob("*.tsv")):
            if path.name in _MAY_BE_TAUGHT or path.name.startswith("search-"):
                continue
            if any(_key(row["text"]) == _key(sentence) for row in read_nlu_rows(path)):
                raise _measures(path)

    def _refuse_search_question(self, phrasing: str) -> None:
        for path in sorted((self._root / "tests" / "evaluation").glob("search-*.tsv")):
            with path.open(encoding="utf-8", newline="") as lines:
                rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
                if any(_key(row.get("query") or "") == _key(phrasing) for row in rows):
                    raise _measures(path)


def _measures(path: Path) -> PlainFailure:
    return PlainFailure(
        f"This very sentence is in tests/evaluation/{path.name}: taught, it would measure nothing any more."
        " Say it in other words with --text."
    )


def _checked(sentence: str) -> str:
    sentence = clean(sentence)
    if holds_mask(sentence):
        raise PlainFailure("Something personal was masked in this sentence; write it without that with --text.")
    if _ANNOTATION.search(sentence) or "\t" in sentence:
        raise PlainFailure("The sentence must not have brackets; write it without them with --text.")
    sentence = sentence.lstrip("-/ ").strip()
    if not 2 <= len(sentence) <= _LONGEST_SENTENCE:
        raise PlainFailure(f"A sentence to learn has 2 to {_LONGEST_SENTENCE} characters; shorten it with --text.")
    return sentence


def _annotated(sentence: str, entities: Iterable[str], known: set[str]) -> str:
    for given in entities:
        name, separator, words = given.partition("=")
        if name not in known or not separator:
            raise PlainFailure(f"--entity {given!r}: say it as name=words with a name of domain.yml's entities.")
        if sentence.count(words) != 1 or not words:
            raise PlainFailure(f"--entity {given!r}: the words must stand in the sentence, once.")
        sentence = sentence.replace(words, f"[{words}]({name})")
    return sentence


def _names(listed: Iterable[Any]) -> set[str]:
    return {str(next(iter(item)) if isinstance(item, dict) else item) for item in listed}


def _entries(path: Path) -> list[dict[str, Any]]:
    loaded = yaml.safe_load(path.read_text("utf-8")) or {}
    return [entry for entry in loaded.get("nlu") or [] if "intent" in entry]


def _line(line: str) -> str:
    return line.strip().removeprefix("- ")


def _example(line: str) -> str:
    return re.sub(r"\[([^\]]*)\][({][^)}]*[)}]", r"\1", _line(line))


def _phrasings(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        yield from (row for row in rows if len(row) == 2)


def _key(sentence: str) -> str:
    """What two writings of one sentence share; diacritics count, as they do in the files."""
    return re.sub(r"\s", "", accented(sentence))


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, "utf-8")
    unfinished.replace(path)

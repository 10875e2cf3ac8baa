"""Matters that the catalogue holds no procedure for, and whom to ask about them.

Most are no authority's business (``elsewhere/topics.yml``); some are received here, but no source that the catalogue
has describes them (``elsewhere/topics-received.yml``). Read with ``elsewhere/*.tsv`` of the catalogue's folder. A
question that is nearer to one of them than to any procedure is turned away with that advice.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import yaml

from vietnamese.folding import clean


@dataclass(frozen=True, slots=True)
class ElsewhereTopic:
    """A matter handled elsewhere; ``advice`` is the sentence that the citizen reads."""

    id: str
    name: str
    advice: str
    phrasings: tuple[str, ...] = ()


class ElsewhereInvalid(Exception):
    """A file of the folder is not in the agreed form."""


def read_elsewhere(folder: Path) -> tuple[ElsewhereTopic, ...]:
    """Read the topics; none where the folder does not exist. Raises :class:`ElsewhereInvalid`."""
    try:
        return _read(folder)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ElsewhereInvalid(str(error)) from error


def _read(folder: Path) -> tuple[ElsewhereTopic, ...]:
    topics = [topic for path in sorted(folder.glob("topics*.yml")) for topic in yaml.safe_load(path.read_text("utf-8"))]
    phrasings: dict[str, list[str]] = {topic["id"]: [] for topic in topics}
    for voice in sorted(folder.glob("*.tsv")):
        with voice.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                phrasings[row["topic"]].append(clean(row["phrasing"]))
    return tuple(
        ElsewhereTopic(topic["id"], topic["name"], topic["advice"], tuple(phrasings[topic["id"]])) for topic in topics
    )

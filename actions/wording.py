"""Sentences for citizens, kept in ``actions/words/*.yml`` so that they can be changed without code."""

from __future__ import annotations

from pathlib import Path

import yaml

_FOLDER = Path(__file__).parent / "words"


def _load() -> dict[str, str]:
    return {
        f"{path.stem}.{key}": str(sentence).strip()
        for path in sorted(_FOLDER.glob("*.yml"))
        for key, sentence in yaml.safe_load(path.read_text("utf-8")).items()
    }


_SENTENCES = _load()


def say(key: str, **values: object) -> str:
    """Return the sentence ``key`` (``file.name``) with its places filled in; an unknown key raises ``KeyError``."""
    return _SENTENCES[key].format(**values)


def keys() -> frozenset[str]:
    """Return all keys that have a sentence."""
    return frozenset(_SENTENCES)

"""Sentences for citizens, kept in ``data/words/*.yml`` so that they can be changed without code."""

from __future__ import annotations

from pathlib import Path

import yaml


class Words:
    """All sentences of one folder, by ``file.key``; ``{name}`` places are filled in by :meth:`say`."""

    def __init__(self, folder: Path) -> None:
        self._sentences: dict[str, str] = {}
        for path in sorted(folder.glob("*.yml")):
            for key, sentence in (yaml.safe_load(path.read_text("utf-8")) or {}).items():
                self._sentences[f"{path.stem}.{key}"] = str(sentence).strip()

    def say(self, key: str, **values: object) -> str:
        """Return the sentence ``key`` with its places filled in. An unknown key raises ``KeyError``."""
        return self._sentences[key].format(**values)

    def keys(self) -> frozenset[str]:
        """Return all keys that have a sentence."""
        return frozenset(self._sentences)

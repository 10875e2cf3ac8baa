"""Keeps treated texts on disk: treating forty thousand sentences takes a quarter of a minute, reading them a moment."""

from __future__ import annotations

import hashlib
import logging
import os
from pathlib import Path

from backend.catalogue.terms import Word, as_words, treated
from backend.kernel.settings import PROJECT_ROOT

logger = logging.getLogger(__name__)

_CODE_AND_RULES = ("vietnamese/*.py", "data/language/*", "backend/catalogue/terms.py")


class TreatedTexts:
    """A dictionary of texts and their treated words, good for as long as the treatment does not change."""

    def __init__(self, folder: Path | None) -> None:
        """``folder`` may be missing or unwritable; None keeps nothing."""
        self._path = folder / f"treated-texts-{_fingerprint()}.tsv" if folder else None
        self._known: dict[str, str] = {}
        self._used: dict[str, str] = {}
        self._is_complete = True
        if self._path is None:
            return
        try:
            for line in self._path.read_text("utf-8").split("\n"):
                text, tab, words = line.partition("\t")
                if tab:
                    self._known[text] = words
        except (OSError, UnicodeDecodeError):
            self._known = {}

    def words_of(self, text: str) -> list[Word]:
        """Return the words of ``text``, treated."""
        words = self._used.get(text)
        if words is None:
            words = self._known.get(text)
            if words is None:
                words = treated(text)
                self._is_complete = False
            self._used[text] = words
        return as_words(words)

    def save(self) -> None:
        """Write what is known now, in the place of what older treatments left; a full disk is no reason to fail.

        What was not used stays: another catalogue may share the folder.
        """
        if self._path is None or self._is_complete:
            return
        lines = (
            f"{text}\t{words}"
            for text, words in (self._known | self._used).items()
            if "\n" not in text and "\t" not in text
        )
        # Several processes may begin at once.
        unfinished = self._path.with_suffix(f".{os.getpid()}.unfinished")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text("\n".join(lines), encoding="utf-8")
            unfinished.replace(self._path)
            for old in self._path.parent.glob("treated-texts-*.tsv"):
                if old != self._path:
                    old.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("cannot keep treated texts", extra={"problem": type(error).__name__})


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in _CODE_AND_RULES:
        for path in sorted(PROJECT_ROOT.glob(pattern)):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]

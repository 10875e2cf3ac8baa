"""What citizens type, as training, parsing and search read it: one form for the many ways to write the same.

Characters first (composition, full-width and invisible ones), then single words (stretched letters, slips of the
input method, words run together), then shorthand and dialect where the neighbours allow it. A text without diacritics
stays without: what is written out has none either, so that nothing takes its writer for somebody who uses them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from vietnamese.folding import accented, clean, tokens
from vietnamese.language import LANGUAGE_FOLDER, read_rewriting, read_spelling
from vietnamese.rewriting import Rewriting, Word, has_diacritics
from vietnamese.spelling import Spelling

__all__ = ["TextTreatment", "Word", "default_treatment", "normalise", "written_out"]

# Combining marks and invisible characters belong to the word: phones send decomposed text.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u200b-\u200f\u2060\ufeff\u00ad])+")
_CHUNK = re.compile(r"\S+")
_ADDRESS = re.compile(r"@|://|\bwww\.|\.(?:vn|com|net|org|gov|edu|info|io|me)\b", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(r"[.,;:!?…()\[\]\n\"“”|]")
_TOWER = re.compile(r"([\u0300-\u036f]{3})[\u0300-\u036f]+")
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]+")
_LONGEST_REMEMBERED = 32
_MOST_PASSES = 6


class TextTreatment:
    """The rules and word lists of one folder, applied."""

    def __init__(self, spelling: Spelling, rewriting: Rewriting) -> None:
        self._spelling = spelling
        self._rewriting = rewriting

    @classmethod
    def read(cls, folder: Path) -> TextTreatment:
        """Read the rules and word lists of a folder."""
        rewriting = read_rewriting(folder)
        return cls(read_spelling(folder, rewriting), rewriting)

    def words(self, text: str) -> list[Word]:
        """Return the words of ``text``, treated, each with its place in ``text``."""
        return self._treated(list(_words_as_typed(text)))

    def normalise(self, text: str) -> str:
        """Return ``text`` on one line with its words treated; what nothing is wrong with keeps its capitals."""
        for _ in range(_MOST_PASSES):
            once = self._normalise_once(text)
            if once == text:
                break
            text = once
        return text

    def written_out(self, words: Iterable[str]) -> list[str]:
        """Return treated words for words in the ``accented`` form that somebody else has cut."""
        typed = [Word(text, number, number, begins_clause=number == 0) for number, text in enumerate(words)]
        return [word.text for word in self._treated(typed)]

    def _treated(self, words: list[Word]) -> list[Word]:
        mended = self._spelling.mend(words)
        return self._rewriting.rewrite(mended, is_marked_text=has_diacritics(mended))

    def _normalise_once(self, text: str) -> str:
        text = clean(_one_script(text))
        pieces: list[str] = []
        position = 0
        for stretch in _stretches(self.words(text)):
            start, end = stretch[0].start, stretch[-1].end
            # Words that were run together have nothing between them.
            pieces.append(text[position:start] or " ")
            if any(word.is_rewritten for word in stretch):
                pieces.append(" ".join(word.text for word in stretch))
            else:
                pieces.append(text[start:end])
            position = end
        return clean("".join((*pieces, text[position:])))


@lru_cache(maxsize=1)
def default_treatment() -> TextTreatment:
    """Return the treatment that the product's own folder describes."""
    return TextTreatment.read(LANGUAGE_FOLDER)


def normalise(text: str) -> str:
    """Return ``text`` as the product reads it; doing it twice changes nothing more."""
    return default_treatment().normalise(text)


def written_out(words: Iterable[str]) -> list[str]:
    """Return words in the ``accented`` form with shorthand, dialect and slips of the keyboard written out."""
    return default_treatment().written_out(words)


def _words_as_typed(text: str) -> Iterator[Word]:
    addresses = [match.span() for match in _CHUNK.finditer(text) if _ADDRESS.search(match[0])]
    address = 0
    last_end = 0
    is_first = True
    for match in _WORD.finditer(text):
        start, end = match.span()
        while address < len(addresses) and addresses[address][1] <= start:
            address += 1
        is_protected = address < len(addresses) and addresses[address][0] <= start
        begins_clause = is_first or _CLAUSE_ENDS.search(text, last_end, start) is not None
        written = match.group()
        for piece in _small_words(written) if len(written) <= _LONGEST_REMEMBERED else _cut_small_words(written):
            yield Word(piece, start, end, begins_clause=begins_clause, is_protected=is_protected)
            begins_clause = is_first = False
            last_end = end


@lru_cache(maxsize=20_000)
def _small_words(written: str) -> tuple[str, ...]:
    return _cut_small_words(written)


def _cut_small_words(written: str) -> tuple[str, ...]:
    return tuple(tokens(accented(_one_script(written))))


def _one_script(text: str) -> str:
    """Return ``text`` composed, in plain letters and digits, with none but Vietnamese marks on them."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _TOWER.sub(r"\1", text))
    return unicodedata.normalize("NFC", _MARKS.sub("", text))


def _stretches(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield words that share a place together."""
    stretch: list[Word] = []
    for word in words:
        if stretch and word.start >= stretch[-1].end:
            yield stretch
            stretch = []
        stretch.append(word)
    if stretch:
        yield stretch

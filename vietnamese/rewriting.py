"""Writes out shorthand, teencode and dialect words where the neighbours allow it.

A rule is a row of ``data/language/*.tsv``: what is written, what it means, and beside which words. The first row that
fits wins, longer phrases before shorter ones; the meaning ``=`` leaves the words alone. "Chi" is "gì" in "cần giấy tờ
chi" and stays in "chi phí".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vietnamese.folding import accented, fold, fold_word, tokens
from vietnamese.syllables import is_marked

LEFT_ALONE = "="
START, END, NUMBER, GROUP, NEGATION = "^", "$", "#", "@", "!"
_MOST_PASSES = 8


@dataclass(frozen=True, slots=True)
class Word:
    """A word in small letters, where it was written, and whether it is what was written."""

    text: str
    start: int
    end: int
    is_rewritten: bool = False
    begins_clause: bool = False
    """Punctuation or nothing stands before it."""
    is_protected: bool = False
    """Part of an address or a link, which mean what they say."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What must, or must not, stand on one side. Words are compared with their diacritics if both have any."""

    phrases: frozenset[tuple[str, ...]] = frozenset()
    at_edge: bool = False
    at_number: bool = False
    is_negative: bool = False

    @classmethod
    def read(cls, cell: str, groups: Mapping[str, Sequence[str]]) -> Neighbours | None:
        """Read a cell such as ``! hình, tả`` or ``@particle, $``; an empty one asks for nothing."""
        is_negative = cell.startswith(NEGATION)
        listed = [item.strip() for item in cell.removeprefix(NEGATION).split(",") if item.strip()]
        if not listed:
            return None
        texts: list[str] = []
        for item in listed:
            texts += groups[item[1:]] if item.startswith(GROUP) else [item]
        phrases = {tuple(tokens(form(text))) for text in texts for form in (accented, fold)}
        return cls(frozenset(phrases - {()}), START in listed or END in listed, NUMBER in listed, is_negative)

    def allow(self, beside: Sequence[Word], *, is_edge: bool, nearest_last: bool) -> bool:
        """Tell whether ``beside``, the words of one side in their order, let the rule through."""
        return self._hold(beside, is_edge=is_edge, nearest_last=nearest_last) is not self.is_negative

    def _hold(self, beside: Sequence[Word], *, is_edge: bool, nearest_last: bool) -> bool:
        if is_edge and self.at_edge:
            return True
        # What must not stand there must not stand behind a comma either: "vợ, chồng".
        if not beside or (is_edge and not self.is_negative):
            return False
        texts = [word.text for word in beside]
        if self.at_number and texts[-1 if nearest_last else 0].isdigit():
            return True
        lengths = range(1, len(texts) + 1)
        return any(tuple(texts[-length:] if nearest_last else texts[:length]) in self.phrases for length in lengths)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row."""

    written: tuple[str, ...]
    meaning: tuple[str, ...]
    before: Neighbours | None = None
    after: Neighbours | None = None
    in_marked_text: bool | None = None
    """Only in texts with (True) or without (False) diacritics."""

    @property
    def leaves_alone(self) -> bool:
        """Whether the row is there to protect the words."""
        return self.meaning == (LEFT_ALONE,)

    def fits(self, words: Sequence[Word], start: int, *, is_marked_text: bool) -> bool:
        """Tell whether the rule may be used on ``words[start:]``, which begin with ``written``."""
        if self.in_marked_text not in (None, is_marked_text):
            return False
        end = start + len(self.written)
        if self.before is not None:
            is_edge = words[start].begins_clause
            if not self.before.allow(words[max(0, start - 2) : start], is_edge=is_edge, nearest_last=True):
                return False
        if self.after is not None:
            is_edge = end == len(words) or words[end].begins_clause
            return self.after.allow(words[end : end + 2], is_edge=is_edge, nearest_last=False)
        return True


@dataclass(frozen=True)
class Rewriting:
    """All rules, found by the first word of what is written."""

    rules: Mapping[str, Sequence[Rule]]
    written: Collection[str] = field(default_factory=frozenset)
    """Every word that some rule begins with or holds: never a slip of the keyboard."""

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Rewriting:
        """Sort the rules; among those for the same words the order of the rows stays."""
        by_first: dict[str, list[Rule]] = {}
        for rule in rules:
            by_first.setdefault(rule.written[0], []).append(rule)
        for candidates in by_first.values():
            candidates.sort(key=lambda rule: -len(rule.written))
        written = frozenset(word for found in by_first.values() for rule in found for word in rule.written)
        return cls(by_first, written)

    def rewrite(self, words: list[Word], *, is_marked_text: bool) -> list[Word]:
        """Return the words with everything written out; what they become may let another rule in."""
        for _ in range(_MOST_PASSES):
            rewritten = self._once(words, is_marked_text)
            if rewritten is None:
                break
            words = rewritten
        return words

    def _once(self, words: list[Word], is_marked_text: bool) -> list[Word] | None:
        left: list[Word] = []
        changed = False
        position = 0
        while position < len(words):
            rule = self._rule_at(words, position, is_marked_text)
            if rule is None:
                left.append(words[position])
                position += 1
                continue
            replaced = words[position : position + len(rule.written)]
            position += len(rule.written)
            if rule.leaves_alone:
                left += replaced
            else:
                left += _meaning(rule, replaced, is_marked_text)
                changed = True
        return left if changed else None

    def _rule_at(self, words: Sequence[Word], position: int, is_marked_text: bool) -> Rule | None:
        for rule in self.rules.get(words[position].text, ()):
            stretch = words[position : position + len(rule.written)]
            if (
                tuple(word.text for word in stretch) == rule.written
                and not any(word.is_protected for word in stretch)
                and rule.fits(words, position, is_marked_text=is_marked_text)
            ):
                return rule
        return None


def _meaning(rule: Rule, replaced: Sequence[Word], is_marked_text: bool) -> list[Word]:
    first, last = replaced[0], replaced[-1]
    texts = rule.meaning if is_marked_text else tuple(map(fold_word, rule.meaning))
    word = Word("", first.start, last.end, is_rewritten=True)
    return [
        replace(word, text=text, begins_clause=first.begins_clause and not number) for number, text in enumerate(texts)
    ]


def has_diacritics(words: Iterable[Word]) -> bool:
    """Tell whether the writer uses diacritics."""
    return any(is_marked(word.text) for word in words)

"""The running texts of a procedure: steps, conditions, legal basis, result."""

from __future__ import annotations

import re
from functools import lru_cache

from backend.catalogue.importing.tidying import LOWER, UPPER, squeezed
from backend.catalogue.importing.vocabulary import NationalFormat

_MARKS_BEFORE = re.compile(r"^[\s\-–+*•.;:,)]+")
_BULLET = re.compile(r"[-–+*•]|\(?[a-zđ0-9]{1,2}[.)]\s*")
_BEFORE_A_STEP = re.compile(r"(?:^|[\n\t.;:!)])[ \t]*[-–+*•(]*\s*(?:[a-zđ]\)|\d{1,2}[.)])?\s*$")
_LONGEST_BEFORE_A_STEP = 16
_RESULT_CODE = r" ?[A-Z]+(?:\.[A-Z0-9]+)*\.\d{1,6}\.?"


@lru_cache(maxsize=4)
def _step_start(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{word}|{word.upper()}|{word.lower()})\s*(\d{{1,2}})\s*[:.)\-–]*\s*")


def read_steps(text: str, form: NationalFormat) -> list[str]:
    """Return one text a step; what counts no steps gives its paragraphs."""
    if form.is_empty(text):
        return []
    starts: list[tuple[int, int]] = []
    expected = 1
    for match in _step_start(form.step).finditer(text):
        before = _BEFORE_A_STEP.search(text, max(0, match.start() - _LONGEST_BEFORE_A_STEP), match.start())
        # Only what counts on is a heading; "như Bước 2" is not.
        if before and int(match[1]) in (expected, 1):
            # The mark that ends the sentence before stays with it.
            starts.append((before.start() + (before[0][:1] in ".;:!)"), match.end()))
            expected = int(match[1]) + 1
    if not starts:
        return paragraphs(text, form)
    ends = [start for start, _ in starts[1:]] + [len(text)]
    steps = ["\n".join(paragraphs(text[begin:end], form)) for (_, begin), end in zip(starts, ends, strict=True)]
    return [*paragraphs(text[: starts[0][0]], form), *filter(None, steps)]


def paragraphs(text: str, form: NationalFormat) -> list[str]:
    """Return the paragraphs of a text; lines that only go on with the one before them are joined to it."""
    if form.is_empty(text):
        return []
    found: list[str] = []
    for line in map(squeezed, text.split("\n")):
        if not line:
            continue
        if found and not _BULLET.match(line) and (line[0].islower() or found[-1][-1:] not in ".;:!?"):
            found[-1] = f"{found[-1]} {line}"
        else:
            found.append(line)
    return [stripped for line in found if len(stripped := _MARKS_BEFORE.sub("", line)) > 1]


def read_result(text: str, form: NationalFormat) -> str | None:
    """Return what comes out of the procedure, without the codes and the controls of the page behind it."""
    for mark in form.after_result:
        text = text.split(mark, 1)[0]
    parts = [_MARKS_BEFORE.sub("", squeezed(part)).rstrip(" .;,") for part in re.split(_result_code(form), text)]
    return "; ".join(part for part in dict.fromkeys(parts) if len(part) > 1 and not form.is_empty(part)) or None


def _result_code(form: NationalFormat) -> str:
    return re.escape(form.result_code) + _RESULT_CODE


@lru_cache(maxsize=4)
def _codes(kinds: tuple[str, ...], names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    # An unknown office's name ends before a capital that begins a word, or before what is no letter.
    office = rf"[A-ZĐ]{{1,6}}(?:-[A-ZĐ]{{1,10}})*(?=[{UPPER}][{LOWER}]|[^{UPPER}{LOWER}]|$)"
    number = (
        rf"\d{{1,4}}(?:\.\d{{1,2}})?/(?:19|20)\d\d(?:/(?:(?:UBTV)?QH\d\d|{'|'.join(map(re.escape, kinds))}|{office}))?"
    )
    named = rf"(?:{'|'.join(map(re.escape, names))})(?: số)? {number}"
    return re.compile(rf"(?<=[^\s(“\"/-]){named}|(?<![\d]\.)(?<=[^\s\d(“\"/-]){number}"), re.compile(number)


def read_legal_basis(text: str, form: NationalFormat) -> list[str]:
    """Return the documents that a procedure rests on, each with its number."""
    text = squeezed(text)
    if form.is_empty(text):
        return []
    if not text.startswith(form.legal_basis_heading):
        return [text]
    text = text.replace(form.legal_basis_heading, "")
    row_end, number = _codes(form.document_kinds, form.document_names)
    documents: list[str] = []
    place = looked = 0
    while match := row_end.search(text, looked):
        title, code = text[place : match.start()], match[0]
        # A title may itself be no more than a name with a number.
        looked = match.start() + 1
        if title.strip(" ;,."):
            documents.append(_document(*_divided(title, code), number, form))
            place = looked = match.end()
    documents.append(text[place:].strip(" ;,."))
    return list(dict.fromkeys(document for document in documents if len(document) > 1))


def _divided(title: str, code: str) -> tuple[str, str]:
    """Give digits that a title ends with back to it: ``… 27/2023/QH`` + ``1527/2023/QH15``."""
    for length in (0, 1, 2):
        if code[: max(1, length)].isdigit() and code[length:] in title + code[:length]:
            return title + code[:length], code[length:]
    is_assembly = title.endswith("QH") and code[:3].isdigit()
    return (title + code[:2], code[2:]) if is_assembly else (title, code)


def _document(title: str, code: str, number: re.Pattern[str], form: NationalFormat) -> str:
    title = title.strip(" ;,")
    found = number.search(code)
    if found and found[0] in title:
        return title
    return form.said["basis_with_code"].format(title=title, code=code)

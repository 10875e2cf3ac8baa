"""Finds people's names in what they write, by how names are introduced and by family names."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PERSON = "toi|tui|to|em|minh|chau|con|anh|chi|bac|chu|co|ong|ba|be|me|bo|cha|vo|chong|chong em|vo toi"
_LONGEST_NAME = 5
_LONGEST_PLAIN_NAME = 4
_WORD = re.compile(r"[^\W\d_]+")
_GAP = re.compile(r"[ .]{1,2}")

# After these a name follows, however it is spelled.
_INTRODUCTIONS = re.compile(
    rf"(?<!\w)(?:(?:{_PERSON}) ten(?: (?:day du|that))?(?: la)?"
    rf"|ten (?:cua )?(?:{_PERSON})(?: la| ?[:=-])"
    rf"|ho (?:va )?ten(?: (?:cua )?(?:{_PERSON}))?(?: la| ?[:=-])"
    r"|ten(?: la| ?[:=]))(?:(?<=\w)(?!\w)|(?<!\w))(?: ?[:=-])? ?(?=\w)"
)
# After these only a capital letter tells a name from anything else.
_INTRODUCTIONS_OF_CAPITALS = re.compile(
    rf"(?<!\w)(?:(?:toi|tui|em|minh|chau) la|(?:ho (?:va )?)?ten (?:cua )?(?:{_PERSON})|ho (?:va )?ten) (?=\w)"
)
# What goes on after a name that is written without capitals.
_NO_NAME = frozenset(
    """la muon can xin cho hoi o sinh que co bi dang lam nop di ra da chua tren trong cua nay ma va voi nhu gi ai
    nao khong ko k hong duoc dc sdt dt so cmnd cccd tinh huyen phuong thon nam tuoi nha ben tai de moi sap vua nhung
    day do ghi sai dung dang giay khai bang chia chet mat lay hien khoi thuong
    cac cha bo me vo chong toi tui minh""".split()
)
_FAMILY_NAMES = frozenset(
    {
        "nguyễn",
        "trần",
        "lê",
        "phạm",
        "huỳnh",
        "hoàng",
        "phan",
        "võ",
        "vũ",
        "đặng",
        "bùi",
        "đỗ",
        "hồ",
        "ngô",
        "dương",
        "đinh",
        "trương",
        "trịnh",
        "tạ",
        "cao",
        "mai",
        "châu",
        "đào",
        "lưu",
        "phùng",
        "kiều",
        "quách",
    }
)
# Family names that no other word is spelled like, once the diacritics are gone.
_PLAIN_FULL_NAME = re.compile(
    r"(?<!\w)(?:nguyen|tran|pham|huynh|hoang|bui|ngo|truong|le|vo|phan|vu|dinh) (?:van|thi) [^\W\d_]+(?: [^\W\d_]+)?"
)
_MIDDLE_NAMES = frozenset({"văn", "thị"})
# What family names are also the beginning of, and who one is without giving a name.
_NO_PEOPLE = ("phan rang", "phan ri", "phan thiet", "ho chi minh", "ho so", "viet kieu")
# Spelled like "cô", "bố" and "con" without diacritics, and no person.
_NO_PERSONS = ("có ", "bỏ ", "còn ")


def name_spans(text: str, bare: str) -> list[tuple[int, int]]:
    """Return where names stand; ``bare`` is ``text`` folded in place."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(_found(text, bare)):
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def _found(text: str, bare: str) -> Iterator[tuple[int, int]]:
    has_capitals = not text.isupper()
    for match in _INTRODUCTIONS.finditer(bare):
        if text[match.start() : match.end()].lower().startswith(_NO_PERSONS):
            continue
        end = _end_of_name(text, bare, match.end(), has_capitals=has_capitals)
        if end > match.end():
            yield match.end(), end
    if has_capitals:
        for match in _INTRODUCTIONS_OF_CAPITALS.finditer(bare):
            words = _capitalised_words(text, match.end())
            if words and not bare.startswith(_NO_PEOPLE, match.end()):
                yield match.end(), words[-1][1]
        yield from _full_names(text, bare)
    for match in _PLAIN_FULL_NAME.finditer(bare):
        written = text[match.start() : match.end()].lower()
        family, middle, *_, last = written.split(" ")
        if written == match[0] or (family in _FAMILY_NAMES and middle in _MIDDLE_NAMES):
            surplus = len(last) + 1 if written.count(" ") == 3 and match[0].split(" ")[-1] in _NO_NAME else 0
            yield match.start(), match.end() - surplus


def _end_of_name(text: str, bare: str, start: int, *, has_capitals: bool) -> int:
    if has_capitals and (words := _capitalised_words(text, start)):
        return words[-1][1]
    end, place = start, start
    for _ in range(_LONGEST_PLAIN_NAME):
        word = _WORD.match(bare, place)
        if word is None or word[0] in _NO_NAME:
            break
        end = word.end()
        gap = _GAP.match(bare, end)
        if gap is None:
            break
        place = gap.end()
    return end


def _capitalised_words(text: str, start: int) -> list[tuple[int, int]]:
    words: list[tuple[int, int]] = []
    place = start
    while len(words) < _LONGEST_NAME and (word := _WORD.match(text, place)) and word[0][0].isupper():
        words.append(word.span())
        gap = _GAP.match(text, word.end())
        if gap is None:
            break
        place = gap.end()
    return words


def _full_names(text: str, bare: str) -> Iterator[tuple[int, int]]:
    for word in _WORD.finditer(text):
        if word[0][0].isupper() and word[0].lower() in _FAMILY_NAMES:
            words = _capitalised_words(text, word.start())
            if len(words) >= 3 and not bare.startswith(_NO_PEOPLE, word.start()):
                yield words[0][0], words[-1][1]

"""A citizen's receipt code is understood however it is typed, and no other number is taken for one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from types import FrameType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vietnamese.receipt_codes import (
    ReceiptCode,
    ReceiptCodeError,
    ReceiptCodeProblem,
    find_receipt_codes,
    parse_receipt_code,
)

TODAY = date(2026, 11, 24)
NEWER = "H32.15-251103-0012"
OLDER = "000.17.22.H56-210531-0001"

SPELLINGS = [
    (NEWER, NEWER),
    ("h32.15-251103-0012", NEWER),
    ("H32.15 251103 0012", NEWER),
    ("h3215 251103 0012", NEWER),
    ("h32 15 251103 0012", NEWER),
    ("H32152511030012", NEWER),
    ("h32 152511030012", NEWER),
    ("H3215-2511030012", NEWER),
    ("H32.15251103-0012", NEWER),
    ("H 32 . 15 - 251103 - 0012", NEWER),
    ("h-32-15-251103-0012", NEWER),
    ("H32. 15-251103- 0012", NEWER),
    ("H32..15--251103--0012", NEWER),
    ("h32:15:251103:0012", NEWER),
    ("H32(15)251103/0012", NEWER),
    ("H32.15 ngày 251103 số 0012", NEWER),
    ("H32_15_251103_0012", NEWER),
    ("H32/15/251103/0012", NEWER),
    ("H32\\15\\251103\\0012", NEWER),
    ("H32,15-251103-0012", NEWER),
    ("H32·15-251103-0012", NEWER),
    ("H32.15–251103—0012", NEWER),
    ("H32.15\u2011251103\u22120012", NEWER),
    ("Ｈ３２．１５－２５１１０３－００１２", NEWER),
    ("H32\u200b.15-2511\u200d03-00\ufeff12", NEWER),
    ("H32.15-\n251103-0012", NEWER),
    ("H32.15\u00a0-\u00a0251103-0012", NEWER),
    ("H32.l5-25llO3-ooI2", NEWER),
    ("h32.i5-25ii03-0012", NEWER),
    ("h32 chấm 15 gạch ngang 251103 gạch 0012", NEWER),
    ("h32 cham 15 gach 251103 gach 0012", NEWER),
    ("h32.15 25 11 03 0012", NEWER),
    ("H32-251103-0012", "H32-251103-0012"),
    ("H32251103-0012", "H32-251103-0012"),
    ("h32 2511030012", "H32-251103-0012"),
    ("H32.15.3-251103-0012", "H32.15.3-251103-0012"),
    ("h32 15 3 251103 0012", "H32.15.3-251103-0012"),
    ("H32.15.03.123-251103-0012", "H32.15.03.123-251103-0012"),
    ("H32.15-251103-012", "H32.15-251103-012"),
    ("H32.15-251103-10012", "H32.15-251103-10012"),
    ("H32.15-251103-1001O", "H32.15-251103-10010"),
    ("H32.15-251103-0012oi", NEWER),
    ("H32.15-251103-0012là", NEWER),
    ("G22.99-251103-0012", "G22.99-251103-0012"),
    (OLDER, OLDER),
    ("00017 22 h56 210531 0001", OLDER),
    ("000.17.22.H56 210531-0001", OLDER),
    ("000-17-22-h56-210531-0001", OLDER),
    ("0001722H562105310001", OLDER),
    ("OOO.l7.22.h56-2lO53l-OOO1", OLDER),
    ("0000l3O H 56 210531 0001", "000.01.30.H56-210531-0001"),
    ("000 . 17 . 22 . H 56 - 210531 - 0001", OLDER),
    ("000.00.00.H32-251103-0012", "000.00.00.H32-251103-0012"),
]

# The code in the middle is what must be marked.
SURROUNDINGS = [
    ("mã ", " của tôi"),
    ("hs:", "."),
    ("hồ sơ (", ")"),
    ("hồsơ", "nhé"),
    ("mã", "là của em"),
    ("Xem giúp 2 bộ này:\n1. ", "\n2. chưa có"),
    ("1.", ", ạ"),
    ("sđt 0905123456 mã ", " nộp 03/11/2025"),
    ("cccd 056203001234, ", " 500.000đ"),
    ("“", "”!!!"),
    ("#", "?"),
    ("mã ho\u0302\u0300 so\u031b ", " o\u031b\u0301i"),
]

NOT_CODES = [
    "0905123456",
    "0905 123 456",
    "+84 905 123 456",
    "sđt 0905.123.456 nhé",
    "sdt0905123456",
    "phòng A01 0905123456",
    "P12 84905123456",
    "056203001234",
    "CCCD 056 203 001 234",
    "cccd052203123456",
    "A12 052203123456",
    "A12 225123456",
    "A12 220112345",
    "cmnd 225123456",
    "03/11/2025",
    "ngày 25-11-03 lúc 8h30",
    "h 25 11 2003",
    "500.000",
    "nộp 1,200,000 đồng",
    "A12 500000 1000",
    "T12 1.500.000",
    "1.001193",
    "thủ tục 1.001193.000.00.00.H32",
    "2.000815.000.00.00.H56",
    "79H1-123.45",
    "79H112345",
    "biển số 79A-123.45",
    "4200123456",
    "mst 4200123456-001",
    "163/QĐ-BTP",
    "quyết định 1234/QĐ-UBND ngày 03/11/2025",
    "H56",
    "H32.15",
    "000.17.22.H56",
    "hộ chiếu B1234567",
    "stk03152511030012",
    "stk 1012345678901",
    "hoi 251103 0012",
    "anh 32 tuổi 251103 0012",
    "P12 23 11 05 0905",
    "T12-250101",
    "2H",
    "A 0101180101.0001",
    "",
    "   ",
]


@pytest.mark.parametrize(("typed", "canonical"), SPELLINGS)
def test_every_spelling_gives_the_canonical_code(typed: str, canonical: str) -> None:
    assert parse_receipt_code(typed, TODAY).canonical == canonical


@pytest.mark.parametrize(("before", "after"), SURROUNDINGS)
@pytest.mark.parametrize("code", [NEWER, OLDER, "H32152511030012"])
def test_code_is_found_inside_a_message_at_its_place(before: str, after: str, code: str) -> None:
    (found,) = find_receipt_codes(before + code + after, TODAY)
    assert found.code == parse_receipt_code(code, TODAY)
    assert found.problem is None
    assert (before + code + after)[found.start : found.end] == code


@pytest.mark.parametrize("text", NOT_CODES)
def test_other_numbers_are_not_codes(text: str) -> None:
    assert find_receipt_codes(text, TODAY) == []


def test_parts_of_both_families() -> None:
    assert parse_receipt_code(NEWER, TODAY) == ReceiptCode(NEWER, "H32.15", date(2025, 11, 3), "0012")
    assert parse_receipt_code(OLDER, TODAY) == ReceiptCode(OLDER, "000.17.22.H56", date(2021, 5, 31), "0001")


@pytest.mark.parametrize("between", [" ", ", ", "\n", " và ", "; ", "/", ""])
def test_several_codes_in_one_message_are_found_in_order(between: str) -> None:
    typed = [NEWER, "h32.15-251104-0013", NEWER]
    found = find_receipt_codes(between.join(typed), TODAY)
    assert [item.code.canonical for item in found if item.code] == [code.upper() for code in typed]


def test_two_families_side_by_side() -> None:
    found = find_receipt_codes(f"{NEWER} {OLDER} {NEWER}", TODAY)
    assert [item.code.canonical for item in found if item.code] == [NEWER, OLDER, NEWER]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("H32.15-251332-0012", ReceiptCodeProblem.IMPOSSIBLE_DATE),
        ("H32.15-250229-0012", ReceiptCodeProblem.IMPOSSIBLE_DATE),
        ("h3215-251303-0012", ReceiptCodeProblem.IMPOSSIBLE_DATE),
        ("000.17.22.H56-210631-0001", ReceiptCodeProblem.IMPOSSIBLE_DATE),
        ("H32.15-261125-0012", ReceiptCodeProblem.FUTURE_DATE),
        ("mã h32.15 271103 0012 ạ", ReceiptCodeProblem.FUTURE_DATE),
        ("H32.15-251103", ReceiptCodeProblem.FORMAT),
        ("H32.15-251103-12", ReceiptCodeProblem.FORMAT),
        ("H32.15-251103-0012345", ReceiptCodeProblem.FORMAT),
        ("000.17.22.H56-210531", ReceiptCodeProblem.FORMAT),
        ("0.17.22.H56-210531-0001", ReceiptCodeProblem.FORMAT),
    ],
)
def test_a_faulty_code_is_found_with_its_problem(text: str, problem: ReceiptCodeProblem) -> None:
    (found,) = find_receipt_codes(text, TODAY)
    assert (found.code, found.problem) == (None, problem)
    with pytest.raises(ReceiptCodeError) as raised:
        parse_receipt_code(text, TODAY)
    assert raised.value.problem is problem


def test_a_code_of_today_is_accepted() -> None:
    assert parse_receipt_code("H32.15-261124-0001", TODAY).received_on == TODAY


@pytest.mark.parametrize("text", ["", "xin chào", "0905123456", f"{NEWER} hay {OLDER}"])
def test_parsing_needs_exactly_one_code(text: str) -> None:
    with pytest.raises(ReceiptCodeError) as raised:
        parse_receipt_code(text, TODAY)
    assert raised.value.problem is ReceiptCodeProblem.FORMAT


def test_the_same_code_twice_is_one_code() -> None:
    assert parse_receipt_code(f"{NEWER} ({NEWER.lower()})", TODAY).canonical == NEWER


two_digits = st.integers(1, 99).map("{:02d}".format)
received_days = st.dates(date(2018, 1, 1), TODAY).map("{:%y%m%d}".format)
unit_letters = st.sampled_from("ABCDEGHK")


@st.composite
def newer_fields(draw: st.DrawFn) -> list[str]:
    groups = draw(st.lists(st.integers(1, 999).map(str), max_size=3))
    serial = draw(st.from_regex(r"[0-9]{3,5}", fullmatch=True))
    return [draw(unit_letters), draw(two_digits), *groups, draw(received_days), serial]


@st.composite
def older_fields(draw: st.DrawFn) -> list[str]:
    serial = draw(st.integers(1, 9999).map("{:04d}".format))
    ministry = draw(st.integers(0, 999).map("{:03d}".format))
    prefix = [ministry, draw(two_digits), draw(two_digits)]
    return [*prefix, draw(unit_letters), draw(two_digits), draw(received_days), serial]


@st.composite
def standard_newer_fields(draw: st.DrawFn) -> list[str]:
    serial = draw(st.integers(1, 9999).map("{:04d}".format))
    return [draw(unit_letters), draw(two_digits), draw(two_digits), draw(received_days), serial]


SEPARATORS = [*".-_/,", " - ", ". ", " ", "–", "—", "\u2011", "\u2212", "--", "．", "－", "\u200b-\u200b"]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def canonical_of(fields: list[str]) -> str:
    *unit, day, serial = fields
    letter_at = next(index for index, field in enumerate(unit) if field.isalpha())
    dotted = [*unit[:letter_at], unit[letter_at] + unit[letter_at + 1], *unit[letter_at + 2 :]]
    return f"{'.'.join(dotted)}-{day}-{serial}"


def mangled(draw: Callable[[Any], Any], fields: list[str], separators: list[str], behind_letter: list[str]) -> str:
    written = [fields[0]]
    for before, field in zip(fields, fields[1:], strict=False):
        written += [draw(st.sampled_from(behind_letter if before.isalpha() else separators)), field]
    symbols = []
    for symbol in "".join(written):
        ways = [symbol, symbol.lower()]
        if symbol.isdigit():
            ways += [symbol.translate(WIDE), symbol + "\u200b"]
        if symbol == "0":
            ways += ["O", "o"]
        symbols.append(draw(st.sampled_from(ways)))
    return "".join(symbols) + draw(st.sampled_from(["", ".", " ạ", "?", " nhé"]))


@given(st.data(), st.one_of(newer_fields(), older_fields()))
def test_any_separators_and_look_alikes_give_the_same_code(data: st.DataObject, fields: list[str]) -> None:
    # A zero in a serial of nothing but zeros does not exist: serials start at one.
    fields[-1] = fields[-1][:-1] + "1" if set(fields[-1]) == {"0"} else fields[-1]
    canonical = canonical_of(fields)
    typed = mangled(data.draw, fields, SEPARATORS, ["", " "])
    assert parse_receipt_code(typed, TODAY).canonical == canonical
    assert parse_receipt_code(canonical, TODAY).canonical == canonical


@given(st.data(), st.one_of(standard_newer_fields(), older_fields()))
def test_a_standard_code_survives_the_loss_of_separators(data: st.DataObject, fields: list[str]) -> None:
    canonical = canonical_of(fields)
    # Not behind a blank: "A 0101180101" could be a telephone number.
    typed = mangled(data.draw, fields, ["", ".", "-", "_"], [""])
    assert parse_receipt_code(typed, TODAY).canonical == canonical


near_codes = st.text(alphabet="Hh0123456789OolI .-_/,gach\u0300đâ\u200b|", max_size=80)


@given(st.one_of(st.text(max_size=200), near_codes))
@example("H" + "1" * 200)
@example("\u0301")
def test_any_text_is_searched_without_error_and_codes_are_stable(text: str) -> None:
    end = 0
    for found in find_receipt_codes(text, TODAY):
        assert end <= found.start < found.end <= len(text)
        end = found.end
        assert (found.code is None) != (found.problem is None)
        if found.code is not None:
            assert found.code.received_on <= TODAY
            assert parse_receipt_code(found.code.canonical, TODAY) == found.code


def steps_taken(text: str) -> int:
    """Return how many lines of our own modules run for ``text``: a measure that a busy machine does not disturb."""
    steps = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal steps
        if "receipt_code" not in frame.f_code.co_filename:
            return None
        steps += event == "line"
        return trace

    previous = sys.gettrace()
    sys.settrace(trace)
    try:
        find_receipt_codes(text, TODAY)
    finally:
        sys.settrace(previous)
    return steps


HOSTILE = ["h32.", "h32.15-", "H32.15-251103", "H32.15-251103-0012 ", "1", "l", " l", "l1 ", "h1", "h" + "1" * 24]
HOSTILE += [
    "000.17.22.",
    "h32" + " " * 30,
    " ",
    "-",
    " -",
    "gach ",
    "h 3 2 1 5 ",
    "\u0301a",
    "h11 1 1 251103 1 ",
    "h11.251303-001 ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_in_step_with_the_text(unit: str) -> None:
    short, long = (steps_taken((unit * size)[:size]) for size in (2_000, 8_000))
    assert long < short * 4.4 + 100


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_message_of_100_kb_is_searched(unit: str) -> None:
    text = (unit * 100_000)[:100_000] + f" mã {NEWER}"
    assert find_receipt_codes(text, TODAY)[-1].end == len(text)

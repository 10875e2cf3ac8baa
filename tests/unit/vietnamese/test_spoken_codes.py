"""A receipt code that was read aloud is the code."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.folding import fold
from vietnamese.receipt_codes import find_receipt_codes, parse_receipt_code

TODAY = date(2026, 11, 24)
OLDER_FAMILY = (
    "không không không chấm mười bảy chấm hai hai chấm hát năm sáu gạch hai mốt không năm ba mốt gạch không không "
    "không một"
)
NAMES = "không một hai ba bốn năm sáu bảy tám chín".split()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("hát ba hai chấm mười lăm gạch hai lăm mười một không ba gạch không không mười hai", "H32.15-251103-0012"),
        ("hát ba hai mười lăm hai năm mười một không ba không không một hai", "H32.15-251103-0012"),
        ("h ba hai chấm không bảy gạch hai lăm mười hai hai mươi chín gạch không một không tư", "H32.07-251229-0104"),
        ("hát 32 chấm 15 gạch 251103 gạch 0012", "H32.15-251103-0012"),
        ("hát ba hai chấm hai mươi mốt gạch hai năm mười không chín gạch không không bốn mốt", "H32.21-251009-0041"),
        (OLDER_FAMILY, "000.17.22.H56-210531-0001"),
    ],
)
@pytest.mark.parametrize("form", [str, fold, str.upper])
def test_that_dictation_is_understood(said: str, code: str, form: Callable[[str], str]) -> None:
    text = form(f"mã hồ sơ là {said} nha em")
    (found,) = find_receipt_codes(text, TODAY)
    assert found.code is not None and found.code.canonical == code
    assert fold(text[found.start : found.end]) == fold(said)


@given(
    st.integers(1, 99).map("{:02d}".format),
    st.dates(date(2018, 1, 1), TODAY).map("{:%y%m%d}".format),
    st.integers(1, 9999).map("{:04d}".format),
)
def test_that_any_code_read_digit_by_digit_is_understood(group: str, day: str, serial: str) -> None:
    fields = [" ".join(NAMES[int(digit)] for digit in field) for field in (group, day, serial)]
    said = f"hát ba hai chấm {fields[0]} gạch {fields[1]} gạch {fields[2]}"
    for text in (said, fold(said)):
        assert parse_receipt_code(text, TODAY).canonical == f"H32.{group}-{day}-{serial}"


@pytest.mark.parametrize(
    "text",
    [
        "hát ba hai bài",
        "hát một hai ba bốn năm sáu bảy tám chín",
        "không chín không năm một hai ba bốn năm sáu",
        "h ba",
    ],
)
def test_that_other_numbers_in_words_are_no_codes(text: str) -> None:
    assert find_receipt_codes(text, TODAY) == []


@pytest.mark.parametrize("piece", ["ba ", "hát ba ", "hát ba hai chấm ", "không ", "mười ", "gạch "])
def test_that_the_longest_message_takes_no_time(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    started = time.perf_counter()
    find_receipt_codes(text, TODAY)
    assert time.perf_counter() - started < 2

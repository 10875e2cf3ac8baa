"""National ids are masked, whatever they look like; telephone numbers, receipt codes and money stay."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.personal_numbers import MASK, find_national_ids, find_phone_numbers, mask_national_ids
from vietnamese.receipt_codes import parse_receipt_code

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    "written",
    [
        "056088001234",
        "056 088 001 234",
        "056.088.001.234",
        "0560-8800-1234",
        "O56088001234",
        "056\u200b088001234",
        "０５６０８８００１２３４",
        "225123456",
    ],
)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("cccd ", " nhé"), ("số của tui nè:\n", "\ngọi 0905123456")])
def test_that_a_national_id_is_masked(written: str, before: str, after: str) -> None:
    assert mask_national_ids(f"{before}{written}{after}", TODAY) == f"{before}{MASK}{after}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("cccd056088001234", "cccd•••"),
        ("chứng minh nhân dân số 225 123 456", "chứng minh nhân dân số •••"),
        ("căn cước 123456789012", "căn cước •••"),
        ("0905123456 cccd 056088001234", "0905123456 cccd •••"),
        ("056088001234 056088001235", "••• •••"),
    ],
)
def test_that_what_is_named_an_id_is_one(text: str, masked: str) -> None:
    assert mask_national_ids(text, TODAY) == masked


@pytest.mark.parametrize(
    "text",
    [
        "0905123456",
        "0905 123 456 5 sao",
        "+84 905 123 456",
        "84905123456",
        "(0258) 3822 123",
        "gọi 387654321",
        "H32.15-251103-0012",
        "h32 15 251103 0012",
        "000.17.22.H56-210531-0001",
        "nộp 225000000 đồng",
        "500.000.000",
        "stk 123456789",
        "mst 4200123456",
        "03-11-2025 0905",
        "thủ tục 1.001193",
        "không có số nào",
        "",
    ],
)
def test_that_other_numbers_stay(text: str) -> None:
    assert mask_national_ids(text, TODAY) == text
    assert find_national_ids(text, TODAY) == []


def test_that_a_mask_is_still_seen_as_an_id() -> None:
    text = mask_national_ids("cccd 056088001234", TODAY)
    assert [text[start:end] for start, end in find_national_ids(text, TODAY)] == [MASK]


@given(st.from_regex(r"0[0-9]{2}[0-3][0-9]{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-"]))
def test_that_no_digits_of_an_id_are_left(digits: str, separator: str) -> None:
    written = separator.join(digits[at : at + 3] for at in range(0, 12, 3))
    left = mask_national_ids(f"số căn cước của tôi là {written} nha", TODAY)
    assert not any(map(str.isdigit, left))


@given(st.text(alphabet="0123456789 .-()+Ooabc\u200b", max_size=80))
def test_that_masking_twice_is_masking_once(text: str) -> None:
    once = mask_national_ids(text, TODAY)
    assert mask_national_ids(once, TODAY) == once


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0905123456", "0905123456"),
        ("0905 123 456", "0905123456"),
        ("0905.123.456", "0905123456"),
        ("090-512-3456", "0905123456"),
        ("+84 905 123 456", "0905123456"),
        ("(+84) 905123456", "0905123456"),
        ("+84(0)905123456", "0905123456"),
        ("0084905123456", "0905123456"),
        ("84905123456", "0905123456"),
        ("(0258) 3822 123", "02583822123"),
        ("sdt0905123456", "0905123456"),
        ("1900 1234", "19001234"),
        ("０９０５１２３４５６", "0905123456"),
    ],
)
def test_that_telephone_numbers_are_found_in_one_form(text: str, number: str) -> None:
    assert [found.number for found in find_phone_numbers(f"{text} nhé", TODAY)] == [number]


@pytest.mark.parametrize("text", ["H32.15-251103-0012", "056088001234", "123", "1.001193", "0105123456", "09051234567"])
def test_that_other_numbers_are_no_telephone_numbers(text: str) -> None:
    assert find_phone_numbers(text, TODAY) == []


def test_that_a_code_beside_other_numbers_is_still_read() -> None:
    text = "cccd 056088001234 sdt 0905123456 mã h32 15 251103 0012"
    masked = mask_national_ids(text, TODAY)
    assert parse_receipt_code(masked, TODAY).canonical == "H32.15-251103-0012"
    assert [found.number for found in find_phone_numbers(masked, TODAY)] == ["0905123456"]


@pytest.mark.parametrize(
    "piece", ["0 ", "1", "056088001234 ", "0-", "+84 ", "(0)", "225123456 ", "0905123456 ", "\u200b0"]
)
def test_that_ten_thousand_characters_take_no_time(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    started = time.perf_counter()
    mask_national_ids(text, TODAY)
    find_phone_numbers(text, TODAY)
    assert time.perf_counter() - started < 3

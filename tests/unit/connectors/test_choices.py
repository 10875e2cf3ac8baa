"""Typed words that mean an offered choice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.choices import match_choice

CHOICES = [
    {"label": "Đăng ký kết hôn", "payload": "/one"},
    {"label": "Đăng ký khai tử", "payload": "/two"},
    {"label": "Không có trong danh sách", "payload": "/three"},
]


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        ("1", "/one"),
        ("số 2", "/two"),
        ("chọn cái thứ hai nhé", "/two"),
        ("cai so 3", "/three"),
        ("dang ky khai tu", "/two"),
        ("ĐĂNG KÝ KẾT HÔN.", "/one"),
        ("cái cuối cùng", "/three"),
        ("4", None),
        ("ba", None),
        ("2 ngày là xong phải không", None),
        ("khai tử", "/two"),
        ("em chọn cái ket hon nhé", "/one"),
        ("đăng ký", None),
        ("không", None),
        ("tôi muốn khai tử cho ông nội", None),
        ("", None),
    ],
)
def test_that_typed_words_find_their_choice(typed: str, payload: str | None) -> None:
    assert match_choice(typed, CHOICES) == payload


def test_that_nothing_is_matched_when_nothing_was_offered() -> None:
    assert match_choice("1", []) is None


@given(st.text(max_size=400))
def test_that_any_text_can_be_asked(text: str) -> None:
    assert match_choice(text, CHOICES) in {None, "/one", "/two", "/three"}

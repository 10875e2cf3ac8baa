"""The wish for a person is recognised by plain rules."""

from __future__ import annotations

import pytest

from connectors.handover import wants_person


@pytest.mark.parametrize(
    "text",
    [
        "Gặp cán bộ",
        "gap can bo",
        "cho em gặp nhân viên với ạ",
        "tôi muốn nói chuyện với người thật",
        "kết nối tổng đài viên",
    ],
)
def test_that_a_plain_wish_is_recognised(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "tôi muốn gặp cán bộ tư pháp để làm khai sinh",
        "số tổng đài là gì",
        "cán bộ ở phường hướng dẫn sai",
        "",
        "gặp" * 200,
    ],
)
def test_that_other_sentences_are_left_to_the_model(text: str) -> None:
    assert not wants_person(text)

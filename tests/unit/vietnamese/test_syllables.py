"""Syllables are told from slips of the keyboard, and slips are read."""

from __future__ import annotations

import pytest

from vietnamese.syllables import is_bare_syllable, is_marked, is_syllable
from vietnamese.telex import from_telex, from_vni


@pytest.mark.parametrize(
    "word",
    "giấy quốc nghiêng thuở gì giếng khuya hoà hòa thuỷ thủy quý oai ăn yêu huých xoong đắp nghỉ kệ cái".split(),
)
def test_that_syllables_are_known(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", "lafm cái1 kái ngĩ ghá pờ đc btc bcd sinhh hát2 bạt̀ toạnn cà́ cạp̀ đàp nghươnga".split())
def test_that_other_words_are_not(word: str) -> None:
    assert not is_syllable(word)


def test_that_syllables_without_diacritics_are_known() -> None:
    assert all(map(is_bare_syllable, "giay quoc duoc nghi truong hoa".split()))
    assert not any(map(is_bare_syllable, "lafm pass dc zalo khaisinh giấy".split()))
    assert is_marked("đc") and is_marked("hồ") and not is_marked("ho")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lafm", "làm"),
        ("giaays", "giấy"),
        ("thur", "thủ"),
        ("tucj", "tục"),
        ("ddaats", "đất"),
        ("nuwowcs", "nước"),
        ("dduowcj", "được"),
        ("nhaapj", "nhập"),
        ("quys", "quý"),
        ("hoaf", "hoà"),
        ("cuar", "của"),
        ("ddatas", "đất"),
        ("muoons", "muốn"),
    ],
)
def test_that_telex_is_read(typed: str, meant: str) -> None:
    assert from_telex(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("gia61y", "giấy"), ("to72", "tờ"), ("d9a61t", "đất"), ("nga2y", "ngày"), ("d9uoc75", "được"), ("tu5c", "tục")],
)
def test_that_vni_is_read(typed: str, meant: str) -> None:
    assert from_vni(typed) == meant


@pytest.mark.parametrize("typed", ["form", "file", "zalo", "ss", "", "a" * 50, "h32", "b2", "123"])
def test_that_what_is_no_syllable_is_not_decoded(typed: str) -> None:
    assert from_telex(typed) is None
    assert from_vni(typed) is None

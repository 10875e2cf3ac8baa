"""Words compare equal however they are typed: with or without diacritics, composed or not, by either tone rule."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vietnamese.folding import accented, clean, clean_lines, fold, normalise_tone_position, tokens

VIETNAMESE_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
vietnamese_text = st.text(alphabet=VIETNAMESE_LETTERS + VIETNAMESE_LETTERS.upper() + " .,-0123456789", max_size=60)
any_text = st.one_of(vietnamese_text, st.text(max_size=80))


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đăng ký khai sinh", "dang ky khai sinh"),
        ("ĐƯỜNG ĐẤT", "duong dat"),
        ("ðường", "duong"),
        ("Khánh Hòa", "khanh hoa"),
        ("Khánh Hoà", "khanh hoa"),
        ("  hồ \t sơ\n của\u00a0tôi ", "ho so cua toi"),
        ("hồ\u200b sơ", "ho so"),
        ("a \u0301 b", "a b"),
        ("", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hòa", "hoà"),
        ("HÒA", "HOÀ"),
        ("Khánh Hòa", "Khánh Hoà"),
        ("xóa", "xoá"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("hủy hồ sơ", "huỷ hồ sơ"),
        ("tòa án", "toà án"),
        ("đọa", "đoạ"),
    ],
)
def test_both_tone_rules_give_one_form(old: str, new: str) -> None:
    assert normalise_tone_position(old) == new
    assert normalise_tone_position(new) == new
    assert accented(old) == accented(new)


@pytest.mark.parametrize("word", ["quý", "quỳ", "mùa", "của", "khoán", "hoàn", "thuyền", "lúa", "múa", "kìa"])
def test_words_that_both_rules_write_alike_stay(word: str) -> None:
    assert normalise_tone_position(word) == word


@given(any_text)
@example("a \u0301 b")
@example("İĐ\u0301")
def test_every_form_is_idempotent(text: str) -> None:
    for form in (clean, clean_lines, normalise_tone_position, accented, fold):
        once = form(text)
        assert form(once) == once


@given(any_text)
def test_composed_and_decomposed_text_are_one(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert clean(composed) == clean(decomposed)
    assert accented(composed) == accented(decomposed)
    assert fold(composed) == fold(decomposed)


@given(any_text)
def test_folding_never_lengthens(text: str) -> None:
    assert len(fold(text)) <= len(clean(text)) <= len(unicodedata.normalize("NFC", text))


@given(vietnamese_text)
def test_folded_vietnamese_is_small_ascii_and_case_does_not_matter(text: str) -> None:
    assert fold(text).isascii()
    assert fold(text) == fold(text).lower() == fold(text.upper())
    assert fold(accented(text)) == fold(text)


@given(any_text)
def test_cleaned_text_is_one_line_without_invisible_characters(text: str) -> None:
    cleaned = clean(text)
    assert not set(cleaned) & set("\n\r\t\x00\u200b\u200c\u200d\u2060\ufeff\u00ad")
    assert "  " not in cleaned
    assert cleaned == cleaned.strip()


def test_lines_survive_cleaning_by_line() -> None:
    assert clean_lines(" a \r\n\r\n\n\n b\u200b  c \r") == "a\n\nb c"


def test_words() -> None:
    assert tokens(fold("Cấp CCCD (lần 2), đổi_tên")) == ["cap", "cccd", "lan", "2", "doi", "ten"]

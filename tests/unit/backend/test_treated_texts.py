"""What was treated once is read back, and never in the way of a change of the treatment."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.catalogue import treated_texts
from backend.catalogue.terms import words_of
from backend.catalogue.treated_texts import TreatedTexts

TEXTS = ["ko có giấy ks", "Đăng ký khai sinh", "hs tách thửa tới mô rồi", "dòng\nmới và\tdấu"]


def never(text: str) -> str:
    raise AssertionError(f"treated again: {text}")


def test_that_words_are_the_same_as_without_it(tmp_path: Path) -> None:
    texts = TreatedTexts(tmp_path)
    assert [texts.words_of(text) for text in TEXTS] == [words_of(text) for text in TEXTS]


def test_that_nothing_is_treated_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = TreatedTexts(tmp_path)
    expected = [first.words_of(text) for text in TEXTS[:3]]
    first.save()
    monkeypatch.setattr(treated_texts, "treated", never)
    again = TreatedTexts(tmp_path)
    assert [again.words_of(text) for text in TEXTS[:3]] == expected


def test_that_another_treatment_begins_anew_and_clears_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = TreatedTexts(tmp_path)
    first.words_of("ko")
    first.save()
    monkeypatch.setattr(treated_texts, "_fingerprint", lambda: "another")
    second = TreatedTexts(tmp_path)
    monkeypatch.setattr(treated_texts, "treated", lambda text: "mới")
    assert [word.written for word in second.words_of("ko")] == ["mới"]
    second.save()
    assert [path.name for path in tmp_path.iterdir()] == ["treated-texts-another.tsv"]


def test_that_a_folder_that_cannot_be_written_harms_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder", "utf-8")
    texts = TreatedTexts(blocked)
    assert texts.words_of("khai sinh")
    texts.save()

"""Two wishes in one message: the first is answered, the second is offered."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

pytest.importorskip("rasa")

from rasa.nlu.tokenizers.tokenizer import Token

from bot.components.second_wish import TwoWishes, two_wishes
from vietnamese.folding import fold

WISHES = {
    "toi dau roi": "check_dossier",
    "co lam khong": "ask_working_hours",
    "giay to gi": "ask_documents",
    "le phi": "ask_fee",
    "chao": "greet",
    "muon lam khai sinh": "find_procedure",
}


def guess(part: Sequence[Token]) -> tuple[str | None, float]:
    said = " ".join(token.lemma for token in part)
    return next(((wish, 0.95) for words, wish in WISHES.items() if words in said), (None, 0.0))


def read(text: str, intent: str, confidence: float = 0.9) -> TwoWishes | None:
    cut = [Token(word[0], word.start(), lemma=fold(word[0])) for word in re.finditer(r"\w+", text)]
    return two_wishes(text, cut, intent, confidence, guess)


def said(text: str, wishes: TwoWishes | None) -> tuple[str, str] | None:
    return wishes and (wishes.answered.intent, text[wishes.offered.start : wishes.offered.end])


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("hồ sơ tới đâu rồi, với lại thứ bảy có làm không", "check_dossier", ("check_dossier", "thứ bảy có làm không")),
        ("Hồ sơ tới đâu rồi? Thứ bảy có làm không?", "check_dossier", ("check_dossier", "Thứ bảy có làm không")),
        ("thứ bảy có làm không\nhồ sơ tới đâu rồi", "ask_working_hours", ("ask_working_hours", "hồ sơ tới đâu rồi")),
    ],
)
def test_that_the_other_wish_is_offered(text: str, intent: str, expected: tuple[str, str]) -> None:
    assert said(text, read(text, intent)) == expected


def test_that_of_two_facets_the_first_is_answered() -> None:
    text = "khai sinh cần giấy tờ gì và lệ phí bao nhiêu"
    assert said(text, read(text, "ask_fee")) == ("ask_documents", "lệ phí bao nhiêu")


def test_that_the_first_is_answered_where_the_whole_was_taken_for_the_second_with_doubt() -> None:
    text = "hồ sơ tới đâu rồi, sẵn cho hỏi thứ bảy có làm không"
    assert said(text, read(text, "ask_working_hours", 0.55)) == ("check_dossier", "cho hỏi thứ bảy có làm không")


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("chào ad. hồ sơ tới đâu rồi", "check_dossier"),
        ("muốn làm khai sinh cho con. cần giấy tờ gì", "ask_documents"),
        ("hồ sơ tới đâu rồi. hồ sơ của vợ tôi cũng tới đâu rồi", "check_dossier"),
        ("hôm qua trời mưa. đường ngập. xe chết máy. tới trễ. hồ sơ tới đâu rồi", "check_dossier"),
        ("hồ sơ tới đâu rồi", "check_dossier"),
        ("chào và chúc ngày mới. lệ phí", "greet"),
        ("", "check_dossier"),
    ],
)
def test_that_a_greeting_a_story_or_the_name_of_the_procedure_is_no_second_wish(text: str, intent: str) -> None:
    assert read(text, intent) is None

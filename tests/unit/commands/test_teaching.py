"""A trainer's decision becomes one checked line under ``data/``."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from commands.failure import PlainFailure
from commands.teaching import Teaching

CODES = {"1.001193", "1.000656"}
SOURCES = {
    "domain.yml": "intents: [help, ask_fee, {nlu_fallback: {}}]\nentities: [procedure, {commune: {}}]\n",
    "data/nlu/help.yml": 'version: "3.1"\nnlu:\n  - intent: help\n    examples: |\n      - giúp em với\n',
    "data/catalogue/phrasings/first-voice.tsv": "code\tphrasing\n1.001193\tlàm khai sinh\n",
    "tests/evaluation/held-out.tsv": "intent\ttext\nhelp\tem chưa biết hỏi gì\n",
    "tests/evaluation/regression.tsv": "intent\ttext\nhelp\tmần răng chừ\n",
    "tests/evaluation/search-questions.tsv": "kind\tgold_codes\tquery\nanswer\t1.001193\tbé mới sanh\n",
}
LEARNED, PHRASINGS = "data/nlu/learned.yml", "data/catalogue/phrasings/learned.tsv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def learned(root: Path) -> dict[str, list[str]]:
    entries = yaml.safe_load((root / LEARNED).read_text("utf-8"))["nlu"]
    return {entry["intent"]: entry["examples"].splitlines() for entry in entries}


def test_that_sentences_gather_under_their_intents_as_rasa_reads_them(root: Path) -> None:
    teaching = Teaching(root)
    assert teaching.assign("- mần  răng chừ: hè", "help").file == LEARNED
    teaching.assign("tốn nhiêu tiền #rứa", "ask_fee")
    teaching.assign("chỉ em với", "help")
    assert learned(root) == {"ask_fee": ["- tốn nhiêu tiền #rứa"], "help": ["- mần răng chừ: hè", "- chỉ em với"]}


def test_that_an_entity_is_marked_in_its_sentence(root: Path) -> None:
    Teaching(root).assign("phí làm khai sinh ở Cam Lâm", "ask_fee", ["procedure=làm khai sinh", "commune=Cam Lâm"])
    assert learned(root)["ask_fee"] == ["- phí [làm khai sinh](procedure) ở [Cam Lâm](commune)"]
    assert Teaching(root).assign("phí làm khai sinh ở cam lâm", "ask_fee").was_there


@pytest.mark.parametrize("entity", ["thing=phí", "procedure", "procedure=đất", "procedure="])
def test_that_an_entity_that_does_not_fit_is_refused(root: Path, entity: str) -> None:
    with pytest.raises(PlainFailure, match="--entity"):
        Teaching(root).assign("phí làm khai sinh", "ask_fee", [entity])
    assert not (root / LEARNED).exists()


def test_that_nothing_is_written_twice(root: Path) -> None:
    taught = Teaching(root).assign("Giúp em  với", "help")
    assert taught.was_there and taught.file == "data/nlu/help.yml"
    assert not (root / LEARNED).exists()
    Teaching(root).assign("mần răng chừ", "help")
    assert Teaching(root).assign("Mần răng chừ", "help").was_there
    assert learned(root) == {"help": ["- mần răng chừ"]}
    assert Teaching(root).alias("Làm khai sinh", "1.001193", CODES).file == "data/catalogue/phrasings/first-voice.tsv"
    assert not (root / PHRASINGS).exists()


@pytest.mark.parametrize(
    ("sentence", "intent", "why"),
    [
        ("câu nào đó", "no_such_intent", "no intent"),
        ("câu nào đó", "nlu_fallback", "no intent"),
        ("giúp em với", "ask_fee", "as an example of help"),
        ("em chưa biết hỏi gì", "help", "held-out.tsv"),
        ("gọi [điện thoại] cho em", "help", "masked"),
        ("câu [nào](procedure)", "help", "brackets"),
        ("x", "help", "2 to 300"),
        ("dài " * 100, "help", "2 to 300"),
    ],
)
def test_that_what_must_not_be_learned_is_refused(root: Path, sentence: str, intent: str, why: str) -> None:
    with pytest.raises(PlainFailure, match=why):
        Teaching(root).assign(sentence, intent)
    assert not (root / LEARNED).exists()


def test_that_a_phrasing_is_a_line_of_the_catalogues_files(root: Path) -> None:
    Teaching(root).alias("vợ mới  sanh em bé", "1.001193", CODES)
    Teaching(root).alias("ông nội mất rồi", "1.000656", CODES)
    assert (root / PHRASINGS).read_text("utf-8") == (
        "code\tphrasing\n1.001193\tvợ mới sanh em bé\n1.000656\tông nội mất rồi\n"
    )


@pytest.mark.parametrize(
    ("phrasing", "code", "why"),
    [("vợ mới sanh", "9.999999", "no procedure"), ("bé mới sanh", "1.001193", "search-questions.tsv")],
)
def test_that_a_phrasing_that_must_not_be_learned_is_refused(root: Path, phrasing: str, code: str, why: str) -> None:
    with pytest.raises(PlainFailure, match=why):
        Teaching(root).alias(phrasing, code, CODES)
    assert not (root / PHRASINGS).exists()

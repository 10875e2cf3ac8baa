"""Matters that the catalogue has no procedure for: in order, checked with file and line, never in the search's way."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.catalogue.elsewhere import ElsewhereInvalid, read_elsewhere
from backend.catalogue.entries import Verdict
from backend.kernel.settings import PROJECT_ROOT
from tests.unit.backend.catalogue_samples import sample_search
from tests.unit.backend.test_catalogue_files import folder, problems_of  # noqa: F401 (a fixture)

OWN = PROJECT_ROOT / "data" / "catalogue" / "elsewhere"
TOPICS = "- id: ly-hon\n  name: Ly hôn\n  advice: Việc này do Tòa án giải quyết.\n"


def write(catalogue: Path, topics: str, phrasings: str) -> None:
    (catalogue / "elsewhere").mkdir()
    (catalogue / "elsewhere" / "topics.yml").write_text(topics, "utf-8")
    (catalogue / "elsewhere" / "a.tsv").write_text(f"topic\tphrasing\n{phrasings}", "utf-8")


def test_that_every_topic_of_our_own_has_sentences_and_advice() -> None:
    topics = read_elsewhere(OWN)
    assert len(topics) > 100
    assert [topic.id for topic in topics if len(topic.phrasings) < 8 or "Anh/Chị" not in topic.advice] == []


def test_that_without_the_folder_there_are_none(tmp_path: Path) -> None:
    assert read_elsewhere(tmp_path / "none") == ()


def test_that_mistakes_are_named_with_file_and_line(folder: Path) -> None:  # noqa: F811
    write(folder, TOPICS, "ly-hon\ttôi muốn ly hôn\nthoi-tiet\tmai có mưa không\n")
    assert problems_of(folder) == ["elsewhere/a.tsv:3: topic: không có việc “thoi-tiet” trong topics.yml"]
    with pytest.raises(ElsewhereInvalid):
        read_elsewhere(folder / "elsewhere")


@pytest.mark.parametrize("topics", ["- id: ly-hon\n", "- [", "ly-hon", "- id: 3\n  name: x\n"])
def test_that_a_broken_list_is_named(folder: Path, topics: str) -> None:  # noqa: F811
    write(folder, topics, "")
    assert all(problem.startswith("elsewhere/topics.yml:") for problem in problems_of(folder))
    with pytest.raises(ElsewhereInvalid):
        read_elsewhere(folder / "elsewhere")


def test_that_a_question_turned_away_says_what_it_is_about() -> None:
    result = sample_search().search("vợ chồng muốn ra tòa ly hôn")
    assert result.verdict is Verdict.NONE and result.elsewhere is not None
    assert result.elsewhere.name == "Ly hôn"

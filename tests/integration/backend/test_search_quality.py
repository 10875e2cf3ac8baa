"""The search over the project's own catalogue, on questions that no phrasing was copied from.

The floors stand a little below what was measured when they were written; a change that falls below them has made the
search worse for citizens.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.catalogue.evaluation import (
    EvaluationFileInvalid,
    Question,
    SearchEvaluation,
    evaluate_questions,
    evaluate_search,
    read_questions,
)
from backend.kernel.settings import PROJECT_ROOT, Settings
from tests.unit.backend.catalogue_samples import sample_search

QUESTIONS = PROJECT_ROOT / "tests" / "data" / "search-questions.tsv"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEvaluation]:
    missing = tmp_path_factory.mktemp("none") / "there-is-none.sqlite3"
    settings = Settings(
        secret_key="k" * 40,  # type: ignore[arg-type]
        service_token="s" * 40,  # type: ignore[arg-type]
        rasa_token="r" * 40,  # type: ignore[arg-type]
        database_url=f"sqlite:///{missing}",
    )
    yield evaluate_search(QUESTIONS, settings)
    assert not missing.exists(), "measuring leaves no database behind"


def test_that_most_questions_find_their_procedure_first(measured: SearchEvaluation) -> None:
    assert (measured.r_at_1 or 0) >= 0.88, measured.errors
    assert (measured.r_at_5 or 0) >= 0.96, measured.errors


def test_that_open_questions_become_a_choice(measured: SearchEvaluation) -> None:
    assert (measured.clarify_recall or 0) >= 0.75, measured.errors


def test_that_what_the_centre_does_not_do_is_turned_away(measured: SearchEvaluation) -> None:
    assert (measured.oos_rejection or 0) >= 0.7, measured.errors


def test_that_an_answer_takes_less_than_ten_milliseconds(measured: SearchEvaluation) -> None:
    assert measured.ms_p50 < 10


def test_that_the_figures_count_as_the_contract_says() -> None:
    questions = [
        Question("answer", ("1.001193",), "đăng ký khai sinh"),
        Question("answer", ("9.999999",), "đăng ký khai sinh"),
        Question("answer", ("1.001193",), "hôm nay trời đẹp quá"),
        Question("clarify", ("1.001193", "9.999999"), "khai sinh"),
        Question("oos", (), "hôm nay trời đẹp quá"),
    ]
    figures = evaluate_questions(sample_search(), questions)
    assert (figures.n, figures.r_at_1, figures.r_at_3, figures.mrr) == (5, 0.3333, 0.3333, 0.3333)
    assert (figures.clarify_recall, figures.oos_rejection) == (0.5, 1)
    assert [error["query"] for error in figures.errors] == [
        "đăng ký khai sinh",
        "hôm nay trời đẹp quá",
        "khai sinh",
    ]


def test_that_a_file_in_another_form_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.tsv"
    path.write_text("kind\tgold_codes\tquery\nmaybe\t\tx\n", "utf-8")
    with pytest.raises(EvaluationFileInvalid, match=":2: kind must be one of"):
        read_questions(path)

"""The search over the project's own catalogue, on questions that no phrasing was copied from.

The floors stand a little below what was measured when they were written; a change that falls below them has made the
search worse for citizens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.catalogue.entries import Verdict
from backend.catalogue.evaluation import (
    EvaluationFileInvalid,
    Question,
    SearchEvaluation,
    evaluate_questions,
    evaluate_search,
    read_questions,
    search_of_settings,
)
from backend.catalogue.search import CatalogueSearch
from backend.kernel.settings import PROJECT_ROOT, Settings
from tests.unit.backend.catalogue_samples import sample_search

QUESTIONS = PROJECT_ROOT / "tests" / "evaluation" / "search-questions.tsv"


def settings_with(database: Path) -> Settings:
    return Settings(
        secret_key="k" * 40,  # type: ignore[arg-type]
        service_token="s" * 40,  # type: ignore[arg-type]
        rasa_token="r" * 40,  # type: ignore[arg-type]
        database_url=f"sqlite:///{database}",
    )


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEvaluation]:
    missing = tmp_path_factory.mktemp("none") / "there-is-none.sqlite3"
    yield evaluate_search(QUESTIONS, settings_with(missing))
    assert not missing.exists(), "measuring leaves no database behind"


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> CatalogueSearch:
    return asyncio.run(search_of_settings(settings_with(tmp_path_factory.mktemp("none") / "there-is-none.sqlite3")))


def test_that_most_questions_find_their_procedure_first(measured: SearchEvaluation) -> None:
    assert (measured.r_at_1 or 0) >= 0.92, measured.errors
    assert (measured.r_at_5 or 0) >= 0.96, measured.errors


def test_that_open_questions_become_a_choice(measured: SearchEvaluation) -> None:
    assert (measured.clarify_recall or 0) >= 0.8, measured.errors


def test_that_what_the_centre_does_not_do_is_turned_away(measured: SearchEvaluation) -> None:
    assert (measured.oos_rejection or 0) >= 0.95, measured.errors


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("vợ mình mới sinh em bé, muốn làm giấy khai sinh", "1.001193"),
        ("lam khai sinh cho con", "1.001193"),
        ("lam giay dang ky ket hon", "1.000894"),
        ("làm hộ chiếu", "1.001456"),
        ("lam passport di Thai", "1.001456"),
        ("thanh lap cong ty tnhh 1 thanh vien", "2.001583"),
        ("dang ky tam tru", "1.004194"),
        ("xin phép xây nhà cấp 4", "1.013225"),
        ("sang tên xe", "1.013076"),
        ("muốn đổi chủ xe máy", "1.013076"),
    ],
)
def test_that_the_plain_procedure_wins_clearly(search: CatalogueSearch, text: str, code: str) -> None:
    result = search.search(text)
    assert (result.verdict, result.hits[0].entry.code) == (Verdict.ONE, code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("tui với cổ chưa cưới mà có con giờ làm khai sinh có tên cha", "1.000689"),
        ("vừa khai sinh vừa nhập khẩu vừa làm thẻ bảo hiểm cho bé luôn được không", "2.000986"),
        ("bạn trai em người Úc, tụi em muốn cưới ở Việt Nam thì đăng ký ở đâu", "2.000806"),
        ("rớt mất hộ chiếu rồi", "1.010386"),
        # Ten procedures speak of social housing; a choice with the buyer's first is right.
        ("mua nhà ở xã hội", "1.014632"),
        ("trả hết nợ ngân hàng rồi muốn xóa thế chấp sổ đỏ", "1.011443"),
    ],
)
def test_that_a_special_case_is_found_by_who_mentions_it(search: CatalogueSearch, text: str, code: str) -> None:
    assert search.search(text).hits[0].entry.code == code


@pytest.mark.parametrize("text", ["lãnh trợ cấp thất nghiệp ở đâu", "mẹ em 80 tuổi lãnh tiền người già sao"])
def test_that_a_name_without_a_record_is_not_asserted(search: CatalogueSearch, text: str) -> None:
    assert search.search(text).verdict is not Verdict.ONE


@pytest.mark.parametrize("text", ["làm sổ đỏ", "làm căn cước", "làm bằng lái xe máy", "thành lập công ty"])
def test_that_a_wish_with_several_plain_procedures_is_a_choice(search: CatalogueSearch, text: str) -> None:
    result = search.search(text, limit=4)
    assert result.verdict is Verdict.SEVERAL
    assert result.hits[0].entry.popularity == 5


@pytest.mark.parametrize(
    "text",
    [
        "thủ tục xin cấp phép nuôi khủng long bạo chúa",
        "xin giấy phép bay lên mặt trăng",
        "lam giay phep du hanh thoi gian",
        "đăng ký làm siêu nhân",
        "1+1 bằng mấy",
        "chỗ nào bán phở ngon",
        "mua iphone cũ chỗ nào rẻ",
        "hôm nay trời mưa không",
        "có người yêu chưa",
        "bác sĩ da liễu nào giỏi",
        "kể chuyện cười đi",
    ],
)
def test_that_nonsense_and_other_matters_find_nothing(search: CatalogueSearch, text: str) -> None:
    result = search.search(text)
    assert (result.verdict, result.hits) == (Verdict.NONE, ())


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

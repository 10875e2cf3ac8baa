"""Days, ratings, communes and the words for a procedure are found as people say them."""

from __future__ import annotations

import time
from datetime import date

import pytest

from vietnamese.communes import Communes
from vietnamese.dates import find_dates
from vietnamese.language import LANGUAGE_FOLDER
from vietnamese.normalising import default_treatment
from vietnamese.procedure_words import ProcedureWords
from vietnamese.ratings import Ratings

TODAY = date(2026, 11, 24)  # a Tuesday
COMMUNES = Communes(
    {
        "Phường Bắc Nha Trang": ["Phường Vĩnh Hải", "Phường Vĩnh Hòa"],
        "Phường Nha Trang": ["Phường Lộc Thọ"],
        "Phường Nam Nha Trang": ["Phường Phước Hải"],
        "Xã Ninh Phước": ["Xã Phước Hải"],
        "Xã Vĩnh Hải": ["Xã Nhơn Hải"],
        "Xã Diên Khánh": ["Thị trấn Diên Khánh"],
        "Phường Bảo An": [],
    }
)
RATINGS = Ratings.read(LANGUAGE_FOLDER / "ratings.tsv")
WORDS = ProcedureWords(
    [
        "cho em hỏi",
        "cần giấy tờ gì",
        "giấy tờ gì",
        "ạ",
        "mất mấy ngày",
        "lệ phí",
        "bao nhiêu",
        "muốn",
        "ở đâu",
        "cái đó",
    ]
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hôm qua", "2026-11-23"),
        ("hum qua e nộp", "2026-11-23"),
        ("sang mai", "2026-11-25"),
        ("hôm kia", "2026-11-22"),
        ("thứ 2 tuần sau", "2026-11-30"),
        ("t2 tuan toi", "2026-11-30"),
        ("thu hai tuan truoc", "2026-11-16"),
        ("chủ nhật này", "2026-11-29"),
        ("thứ hai rồi", "2026-11-23"),
        ("thứ ba trước", "2026-11-17"),
        ("15/11", "2026-11-15"),
        ("nộp ngày 5/1", "2027-01-05"),
        ("3/10/2025", "2025-10-03"),
        ("03-11-25", "2025-11-03"),
        ("sinh 2.9.1945", "1945-09-02"),
        ("mùng 3 tháng 10", "2026-10-03"),
        ("mung ba thang muoi", "2026-10-03"),
        ("hai mươi lăm tháng chạp", "2026-12-25"),
        ("ngày 3 tháng sáu năm 2025", "2025-06-03"),
        ("ngày 5 tháng sau", "2026-12-05"),
    ],
)
def test_that_days_are_found(text: str, day: str) -> None:
    assert [found.isoformat() for _, _, found in find_dates(text, default_treatment().words(text), TODAY)] == [day]


@pytest.mark.parametrize(
    "text",
    ["1/2 căn nhà", "24/7", "số 12/3", "31/2/2025", "thứ bảy có làm không", "ngày rằm", "nghị định 15/2020", "4/5 sao"],
)
def test_that_other_figures_are_no_days(text: str) -> None:
    assert find_dates(text, default_treatment().words(text), TODAY) == []


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("5 sao", 5),
        ("cho năm sao nha", 5),
        ("10 điểm", 5),
        ("4/5", 4),
        ("chấm 9/10 điểm", 4),
        ("⭐⭐⭐", 3),
        ("rất hài lòng", 5),
        ("rat hai long", 5),
        ("hài lòng", 4),
        ("không hài lòng", 2),
        ("tệ quá", 1),
        ("thái độ phục vụ bình thường", 3),
        ("cán bộ nhiệt tình, phục vụ rất tốt", 5),
    ],
)
def test_that_ratings_are_found_on_one_scale(text: str, rating: int) -> None:
    assert [found for _, _, found in RATINGS.find(text, default_treatment().words(text))] == [rating]


@pytest.mark.parametrize("text", ["khách sạn 5 sao", "đường xá tệ", "trừ 4 điểm bằng lái", "15 sao", "điểm a khoản 2"])
def test_that_other_judgements_are_no_ratings(text: str) -> None:
    assert RATINGS.find(text, default_treatment().words(text)) == []


@pytest.mark.parametrize(
    ("text", "units", "former"),
    [
        ("phường Nha Trang", ["Phường Nha Trang"], None),
        ("p nha trang", ["Phường Nha Trang"], None),
        ("ở nha trang", ["Phường Nha Trang"], None),
        ("phường Vĩnh Hải cũ", ["Phường Bắc Nha Trang"], "Phường Vĩnh Hải"),
        ("phuong vinh hai", ["Phường Bắc Nha Trang"], "Phường Vĩnh Hải"),
        ("phường vĩnh hoà", ["Phường Bắc Nha Trang"], "Phường Vĩnh Hòa"),
        ("Xã Vĩnh Hải", ["Xã Vĩnh Hải"], None),
        ("vinh hai", ["Xã Vĩnh Hải", "Phường Bắc Nha Trang"], None),
        ("em ở Phước Hải", ["Phường Nam Nha Trang", "Xã Ninh Phước"], None),
        ("thị trấn Diên Khánh", ["Xã Diên Khánh"], "Thị trấn Diên Khánh"),
        ("tôi ở Lộc Thọ", ["Phường Nha Trang"], "Phường Lộc Thọ"),
    ],
)
def test_that_communes_are_found_by_new_and_former_names(text: str, units: list[str], former: str | None) -> None:
    (found,) = COMMUNES.find(text, default_treatment().words(text))
    assert (list(found.units), found.former_name) == (units, former)


@pytest.mark.parametrize(
    "text", ["tp Nha Trang", "huyện Diên Khánh", "mua bao an toàn", "phường Vĩnh Hái", "lệ phí bao nhiêu"]
)
def test_that_other_places_and_words_are_no_communes(text: str) -> None:
    assert COMMUNES.find(text, default_treatment().words(text)) == []


@pytest.mark.parametrize(
    ("text", "procedure"),
    [
        ("cho em hỏi đăng ký kết hôn cần giấy tờ gì ạ", "đăng ký kết hôn"),
        ("cho em hoi dk ket hon can giay to gi a", "dang ky ket hon"),
        ("cấp lại bằng lái mất mấy ngày", "cấp lại bằng lái"),
        ("muốn đổi cccd", "đổi căn cước công dân"),
    ],
)
def test_that_the_words_for_a_procedure_are_found(text: str, procedure: str) -> None:
    found = WORDS.find(default_treatment().words(text))
    assert found is not None and found[2] == procedure


@pytest.mark.parametrize("text", ["lệ phí bao nhiêu ạ", "cái đó lệ phí bao nhiêu", "", "?!", "12 34"])
def test_that_a_message_may_name_no_procedure(text: str) -> None:
    assert WORDS.find(default_treatment().words(text)) is None


def test_that_other_values_are_no_part_of_a_procedure() -> None:
    text = "đổi bằng lái ở phường Nha Trang"
    found = WORDS.find(default_treatment().words(text), [(15, len(text))])
    assert found is not None and found[2] == "đổi bằng lái ở"


@pytest.mark.parametrize("piece", ["1/1 ", "thứ 2 ", "5 sao ", "vĩnh hải ", "ngày 3 tháng ", "⭐", "rất ", "hai mươi "])
def test_that_ten_thousand_characters_take_no_time(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    words = default_treatment().words(text)
    started = time.perf_counter()
    find_dates(text, words, TODAY)
    RATINGS.find(text, words)
    COMMUNES.find(text, words)
    WORDS.find(words)
    assert time.perf_counter() - started < 2

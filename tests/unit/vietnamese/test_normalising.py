"""What citizens type comes out in one form; what is right already stays."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vietnamese.folding import accented, fold, tokens
from vietnamese.language import LANGUAGE_FOLDER, RULE_FILES, LanguageError
from vietnamese.normalising import TextTreatment, default_treatment, normalise, written_out

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        # Characters
        ("Ｋｈａｉ\u200b sinh", "Khai sinh"),
        ("𝐤𝐡𝐚𝐢 sinh", "khai sinh"),
        ("hồ\u00a0sơ \ufeffcủa tôi", "hồ sơ của tôi"),
        ("alooooo adddd ơiiii", "alo ad ơi"),
        ("đcccc r", "được rồi"),
        ("khai sinhh cho con", "khai sinh cho con"),
        # Teencode and abbreviations
        ("lm khai sinh cho be o dau v ad", "lam khai sinh cho be o dau vay ad"),
        ("k dc r, hs e nộp 3 ngày r", "không được rồi, hồ sơ em nộp 3 ngày rồi"),
        ("ko bít làm gcn ở đâu", "không biết làm giấy chứng nhận ở đâu"),
        ("mất gplx, đổi cccd", "mất giấy phép lái xe, đổi căn cước công dân"),
        ("a/c ơi", "anh chị ơi"),
        ("cho e hỏi với ạ, tks ad", "cho em hỏi với ạ, cảm ơn ad"),
        ("cam on ad nhieu nha, tks", "cam on ad nhieu nha, cam on"),
        ("mn cho mik hỏi ntn", "mọi người cho mình hỏi như thế nào"),
        ("nhữg hìh khôg", "những hình không"),
        # Slips of the input method
        ("lafm giaays thur tucj ddaats", "làm giấy thủ tục đất"),
        ("gia61y to72 d9a61t", "giấy tờ đất"),
        ("giay1 to72", "giay tờ"),
        # Run together and torn apart
        ("khaisinh cho con, giayphep, sổđỏ", "khai sinh cho con, giay phep, sổ đỏ"),
        ("gi ấy tờ ch ứng thực", "giấy tờ chứng thực"),
        # Dialect
        ("hồ sơ tui nộp ở mô", "hồ sơ tôi nộp ở đâu"),
        ("mần răng để mần giấy ni hè", "làm sao để làm giấy này nhỉ"),
        ("cần giấy tờ chi rứa", "cần giấy tờ gì vậy"),
        ("can giay to chi khong", "can giay to gi khong"),
        ("hổng biết, dzậy bển nói sao", "không biết, vậy bên đó nói sao"),
        ("ổng với bả mới sanh em bé", "ông ấy với bà ấy mới sinh em bé"),
        ("khi mô có, o ơi", "khi nào có, cô ơi"),
    ],
)
def test_that_many_ways_to_write_become_one(typed: str, read: str) -> None:
    assert normalise(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("tt đất đai", "thủ tục đất đai"),
        ("theo tt 01/2018 nào", "theo thông tư 01/2018 nào"),
        ("muốn tt qua momo", "muốn thanh toán qua momo"),
        ("gọi tt hành chính công", "gọi trung tâm hành chính công"),
        ("sửa tt cá nhân", "sửa thông tin cá nhân"),
        ("tách hk", "tách hộ khẩu"),
        ("vậy hk được à", "vậy không được à"),
        ("quên mk rồi", "quên mật khẩu rồi"),
        ("mk muốn hỏi", "mình muốn hỏi"),
        ("mẫu tk ở đâu", "mẫu tờ khai ở đâu"),
        ("khoá tk của tôi", "khoá tài khoản của tôi"),
        ("du dk huong khong", "du dieu kien huong khong"),
        ("dk kinh doanh", "dang ky kinh doanh"),
        ("lam dk ko", "lam duoc khong"),
        ("yếu tố nn", "yếu tố nước ngoài"),
        ("đất nn", "đất nông nghiệp"),
        ("mở ct", "mở công ty"),
        ("ct bản sao", "chứng thực bản sao"),
        ("50 k", "50 nghin"),
        ("vk ck em ở đâu", "vợ chồng em ở đâu"),
        ("bằng ck được không", "bằng chuyển khoản được không"),
        ("dạ vâng a", "dạ vâng ạ"),
        ("nhờ a xem", "nhờ anh xem"),
    ],
)
def test_that_the_neighbours_decide_what_is_meant(typed: str, read: str) -> None:
    assert normalise(typed) == read


@pytest.mark.parametrize(
    "text",
    [
        "chi phí, chi nhánh, thu chi, chi cục thuế",
        "chi oi cho em hoi",
        "mô hình, quy mô, mô tô, hiến mô",
        "phòng khám răng hàm mặt",
        "bằng lái hạng A1, hạng B, hạng C, hạng E",
        "điểm a, b, c khoản 2",
        "tê liệt, tăng ni, ni cô",
        "nghỉ hè, mùa hè",
        "vô sinh, vô chủ",
        "lỗ hổng",
        "hẻm 12, trong hem 12",
        "so hong cua em bi mat",
        "so sanh gia",
        "thiệt hại do bão",
        "biểu mẫu, biểu đồ",
        "kết hôn, ly hôn",
        "tổ 2, to2, khu1",
        "online, form, reset, visa, test, pos",
        "gửi về lm.khaisinh@ks.com.vn",
        "https://dichvucong.gov.vn/k/r?tt=hs",
        "H32.15-251103-0012",
        "h32 15 251103 0012",
        "0905 123 456",
        "10k, 2tr",
        "",
        "👍👍👍",
    ],
)
def test_that_proper_text_stays(text: str) -> None:
    assert normalise(text) == text


def test_that_a_text_without_diacritics_gets_none() -> None:
    assert normalise("ko biet lam gks o mo").isascii()
    assert normalise("ko biết") == "không biết"


def test_that_official_names_are_left_alone_but_for_abbreviations() -> None:
    with (ROOT / "data" / "catalogue" / "index" / "national.tsv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file, delimiter="\t")]
    # Abbreviations are in capitals there.
    plain = [re.sub(r"\b[A-ZĐ]+\b", "", name) for name in names]
    assert [name for name in plain if written_out(tokens(accented(name))) != tokens(accented(name))] == []


def test_that_words_keep_their_place_in_the_text_as_typed() -> None:
    text = "Nộp hs khaisinh ở mô"
    words = default_treatment().words(text)
    assert [(word.text, text[word.start : word.end], word.is_rewritten) for word in words] == [
        ("nộp", "Nộp", False),
        ("hồ", "hs", True),
        ("sơ", "hs", True),
        ("khai", "khai", True),
        ("sinh", "sinh", True),
        ("ở", "ở", False),
        ("đâu", "mô", True),
    ]


def test_that_words_cut_by_somebody_else_are_treated_alike() -> None:
    assert written_out(["hs", "tui", "o", "mô"]) == ["hồ", "sơ", "tôi", "o", "đâu"]
    assert written_out([]) == []


def _words_of_the_rules() -> list[str]:
    cells = [
        cell
        for name in RULE_FILES
        for line in (LANGUAGE_FOLDER / name).read_text("utf-8").splitlines()[1:]
        for cell in line.split("\t")[:4]
    ]
    return sorted({word for cell in cells for word in tokens(accented(cell))})


WORDS = [*_words_of_the_rules(), "giaays", "to72", "khaisinh", "ch", "ứng", "gi", "ấy", "12", "okkk", "chi", "mô"]
chatter = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from([" ", " ", " ", ", ", ". ", "/"])), max_size=12
).map(lambda pairs: "".join(word + gap for word, gap in pairs))


@settings(max_examples=400)
@given(st.one_of(chatter, chatter.map(fold), st.text(max_size=60)))
@example("A\u0301\u0301\u0301\u0301 ½ ﬁ")
def test_that_twice_is_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(max_size=100))
def test_that_places_are_in_the_text_and_in_order(text: str) -> None:
    words = default_treatment().words(text)
    assert all(0 <= word.start < word.end <= len(text) and word.text for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)


@pytest.mark.parametrize(
    "text",
    [
        "lm khai sinh ntn v ad " * 450,
        "a" * 10_000,
        "aaab" * 2_500,
        "khaisinh" * 1_250,
        "giaays " * 1_400,
        "gia61y1 " * 1_250,
        "k " * 5_000,
        "a\u0301\u0323" * 3_300,
        "a" + "\u0301\u0323" * 5_000,
        "😀" * 10_000,
        "@." * 5_000,
        "\u200b" * 10_000,
        "(a+)+$" * 1_600,
        "c h o " * 1_600,
        "ch ng " * 1_600,
    ],
)
def test_that_ten_thousand_characters_take_no_time(text: str) -> None:
    default_treatment()
    started = time.perf_counter()
    normalise(text)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("name", "row", "complaint"),
    [
        ("teencode.tsv", "ko\tkhông\t\t\tmaybe", "teencode.tsv:2: text must be"),
        ("teencode.tsv", "ko\t", "teencode.tsv:2: written and meaning"),
        ("teencode.tsv", "ko\tko", "teencode.tsv:2: 'ko' means itself"),
        ("dialect.tsv", "mô\tđâu\t@nobody", "dialect.tsv:2: before names the group 'nobody'"),
        ("abbreviations.tsv", "hs\thồ sơ\t\t\t\tx", "abbreviations.tsv:2: more cells"),
    ],
)
def test_that_a_wrong_row_is_named(tmp_path: Path, name: str, row: str, complaint: str) -> None:
    for path in LANGUAGE_FOLDER.iterdir():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    for table in RULE_FILES:
        (tmp_path / table).write_text("written\tmeaning\tbefore\tafter\ttext\n" + (f"{row}\n" if table == name else ""))
    with pytest.raises(LanguageError, match=complaint.replace("(", r"\(")):
        TextTreatment.read(tmp_path)

"""What the import makes of the national database's flattened texts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.catalogue.importing.facts import clip_at_word, facts_of
from backend.catalogue.importing.figures import ParsedFee, ParsedTime, whole_number
from backend.catalogue.importing.papers import ParsedPaper, read_papers
from backend.catalogue.importing.sentences import paragraphs, read_legal_basis, read_result, read_steps
from backend.catalogue.importing.shape import ImportedRecord
from backend.catalogue.importing.tidying import tidy
from backend.catalogue.importing.ways import WayRow, read_ways
from backend.catalogue.record import FilingWay, ProcedureRecord, TimeUnit
from tests.unit.backend.import_samples import BASIS, FORM, PAPERS, WAYS, WORDS, page

ONLINE, IN_PERSON, POST = FilingWay.ONLINE, FilingWay.IN_PERSON, FilingWay.POST
DAY, WORKING_DAY = TimeUnit.DAY, TimeUnit.WORKING_DAY


def ways(text: str) -> list[WayRow]:
    rows = read_ways(WAYS + text, FORM)
    assert rows is not None
    return rows


def one(text: str) -> WayRow:
    (row,) = ways(text)
    return row


def test_that_a_row_is_split_into_way_time_and_fee() -> None:
    online, post = "Trực tuyến5 Ngày làm việc2,000,000 Việt Nam Đồng", "Dịch vụ bưu chính8 GiờMiễn phí"
    assert ways(f"{online}{post}Trực tiếp2 ThángMiễn phí") == [
        WayRow(ONLINE, ParsedTime(5, WORKING_DAY), (ParsedFee(2_000_000),), ""),
        WayRow(POST, ParsedTime(8, TimeUnit.HOUR), (ParsedFee(0),), ""),
        WayRow(IN_PERSON, ParsedTime(2, TimeUnit.MONTH), (ParsedFee(0),), ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "fee"),
    [
        ("70,000 VNĐ", ParsedFee(70_000)),
        ("70,000 VNĐ(70.000 đồng)", ParsedFee(70_000)),
        ("70,000 VNĐ(70.000 đồng/Giấy chứng nhận)", ParsedFee(70_000, "mỗi Giấy chứng nhận")),
        ("70,000 VNĐ(nộp nhanh; chậm thì 90.000 đồng)", ParsedFee(70_000, "nộp nhanh; chậm thì 90.000 đồng")),
        ("Miễn phí(Không quy định.)", ParsedFee(0)),
        # "Miễn phí" is also what the portal shows where the figure was left blank.
        ("Miễn phí(Do Hội đồng nhân dân tỉnh quy định)", ParsedFee(None, "Do Hội đồng nhân dân tỉnh quy định")),
        ("Miễn phí(Một loại: 8.000.000/lần (mười lần))", ParsedFee(None, "Một loại: 8.000.000/lần (mười lần)")),
        ("Miễn phí(1) Bò: 5.000 đồng (2) Trâu: 6.000 đồng", ParsedFee(None, "(1) Bò: 5.000 đồng (2) Trâu: 6.000 đồng")),
        ("Miễn phíPhí: 800.000 đồng/hồ sơ", ParsedFee(None, "Phí: 800.000 đồng/hồ sơ")),
        ("10 USD(/lần)", ParsedFee(None, "10 USD (/lần)")),
        # Nothing costs 20 đồng.
        ("20 VNĐ", ParsedFee(None, "20 VNĐ (nguồn ghi như vậy)")),
        ("20 VNĐ(20.000 đồng/tờ)", ParsedFee(None, "20.000 đồng/tờ")),
        ("12,34 VNĐ", ParsedFee(None, "12,34 VNĐ (nguồn ghi như vậy)")),
    ],
)
def test_that_a_fee_is_a_figure_only_where_it_is_plainly_one(cell: str, fee: ParsedFee) -> None:
    assert one(f"Trực tiếp5 Ngày{cell}").fees == (fee,)


def test_that_several_fees_stand_side_by_side() -> None:
    assert one("Trực tiếp5 Ngày50,000 VNĐ(lần đầu)30,000 VNĐ(cấp lại)Khi nhận đủ hồ sơ.") == WayRow(
        IN_PERSON,
        ParsedTime(5, DAY),
        (ParsedFee(50_000, "lần đầu"), ParsedFee(30_000, "cấp lại")),
        "Khi nhận đủ hồ sơ.",
    )


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("5Miễn phí", ParsedTime(text="5 (nguồn không ghi đơn vị thời gian)")),
        ("5Miễn phíTrong 05 ngày làm việc", ParsedTime(5, WORKING_DAY, "Trong 05 ngày làm việc")),
        ("5Miễn phíTrong 07 ngày làm việc", ParsedTime(text="Trong 07 ngày làm việc")),
        ("0 NgàyMiễn phí", None),
        ("5000 NgàyMiễn phí", ParsedTime(text="5000 Ngày")),
        ("Miễn phí", None),
        ("Không phải trả kết quả cho ai cảMiễn phí", ParsedTime(text="Không phải trả kết quả cho ai cả")),
    ],
)
def test_that_a_time_without_a_plain_unit_stays_a_text(cell: str, time: ParsedTime | None) -> None:
    assert one(f"Trực tiếp{cell}").time == time


def test_that_a_time_and_a_fee_in_one_run_of_digits_are_not_guessed() -> None:
    row = one("Trực tuyến120 VNĐ")
    assert row.time is None
    assert row.fees == (ParsedFee(text="chưa rõ: nguồn ghi “120 VNĐ”, thời gian và phí viết liền nhau"),)


def test_that_a_sentence_that_names_a_way_begins_no_row() -> None:
    (row,) = ways("Trực tiếp5 NgàyMiễn phíNộp Trực tuyến hoặc Trực tiếp 01 bộ hồ sơ.")
    assert row.description == "Nộp Trực tuyến hoặc Trực tiếp 01 bộ hồ sơ."


def test_that_another_text_is_no_table() -> None:
    assert read_ways("Nộp tại xã.", FORM) is None
    assert read_ways(f"{WAYS}Nộp tại xã.", FORM) is None


def test_that_papers_have_their_case_copies_and_form() -> None:
    text = (
        f"Đối với tổ chức:{PAPERS}- Đơn theo mẫu ngày 01/01/20261 bản chính"
        f"Giấy ủy quyềnMẫu số 02.docx0 bản chính,3 bản saoBao gồm:{PAPERS}Ảnh con trăn0 bản chính"
    )
    assert read_papers(text, FORM) == [
        ParsedPaper("Đơn theo mẫu ngày 01/01/2026", "Đối với tổ chức", "1 bản chính"),
        ParsedPaper("Giấy ủy quyền", "Đối với tổ chức", "3 bản sao", ("Mẫu số 02.docx",)),
        ParsedPaper("Ảnh con trăn"),
    ]


@pytest.mark.parametrize(
    ("cell", "text", "forms"),
    [
        ("Đơn theo 32/2026/NĐ-CPMẫu số 04.QLT.docx", "Đơn theo 32/2026/NĐ-CP", ("Mẫu số 04.QLT.docx",)),
        ("Đơn theo quy địnhNA3.doc", "Đơn theo quy định", ("NA3.doc",)),
        ("Đơn (đỏ).MauKX1079.docx", "Đơn (đỏ)", ("MauKX1079.docx",)),
        ("ĐơnMẫu 1.docxMẫu 2.pdf", "Đơn", ("Mẫu 1.docx", "Mẫu 2.pdf")),
        ("đơn viết liền nhau.docx", "đơn viết liền nhau.docx", ()),
    ],
)
def test_that_a_forms_file_is_told_from_its_paper(cell: str, text: str, forms: tuple[str, ...]) -> None:
    assert read_papers(f"--{PAPERS}{cell}1 bản chính", FORM) == [ParsedPaper(text, None, "1 bản chính", forms)]


def test_that_ten_copies_are_ten() -> None:
    assert read_papers(f"--{PAPERS}Đơn xin10 bản chính", FORM) == [ParsedPaper("Đơn xin", None, "10 bản chính")]


def test_that_documents_of_the_legal_basis_are_told_apart() -> None:
    text = (
        "Luật Trăn số 27/2023/QH1527/2023/QH15Nghị định 105/2021/NĐ-CP105/2021/NĐ-CPVề nuôi rắn12/2020/TT-BNNPTNT"
        "Luật RắnLuật 79/2015/QH13sửa đổi Nghị định số 66.7/2025/NQ-CP66.7/2025/NQ-CPQuyết định của xãkhông số"
    )
    assert read_legal_basis(BASIS + text, FORM) == [
        "Luật Trăn số 27/2023/QH15",
        "Nghị định 105/2021/NĐ-CP",
        "Về nuôi rắn (12/2020/TT-BNNPTNT)",
        "Luật Rắn (Luật 79/2015/QH13)",
        "sửa đổi Nghị định số 66.7/2025/NQ-CP",
        "Quyết định của xãkhông số",
    ]
    assert read_legal_basis("Không có thông tin", FORM) == []


def test_that_steps_are_counted_and_references_are_not() -> None:
    text = "Chuẩn bị.\n- Bước 1: Nộp.\nb) Bước 2. Chờ;\n- Nhận.Bước 3 Về nhà"
    assert read_steps(text, FORM) == ["Chuẩn bị.", "Nộp.", "Chờ;\nNhận.", "Về nhà"]
    assert read_steps("Bước 1: Nộp (xem Bước 2).\nBước 2: Chờ.Bước 3: Về.", FORM) == [
        "Nộp (xem Bước 2).",
        "Chờ.",
        "Về.",
    ]
    assert read_steps("- Nộp tại xã;\n- Chờ ba\nngày.", FORM) == ["Nộp tại xã;", "Chờ ba ngày."]
    assert read_steps("Không có thông tin", FORM) == []


def test_that_a_result_has_no_codes_and_controls() -> None:
    text = "Giấy phép.Mã: KQ.G10.000211.Văn bản trả lời.Mã: KQ.G10.001333Từ khóaKhông có thông tinMô tảNộp hồ sơ"
    assert read_result(text, FORM) == "Giấy phép; Văn bản trả lời"
    assert read_result("", FORM) is None


def test_that_conditions_that_say_nothing_are_none() -> None:
    for text in ("Không.", "không có", "Không có thông tin", "", "-"):
        assert paragraphs(text, FORM) == []


def test_that_a_page_becomes_a_record() -> None:
    facts = facts_of(page("1.000001"), FORM, WORDS)
    assert facts["ways"] == ["in_person", "online"]
    assert facts["online"] == "ungraded"
    assert facts["fees"] == [
        {"amount": 0, "when": "nộp trực tuyến"},
        {"amount": 8000, "text": "mỗi bản", "when": "nộp trực tiếp"},
    ]
    assert facts["durations"] == [
        {"value": 3, "unit": "working_day", "when": "nộp trực tuyến"},
        {"value": 5, "unit": "day", "when": "nộp trực tiếp"},
    ]
    assert facts["papers"] == [
        {"text": "Đơn xin nuôi trăn", "copies": "1 bản chính"},
        {"text": "Ảnh con trăn", "copies": "2 bản sao"},
    ]
    assert facts["forms"] == [{"name": "Mẫu số 01.docx"}]
    assert facts["legal_basis"] == ["Luật Trăn số 1/2020/QH14", "Về nuôi trăn (2/2021/NĐ-CP)"]
    assert facts["result"] == "Giấy phép nuôi trăn"
    assert "conditions" not in facts and "place" not in facts


def test_that_what_holds_for_all_ways_has_no_condition() -> None:
    table = f"{WAYS}Trực tuyến3 NgàyMiễn phíTrực tiếp3 NgàyMiễn phí"
    facts = facts_of(page("1.000001", cach_thuc_thuc_hien=table), FORM, WORDS)
    assert (facts["fees"], facts["durations"]) == ([{"amount": 0}], [{"value": 3, "unit": "day"}])


def test_that_what_is_no_table_is_kept_as_text_unless_its_beginning_is_missing() -> None:
    loose = page("1.000001", cach_thuc_thuc_hien="Nộp ở đâu cũng được.", thanh_phan_ho_so="- Đơn xin.\n- Ảnh.")
    facts = facts_of(loose, FORM, WORDS)
    assert facts["notes"] == ["Nộp ở đâu cũng được."]
    assert facts["papers"] == [{"text": "Đơn xin."}, {"text": "Ảnh."}]
    assert "papers" not in facts_of(page("1.000001", thanh_phan_ho_so="); nộp cho xã."), FORM, WORDS)


def test_that_an_imported_record_has_the_parts_of_a_written_one() -> None:
    assert set(ImportedRecord.model_fields) <= set(ProcedureRecord.model_fields)
    assert set(ProcedureRecord.model_fields) - set(ImportedRecord.model_fields) == {"summary"}


WORD = st.sampled_from(["Đơn", "giấy", "trăn", "ngày 01/02/2026", "số 5/2020/NĐ-CP", "(bản đỏ)", "QH15", "Mẫu 1"])
SENTENCE = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
PIECE = st.one_of(
    st.sampled_from(
        [
            *FORM.ways,
            *FORM.units,
            "Miễn phí",
            "Không có thông tin",
            "5",
            "10,000 VNĐ",
            "7 USD",
            "(",
            ")",
            "((",
            "Bước 1",
        ]
        + ["1 bản chính", ",2 bản sao", PAPERS, WAYS, BASIS, "Mã: KQ.G1.000001", ".docx", "12/2020/TT-BTC", "\n", "--"]
    ),
    st.text(max_size=12),
)
RUBBLE = st.lists(PIECE, max_size=40).map("".join)


@given(RUBBLE, st.sampled_from([WAYS, PAPERS, BASIS, "", "--"]))
@settings(max_examples=300, deadline=None)
def test_that_no_text_whatever_breaks_a_parser(text: str, heading: str) -> None:
    whole = tidy(heading + text)
    everything: dict[str, Any] = page("1.000001")
    for key in ("cach_thuc_thuc_hien", "thanh_phan_ho_so", "can_cu_phap_ly", "trinh_tu_thuc_hien"):
        everything[key] = whole
    everything |= {"yeu_cau_dieu_kien": whole, "ket_qua_xu_ly": whole, "dia_chi_tiep_nhan": whole}
    facts = facts_of(everything, FORM, WORDS)
    place = {"code": "1.000001", "name": "Tên", "short_name": "Tên", "field": "a", "levels": ["commune"], "agency": "b"}
    ImportedRecord.model_validate({**place, **facts, "source": {"name": "Nguồn"}})


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(FORM.ways)),
            st.integers(1, 999),
            st.sampled_from(["Ngày làm việc", "Ngày", "Giờ", "Tháng"]),
            st.one_of(st.just(0), st.integers(1, 2_000_000).map(lambda thousands: thousands * 1000)),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_that_every_plain_table_comes_back_whole(rows: list[tuple[str, int, str, int]]) -> None:
    text = "".join(f"{way}{n} {unit}{f'{fee:,} VNĐ' if fee else 'Miễn phí'}" for way, n, unit, fee in rows)
    assert ways(text) == [
        WayRow(FORM.ways[way], ParsedTime(n, FORM.units[unit.lower()]), (ParsedFee(fee),), "")
        for way, n, unit, fee in rows
    ]


@given(st.lists(st.tuples(SENTENCE, st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6))
def test_that_every_paper_comes_back_with_its_copies(rows: list[tuple[str, int, int]]) -> None:
    text = "".join(f"{name}{originals} bản chính,{copies} bản sao" for name, originals, copies in rows)
    found = read_papers(f"--{PAPERS}{text}", FORM)
    assert found is not None
    assert [paper.text for paper in found] == [name for name, _, _ in rows]
    for paper, (_, originals, copies) in zip(found, rows, strict=True):
        said = [f"{n} {kind}" for n, kind in ((originals, "bản chính"), (copies, "bản sao")) if n]
        assert paper.copies == (", ".join(said) or None)


@given(st.integers(0, 10**11), st.sampled_from(",."))
def test_that_a_number_is_read_with_either_mark(number: int, mark: str) -> None:
    assert whole_number(f"{number:,}".replace(",", mark)) == number


@given(st.text(max_size=300), st.integers(20, 200))
def test_that_clipping_keeps_whole_words(text: str, limit: int) -> None:
    clipped = clip_at_word(text, limit)
    assert len(clipped) <= limit
    assert clipped == text or clipped.endswith("…")

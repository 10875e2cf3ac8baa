"""The search, as a citizen notices it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.catalogue.entries import OnlineFilter, SearchEntry, SearchFilters, Verdict
from backend.catalogue.record import Audience, Level, OnlineLevel
from backend.catalogue.search import CatalogueSearch
from tests.unit.backend.catalogue_samples import ENTRIES, reader, sample_search
from vietnamese.folding import fold

SEARCH = sample_search()


def first(text: str) -> str | None:
    hits = SEARCH.search(text).hits
    return hits[0].entry.code if hits else None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("đăng ký khai sinh", "1.001193"),
        ("dang ky khai sinh", "1.001193"),
        ("DANG KI KHAI SINH", "1.001193"),
        ("làm khai sinh cần giấy tờ gì", "1.001193"),
        ("lam khai sinh can giay to gi", "1.001193"),
        ("cho em hỏi lệ phí đăng ký khai sinh là bao nhiêu ạ", "1.001193"),
        ("khaisinh", "1.001193"),
        ("đăng ký kết hnô", "1.000894"),
        ("dang ky ket honn", "1.000894"),
        ("đăng ký lại khai sinh", "1.004884"),
        ("khai sinh cho con có bố người Hàn Quốc", "2.000528"),
        ("tách thửa đất", "1.013831"),
        ("tach thua dat", "1.013831"),
        ("phiếu lí lịch tư pháp", "2.000488"),
        ("nhap ho khau cho vo", "1.004222"),
        ("hai đứa sắp cưới thì ký giấy ở đâu", "1.000894"),
        ("ba tôi mới qua đời", "1.000656"),
    ],
)
def test_that_what_people_write_finds_the_procedure(text: str, code: str) -> None:
    assert first(text) == code


@pytest.mark.parametrize("text", ["1.001193", "mã 1.001193 thì nộp ở đâu", "1,001193", "thủ tục 1001193"])
def test_that_a_code_names_one_procedure(text: str) -> None:
    result = SEARCH.search(text)
    assert (result.verdict, [hit.entry.code for hit in result.hits]) == (Verdict.ONE, ["1.001193"])


def test_that_an_unknown_code_finds_nothing() -> None:
    assert SEARCH.search("thủ tục 9.999999").verdict is Verdict.NONE


def test_that_tone_marks_may_stand_on_either_vowel() -> None:
    entries = [entry.code for entry in ENTRIES]
    for one, other in (("thỏa", "thoả"), ("hóa", "hoá"), ("thủy", "thuỷ")):
        assert fold(one) == fold(other)
        left, right = SEARCH.search(f"khai sinh {one}"), SEARCH.search(f"khai sinh {other}")
        assert [(hit.entry.code, hit.score) for hit in left.hits] == [(hit.entry.code, hit.score) for hit in right.hits]
        assert all(hit.entry.code in entries for hit in left.hits)


def test_that_diacritics_decide_between_words_that_are_alike_without_them() -> None:
    # "tử" and "tư": who marks the word means it; who does not gets both.
    marked = [hit.entry.code for hit in SEARCH.search("khai tử").hits]
    bare = [hit.entry.code for hit in SEARCH.search("khai tu").hits]
    assert marked[0] == "1.000656"
    assert "1.000656" in bare


def test_that_near_hits_become_a_choice() -> None:
    result = SEARCH.search("giấy khai sinh của con bị sai hay mất gì đó")
    assert result.verdict is Verdict.SEVERAL
    assert {"1.004859", "1.004884"} & {hit.entry.code for hit in result.hits[:4]}


@pytest.mark.parametrize(
    "text", ["hôm nay trời đẹp quá", "tôi muốn ly hôn", "vay tiền ngân hàng nào lãi thấp", "😀😀😀", "!!!", "xin chào"]
)
def test_that_what_is_no_procedure_finds_nothing(text: str) -> None:
    result = SEARCH.search(text)
    assert (result.verdict, result.hits) == (Verdict.NONE, ())


def test_that_a_field_alone_becomes_a_list() -> None:
    for text in ("thủ tục đất đai", "thu tuc dat dai", "lĩnh vực đất đai"):
        result = SEARCH.search(text)
        assert (result.verdict, result.query.field_id) == (Verdict.LIST, "dat-dai")
        assert {hit.entry.field_id for hit in result.hits} == {"dat-dai"}


def test_that_an_agency_alone_becomes_a_list() -> None:
    result = SEARCH.search("các thủ tục của Sở Tư pháp")
    assert (result.verdict, [hit.entry.code for hit in result.hits]) == (Verdict.LIST, ["2.000488"])


def test_that_a_level_alone_becomes_a_list() -> None:
    result = SEARCH.search("thủ tục cấp tỉnh")
    assert (result.verdict, result.query.level) == (Verdict.LIST, Level.PROVINCE)
    assert all(Level.PROVINCE in hit.entry.levels for hit in result.hits)


def test_that_the_subject_is_what_remains_without_politeness_and_facets() -> None:
    assert SEARCH.search("dạ cho em hỏi đăng ký kết hôn cần giấy tờ gì ạ").query.subject == "đăng ký kết hôn"
    assert SEARCH.search("cần giấy tờ gì, lệ phí bao nhiêu, nộp ở đâu?").query.subject == ""


def test_that_filters_restrict() -> None:
    result = SEARCH.search("đất", SearchFilters(level=Level.COMMUNE, field_id="dat-dai"))
    assert {hit.entry.code for hit in result.hits} == {"1.012800"}
    assert SEARCH.search("1.001193", SearchFilters(field_id="dat-dai")).verdict is Verdict.NONE


def test_that_pages_follow_one_another() -> None:
    whole = [hit.entry.code for hit in SEARCH.search("", limit=13).hits]
    parts = [hit.entry.code for start in (0, 5, 10) for hit in SEARCH.search("", limit=5, offset=start).hits]
    assert whole == parts and len(whole) == len(ENTRIES)
    assert SEARCH.search("", limit=5, offset=1000).total == len(ENTRIES)


def test_that_an_empty_catalogue_finds_nothing() -> None:
    assert CatalogueSearch([], reader()).search("khai sinh").verdict is Verdict.NONE
    assert CatalogueSearch([], reader()).search("").verdict is Verdict.NONE


@given(st.text(max_size=400))
def test_that_no_text_breaks_the_search(text: str) -> None:
    result = SEARCH.search(text)
    assert all(0 < hit.score <= 1 for hit in result.hits)
    assert (result.verdict is Verdict.NONE) == (not result.hits)


@given(st.sampled_from(ENTRIES), st.sampled_from([str, fold, str.upper, lambda text: fold(text).upper()]))
def test_that_a_name_is_found_with_and_without_diacritics(entry: SearchEntry, spell: Callable[[str], str]) -> None:
    assert entry.code in {hit.entry.code for hit in SEARCH.search(spell(entry.name)).hits[:2]}


@pytest.mark.parametrize("text", ["qwxz " * 100, "đăng ký " * 60, "khaisinh" * 60, " ".join(map(chr, range(33, 500)))])
def test_that_no_text_takes_long(text: str) -> None:
    started = time.perf_counter()
    SEARCH.search(text)
    assert time.perf_counter() - started < 0.25


def test_that_other_procedures_follow_the_one_that_is_called_so() -> None:
    hits = SEARCH.search("đăng ký khai sinh").hits
    assert [hits[0].entry.code, hits[0].score] == ["1.001193", 1.0]
    assert "1.004884" in [hit.entry.code for hit in hits[1:]]
    assert all(0 < hit.score < 1 for hit in hits[1:])


def test_that_better_hits_have_higher_scores() -> None:
    scores = [hit.score for hit in SEARCH.search("giấy khai sinh của con bị sai hay mất").hits]
    assert scores == sorted(scores, reverse=True) and scores[0] > scores[-1]


def test_that_filters_that_leave_only_something_else_leave_nothing() -> None:
    assert SEARCH.search("đăng ký kết hôn", SearchFilters(level=Level.PROVINCE)).verdict is Verdict.NONE
    assert SEARCH.search("đăng ký kết hôn", SearchFilters(level=Level.COMMUNE)).hits[0].entry.code == "1.000894"


@pytest.mark.parametrize(
    ("filters", "codes"),
    [
        (SearchFilters(audience=Audience.FOREIGNER), {"2.000528"}),
        (SearchFilters(online=OnlineFilter.ANY), {"1.001193", "1.000894", "1.004222"}),
        (SearchFilters(online=OnlineFilter.FULL), {"1.001193"}),
        (SearchFilters(online=OnlineFilter.PARTIAL), {"1.000894"}),
        (SearchFilters(online=OnlineFilter.ANY, field_id="cu-tru"), {"1.004222"}),
    ],
)
def test_that_who_may_apply_and_filing_online_filter(filters: SearchFilters, codes: set[str]) -> None:
    online = {"1.001193": OnlineLevel.FULL, "1.000894": OnlineLevel.PARTIAL, "1.004222": OnlineLevel.UNGRADED}
    entries = [
        replace(
            entry,
            online=online.get(entry.code, OnlineLevel.NONE),
            audience=(Audience.FOREIGNER,) if entry.code == "2.000528" else (Audience.CITIZEN,),
        )
        for entry in ENTRIES
    ]
    search = CatalogueSearch(entries, reader())
    assert {hit.entry.code for hit in search.search("", filters, limit=20).hits} == codes

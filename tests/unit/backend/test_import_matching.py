"""Rows without a code: matched by name and field, or not at all."""

from __future__ import annotations

import pytest

from backend.catalogue.importing.matching import Ambiguous, NameMatcher
from backend.catalogue.importing.names import NationalNames
from backend.catalogue.record import AgencyRecord, Audience, FieldRecord, Level
from tests.unit.backend.import_samples import FOLDER, FORM

MATCHER = NameMatcher(
    [
        ("1.000001", "Thủ tục đăng ký khai sinh", "ho-tich"),
        ("1.000002", "Thủ tục đăng ký lại khai sinh", "ho-tich"),
        ("1.000003", "Cấp giấy phép hoạt động nuôi trăn, rắn cho tổ chức (thực hiện tại cấp xã)", "thu-y"),
        ("1.000004", "Cấp giấy phép hoạt động nuôi trăn, rắn cho tổ chức (thực hiện tại cấp tỉnh)", "thu-y"),
        ("1.000005", "Giao đất", "dat-dai"),
        ("1.000006", "Giao đất.", "dat-dai"),
        ("1.000007", "Thông báo thành lập, thay đổi Trung tâm hướng dẫn nghiệp vụ", "ho-tich"),
        ("1.000007", "Thông báo thành lập, thay đổi trung tâm hướng dẫn nghiệp vụ.", "ho-tich"),
    ],
    FORM.fillers,
)


@pytest.mark.parametrize(
    ("name", "field", "code"),
    [
        ("ĐĂNG KÝ KHAI SINH", "ho-tich", "1.000001"),
        ("Đăng kí khai sinh.", "ho-tich", None),
        ("Thủ tục đăng ký lại việc khai sinh", "ho-tich", "1.000002"),
        ("Đăng ký khai sinh", "dat-dai", None),
        ("Đăng ký khai tử", "ho-tich", None),
        ("Cấp giấy phép hoạt động nuôi trăn rắn cho tổ chức (thực hiện tại cấp xã)", "thu-y", "1.000003"),
        ("Cấp lại giấy phép hoạt động nuôi trăn, rắn cho tổ chức (thực hiện tại cấp xã)", "thu-y", None),
        ("Cấp giấy phép hoạt động nuôi trăn, rắn cho tổ chức", "thu-y", None),
        ("Thông báo thành lập, thay đổi Trung tâm hướng dân nghiệp vụ", "ho-tich", "1.000007"),
        ("Thông báo thành lập, thay đổi Trung tâm hướng dẫn nghiêp vu", "ho-tich", None),
    ],
)
def test_that_only_the_same_name_in_the_same_field_matches(name: str, field: str, code: str | None) -> None:
    assert MATCHER.find(name, field) == code


def test_that_two_of_the_same_name_are_no_match() -> None:
    assert MATCHER.find("Giao đất", "dat-dai") == Ambiguous(("1.000005", "1.000006"))


def names() -> NationalNames:
    fields = [FieldRecord(id="ho-tich", name="Hộ tịch"), FieldRecord(id="ngan-hang", name="Ngân hàng")]
    agencies = [
        AgencyRecord(id=id_, name=name, level=level)
        for id_, name, level in (
            ("ubnd-cap-xa", "Ủy ban nhân dân cấp xã", Level.COMMUNE),
            ("so-tu-phap", "Sở Tư pháp", Level.PROVINCE),
            ("ubnd-tinh", "Ủy ban nhân dân tỉnh", Level.PROVINCE),
            ("bo-tu-phap", "Bộ Tư pháp", Level.MINISTRY),
        )
    ]
    return NationalNames.read(FOLDER / "national-names.yml", FORM, fields, agencies)


def test_that_national_fields_have_their_place_here() -> None:
    assert names().field("Hộ tịch (Bộ Tư pháp)") == "ho-tich"
    assert names().field("hộ  tịch") == "ho-tich"
    assert names().field("Hoạt động ngoại hối") == "ngan-hang"
    assert names().field("Nuôi trăn") is None


@pytest.mark.parametrize(
    ("authority", "levels", "ministry", "agency"),
    [
        ("Chủ tịch Ủy ban nhân dân cấp xã", (Level.PROVINCE, Level.COMMUNE), "", "ubnd-cap-xa"),
        ("Sở Tư Pháp", (Level.PROVINCE,), "bo-tu-phap", "so-tu-phap"),
        ("Không có thông tin", (Level.PROVINCE,), "bo-tu-phap", "so-tu-phap"),
        ("Không có thông tin", (Level.MINISTRY,), "bo-y-te", None),
        ("Bộ Tư pháp", (Level.MINISTRY,), "", "bo-tu-phap"),
        ("Bộ Tư pháp", (), "bo-tu-phap", None),
    ],
)
def test_that_authorities_have_their_place_here(
    authority: str, levels: tuple[Level, ...], ministry: str, agency: str | None
) -> None:
    assert names().agency(authority, levels, ministry) == agency


def test_that_levels_are_told_or_read_off_the_authorities() -> None:
    assert names().levels("Cấp bộ, Cấp tỉnh, Cấp xã") == (Level.MINISTRY, Level.PROVINCE, Level.COMMUNE)
    assert names().levels("Cấp huyện") == ()
    assert names().levels_of_authorities("Bộ Tư pháp\nỦy ban nhân dân cấp tỉnh") == (Level.MINISTRY, Level.PROVINCE)
    assert names().levels_of_authorities("Bảo hiểm xã hội tỉnh") == (Level.PROVINCE,)
    assert names().levels_of_authorities("Chủ đầu tư") == ()
    assert names().levels_in_name("Khóa căn cước điện tử (thực hiện tại cấp xã)") == (Level.COMMUNE,)


def test_that_applicants_are_told_apart() -> None:
    text = "Công dân Việt Nam, Cán bộ, công chức, viên chức, Doanh nghiệp, Tổ chức (không bao gồm doanh nghiệp, HTX)"
    assert names().audience(text) == (Audience.CITIZEN, Audience.ENTERPRISE, Audience.ORGANISATION)
    assert names().audience("") == ()

"""A small catalogue for tests of the search."""

from __future__ import annotations

from backend.catalogue.elsewhere import ElsewhereTopic
from backend.catalogue.entries import SearchEntry
from backend.catalogue.query import QueryReader, QueryWords
from backend.catalogue.record import Level
from backend.catalogue.search import CatalogueSearch
from backend.catalogue.terms import words_of
from backend.kernel.settings import PROJECT_ROOT

QUERY_WORDS = PROJECT_ROOT / "data" / "catalogue" / "query-words.yml"
FIELDS = {"ho-tich": ("Hộ tịch", "khai sinh"), "dat-dai": ("Đất đai", "sổ đỏ"), "cu-tru": ("Cư trú", "hộ khẩu")}
AGENCIES = {
    "ubnd-cap-xa": ("Ủy ban nhân dân cấp xã", "UBND xã", "xã"),
    "so-tu-phap": ("Sở Tư pháp",),
    "cong-an-cap-xa": ("Công an cấp xã", "công an phường"),
    "van-phong-dat-dai": ("Văn phòng đăng ký đất đai",),
}


def _entry(
    code: str,
    name: str,
    short_name: str,
    field: str,
    agency: str,
    level: Level,
    *phrasings: str,
    popularity: int = 3,
) -> SearchEntry:
    context = f"{FIELDS[field][0]} {AGENCIES[agency][0]}"
    return SearchEntry(
        code, name, short_name, field, agency, (level,), popularity, True, phrasings=phrasings, context=context
    )


_COMMUNE, _PROVINCE = Level.COMMUNE, Level.PROVINCE
ENTRIES = (
    _entry("1.001193", "Thủ tục đăng ký khai sinh", "Đăng ký khai sinh", "ho-tich", "ubnd-cap-xa", _COMMUNE,
           "vợ mới sinh em bé ra phường làm giấy gì", "lam giay ks cho con moi de", popularity=5),
    _entry("1.004884", "Thủ tục đăng ký lại khai sinh", "Đăng ký lại khai sinh", "ho-tich", "ubnd-cap-xa", _COMMUNE,
           "mất giấy khai sinh bản gốc, sổ gốc ở xã cũng không còn"),
    _entry("2.000528", "Thủ tục đăng ký khai sinh có yếu tố nước ngoài", "Đăng ký khai sinh có yếu tố nước ngoài",
           "ho-tich", "ubnd-cap-xa", _COMMUNE, "chồng người Mỹ, làm khai sinh cho con lai"),
    _entry("2.000635", "Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh", "Bản sao trích lục hộ tịch", "ho-tich",
           "ubnd-cap-xa", _COMMUNE, "xin thêm mấy bản sao giấy khai sinh để nhập học"),
    _entry("1.000894", "Thủ tục đăng ký kết hôn", "Đăng ký kết hôn", "ho-tich", "ubnd-cap-xa", _COMMUNE,
           "hai đứa sắp cưới, ra phường ký giấy", popularity=5),
    _entry("1.000656", "Thủ tục đăng ký khai tử", "Đăng ký khai tử", "ho-tich", "ubnd-cap-xa", _COMMUNE,
           "ông nội mới mất, ra xã báo tử thế nào"),
    _entry("1.004859", "Thủ tục thay đổi, cải chính, bổ sung thông tin hộ tịch", "Thay đổi, cải chính hộ tịch",
           "ho-tich", "ubnd-cap-xa", _COMMUNE, "giấy khai sinh ghi sai ngày sinh, sửa ở đâu"),
    _entry("2.000488", "Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam", "Cấp phiếu lý lịch tư pháp", "ho-tich",
           "so-tu-phap", _PROVINCE, "công ty đòi giấy xác nhận không tiền án"),
    _entry("1.004222", "Đăng ký thường trú", "Đăng ký thường trú", "cu-tru", "cong-an-cap-xa", _COMMUNE,
           "nhập hộ khẩu cho vợ về nhà chồng"),
    _entry("1.004194", "Đăng ký tạm trú", "Đăng ký tạm trú", "cu-tru", "cong-an-cap-xa", _COMMUNE,
           "thuê phòng trọ phải khai báo với công an"),
    _entry("1.012753", "Đăng ký đất đai lần đầu đối với hộ gia đình, cá nhân", "Cấp sổ đỏ lần đầu", "dat-dai",
           "van-phong-dat-dai", _PROVINCE, "đất ông bà để lại chưa có sổ, muốn làm bìa đỏ"),
    _entry("1.013831", "Tách thửa đất, hợp thửa đất", "Tách thửa, hợp thửa đất", "dat-dai", "van-phong-dat-dai",
           _PROVINCE, "chia miếng đất làm hai cho hai đứa con"),
    _entry("1.012800", "Chuyển mục đích sử dụng đất", "Chuyển mục đích sử dụng đất", "dat-dai", "ubnd-cap-xa",
           _COMMUNE, "lên thổ cư miếng vườn"),
)  # fmt: skip


ELSEWHERE = tuple(
    ElsewhereTopic(name, name, f"Trung tâm không làm việc này: {name}.", phrasings)
    for name, phrasings in (
        ("Thời tiết", ("mai trời có mưa không", "hôm nay nóng quá", "thời tiết cuối tuần đẹp không")),
        ("Ly hôn", ("muốn ly hôn với chồng", "ra tòa ly hôn thì nộp đơn ở đâu", "vợ không chịu ly hôn")),
        ("Vay tiền", ("vay ngân hàng lãi bao nhiêu", "vay tiền nhanh ở đâu", "ngân hàng nào cho vay lãi thấp")),
    )
)


def reader() -> QueryReader:
    return QueryReader(
        QueryWords.read(QUERY_WORDS),
        field_names=FIELDS,
        agency_names=AGENCIES,
        procedure_names=[words_of(entry.name) for entry in ENTRIES],
    )


def sample_search() -> CatalogueSearch:
    return CatalogueSearch(ENTRIES, reader(), ELSEWHERE)

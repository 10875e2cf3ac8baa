"""How the bot answers from the national database's own texts: with their source, and clipped where they are long."""

from __future__ import annotations

from typing import Any

import pytest

from actions.messages import clip
from actions.procedure_facts import card, facet

SENTENCE = "Tổ chức, cá nhân nộp hồ sơ đến cơ quan có thẩm quyền và nhận phiếu hẹn. "
IMPORTED: dict[str, Any] = {
    "code": "3.000001",
    "name": "Thủ tục cấp giấy phép nuôi trăn",
    "short_name": "Cấp giấy phép nuôi trăn",
    "agency": {"id": "ubnd-cap-xa", "name": "UBND cấp xã"},
    "levels": ["commune"],
    "level_labels": ["Cấp xã"],
    "papers": [{"text": SENTENCE * 20, "copies": "1 bản chính"}, {"text": "Ảnh con trăn"}],
    "fees": [
        {"amount": 8000, "label": "8.000 đồng", "text": "mỗi bản", "when": "nộp trực tiếp"},
        {"text": SENTENCE * 40, "label": SENTENCE * 40},
    ],
    "durations": [{"value": 18, "unit": "day", "label": "18 ngày", "text": "18 ngày, kể từ ngày nhận đủ hồ sơ"}],
    "place": SENTENCE * 20,
    "result": SENTENCE * 20,
    "steps": [SENTENCE * 30, "Nhận kết quả."],
    "source": {
        "name": "Cơ sở dữ liệu quốc gia về thủ tục hành chính",
        "decision": "12/QĐ-XYZ",
        "checked_in": "2026-07",
        "checked_label": "tháng 7/2026",
    },
    "is_imported": True,
    "page_url": "/thu-tuc/3.000001",
}
SOURCE = "Theo Cơ sở dữ liệu quốc gia về thủ tục hành chính (12/QĐ-XYZ), tháng 7/2026"


def test_that_a_card_is_short_and_names_its_source() -> None:
    message = card(IMPORTED).to_json()
    rows = {row["label"]: row["value"] for row in message["card"]["rows"]}
    assert message["card"]["note"] == SOURCE
    first, second = rows["Lệ phí"].split("\n")
    assert first == "8.000 đồng – mỗi bản – nộp trực tiếp"
    for text in (second, rows["Nơi nộp"], rows["Kết quả"], rows["Giấy tờ"].split("\n")[0]):
        assert len(text) <= 310
        assert text.endswith(" …")
        assert text.removesuffix(" …").split()[-1] in SENTENCE.replace(",", "").replace(".", "").split()
    assert rows["Thời gian"] == "18 ngày, kể từ ngày nhận đủ hồ sơ"
    assert message["links"] == [{"label": "Xem đầy đủ", "url": "/thu-tuc/3.000001"}]


@pytest.mark.parametrize("intent", ["ask_documents", "ask_fee", "ask_steps", "ask_place"])
def test_that_a_facet_keeps_every_fact_though_one_runs_over_pages(intent: str) -> None:
    text = facet(IMPORTED, intent).text
    assert text.endswith(SOURCE)
    assert len(text) < 2500
    last = {"ask_documents": "Ảnh con trăn", "ask_fee": "8.000 đồng", "ask_steps": "2. Nhận kết quả."}
    assert last.get(intent, "Cơ quan giải quyết: UBND cấp xã") in text


def test_that_no_month_is_made_up() -> None:
    source = {"name": "Cơ sở dữ liệu quốc gia về thủ tục hành chính"}
    assert card({**IMPORTED, "source": source}).note == "Theo Cơ sở dữ liệu quốc gia về thủ tục hành chính"


@pytest.mark.parametrize(
    ("text", "limit", "clipped"),
    [
        ("nuôi trăn", 9, "nuôi trăn"),
        ("nuôi trăn, nuôi rắn", 13, "nuôi trăn …"),
        ("nuôi trăn nuôi", 12, "nuôi trăn …"),
        ("x" * 100, 10, "xxxxxxxx …"),
        ("nuôi " + "x" * 100, 60, "nuôi " + "x" * 53 + " …"),
    ],
)
def test_that_texts_are_clipped_at_the_end_of_a_word(text: str, limit: int, clipped: str) -> None:
    assert clip(text, limit) == clipped

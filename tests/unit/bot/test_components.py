"""The pipeline's components on the ways in which people write."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.intent_classifier import VietnameseIntentClassifier
from bot.components.procedure_extractor import ProcedureExtractor
from bot.components.receipt_code_extractor import ReceiptCodeExtractor, today
from bot.components.tokenizer import VietnameseTokenizer
from bot.components.value_extractor import VietnameseValueExtractor
from vietnamese.folding import fold

MONDAY = today() + timedelta(days=7 - today().weekday())
EXAMPLES = {
    "ask_fee": ["lệ phí bao nhiêu", "hết bao nhiêu tiền vậy", "có mất phí không", "đóng mấy đồng"],
    "ask_documents": ["cần giấy tờ gì", "hồ sơ gồm những gì", "phải mang theo giấy nào", "thành phần hồ sơ"],
    "check_dossier": ["hồ sơ H32.15-251103-0012 tới đâu rồi", "tra cứu hồ sơ của tôi", "giấy của tôi xong chưa"],
    "greet": ["xin chào", "chào bạn", "alo ad ơi"],
}


def tokenizer() -> VietnameseTokenizer:
    return VietnameseTokenizer(VietnameseTokenizer.get_default_config())


def message(text: str, intent: str | None = None) -> Message:
    return Message({TEXT: text, **({"intent": intent} if intent else {})})


def parse(text: str, *components: Any) -> Message:
    messages = [message(text)]
    for component in (tokenizer(), ReceiptCodeExtractor(), *components):
        messages = component.process(messages)
    return messages[0]


def train(folder: Path) -> tuple[LocalModelStorage, Resource]:
    folder.mkdir()
    storage, resource = LocalModelStorage(folder), Resource("classifier")
    data = TrainingData([message(text, intent) for intent, texts in EXAMPLES.items() for text in texts])
    tokenizer().process_training_data(data)
    VietnameseIntentClassifier({}, storage, resource).train(data)
    return storage, resource


@pytest.fixture
def classifier(tmp_path: Path) -> VietnameseIntentClassifier:
    storage, resource = train(tmp_path / "model")
    return VietnameseIntentClassifier.load({}, storage, resource, None)  # type: ignore[arg-type]


def test_that_words_keep_their_place_in_the_text_as_typed() -> None:
    text = "Đăng ký, KẾT hôn…ở Nha\u0302 Trang 👍"
    tokens = parse(text).get(TOKENS_NAMES[TEXT])
    assert [text[token.start : token.end] for token in tokens] == [token.text for token in tokens]
    assert [token.lemma for token in tokens] == ["dang", "ky", "ket", "hon", "o", "nha", "trang"]


@pytest.mark.parametrize("text", EXAMPLES["ask_fee"] + EXAMPLES["ask_documents"] + ["Lệ phí là bao nhiêu hả em"])
def test_that_diacritics_do_not_change_the_ranking(classifier: VietnameseIntentClassifier, text: str) -> None:
    assert parse(text, classifier).get("intent_ranking") == parse(fold(text), classifier).get("intent_ranking")


def test_that_shorthand_is_understood(classifier: VietnameseIntentClassifier) -> None:
    assert parse("hs gom nhung j", classifier).get("intent")["name"] == "ask_documents"


@pytest.mark.parametrize(
    "text", ["H32.15-251103-0012", "mã là h32 15 251103 0012 nha em", "000.17.22.H32-210531-0001", "h32.15-991399-0001"]
)
def test_that_a_bare_code_only_informs_even_when_it_is_faulty(
    classifier: VietnameseIntentClassifier, text: str
) -> None:
    assert parse(text, classifier).get("intent") == {"name": "inform", "confidence": 1.0}


@pytest.mark.parametrize("text", ["2", "số 3", "cái thứ hai", "cai thu 2 nha em", "chọn mục 4 đi", "Dạ số 1 ạ"])
def test_that_a_bare_choice_only_informs(classifier: VietnameseIntentClassifier, text: str) -> None:
    assert parse(text, classifier).get("intent")["name"] == "inform"


@pytest.mark.parametrize("text", ["2 tháng nữa mới xong hồ sơ hả", "cần 2 giấy tờ gì"])
def test_that_a_number_in_a_sentence_does_not_decide(classifier: VietnameseIntentClassifier, text: str) -> None:
    assert parse(text, classifier).get("intent")["name"] != "inform"


@pytest.mark.parametrize(
    "text", ["xã Diên Lạc", "dạ phường Bắc Nha Trang ạ", "0905 123 456", "momo nha", "056088001234"]
)
def test_that_a_bare_value_only_informs(tmp_path: Path, classifier: VietnameseIntentClassifier, text: str) -> None:
    assert parse(text, value_extractor(tmp_path), classifier).get("intent")["name"] == "inform"


def test_that_a_code_inside_a_sentence_does_not_decide(classifier: VietnameseIntentClassifier) -> None:
    parsed = parse("lệ phí của H32.15-251103-0012 bao nhiêu", classifier)
    assert parsed.get("intent")["name"] == "ask_fee"
    assert [entity["value"] for entity in parsed.get("entities")] == ["H32.15-251103-0012"]


@pytest.mark.parametrize("text", ["", "   ", "👍👍👍", "?!…", "qwzx vbnk", "\u200b", "<script>", "Привет"])
def test_that_what_holds_no_known_word_gets_no_guess(classifier: VietnameseIntentClassifier, text: str) -> None:
    parsed = parse(text, classifier)
    assert parsed.get("intent") == {"name": None, "confidence": 0.0}
    assert parsed.get("intent_ranking") == []


@pytest.mark.parametrize("text", ["lệ phí " * 20_000, "a" * 100_000, "1" * 50_000, "\x00\x07 lệ phí"])
def test_that_monstrous_text_is_parsed_all_the_same(
    classifier: VietnameseIntentClassifier, text: str, tmp_path: Path
) -> None:
    parse(text, value_extractor(tmp_path), classifier)


def test_that_training_twice_gives_the_very_same_model(tmp_path: Path) -> None:
    rankings = []
    for name in ("one", "two"):
        storage, resource = train(tmp_path / name)
        loaded = VietnameseIntentClassifier.load({}, storage, resource, None)  # type: ignore[arg-type]
        rankings.append([parse(text, loaded).get("intent_ranking") for texts in EXAMPLES.values() for text in texts])
    assert rankings[0] == rankings[1]


def test_that_confidences_are_shares_of_one(classifier: VietnameseIntentClassifier) -> None:
    confidences = [guess["confidence"] for guess in parse("cần giấy tờ gì", classifier).get("intent_ranking")]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1, abs=0.001)


def value_extractor(tmp_path: Path) -> VietnameseValueExtractor:
    (tmp_path / "values").mkdir()
    storage, resource = LocalModelStorage(tmp_path / "values"), Resource("values")
    VietnameseValueExtractor({}, storage, resource).train(TrainingData())
    return VietnameseValueExtractor.load({}, storage, resource, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("số tôi là 0905 123 456", [("phone_number", "0905123456")]),
        ("gọi +84 905 123 456 nha", [("phone_number", "0905123456")]),
        ("căn cước 056088001234", [("national_id", "•••")]),
        ("căn cước •••", [("national_id", "•••")]),
        ("cmnd 225 123 456", [("national_id", "•••")]),
        ("sinh ngày 12/3/1990", [("date", "1990-03-12")]),
        ("sinh ngày 31/2/1990", []),
        ("cho 5 sao", [("rating", "5")]),
        (f"nộp hôm {today():%d/%m}", [("date", today().isoformat())]),
        ("rất hài lòng", [("rating", "5")]),
        ("thanh toan qua momo khong", [("payment_provider", "MoMo")]),
        ("trả bằng vn pay được hông", [("payment_provider", "VNPAY")]),
        ("vcb hay viettin", [("payment_provider", "Vietcombank"), ("payment_provider", "VietinBank")]),
        ("thanh toán qua ngan luong", [("payment_provider", "Ngân Lượng")]),
        ("nộp ở sở xd", [("agency", "Sở Xây dựng")]),
        ("lên ubnd tỉnh", [("agency", "Ủy ban nhân dân tỉnh Khánh Hòa")]),
        ("phường Vĩnh Hải cũ", [("commune", "Phường Bắc Nha Trang")]),
        ("phường Nha Trang, thứ 2 tuần sau", [("date", MONDAY.isoformat()), ("commune", "Phường Nha Trang")]),
        ("tôi ở phuong bac nha trang", [("commune", "Phường Bắc Nha Trang")]),
        ("mã H32.15-251103-0012", [("receipt_code", "H32.15-251103-0012")]),
        ("lệ phí bao nhiêu", []),
    ],
)
def test_that_values_are_found(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    found = parse(text, value_extractor(tmp_path)).get("entities")
    assert [(entity["entity"], entity["value"]) for entity in found] == expected
    assert all(text[entity["start"] : entity["end"]].strip() for entity in found)


def test_that_a_name_of_several_former_communes_gives_all_of_them(tmp_path: Path) -> None:
    (entity,) = parse("tôi ở Phước Hải", value_extractor(tmp_path)).get("entities")
    assert entity["value"] == "Phước Hải"
    assert entity["units"] == ["Phường Nam Nha Trang", "Xã Ninh Phước"]


def test_that_the_digits_of_a_national_id_are_in_no_entity(tmp_path: Path) -> None:
    parsed = parse("cccd 056088001234 sđt 0905123456", value_extractor(tmp_path))
    assert "056088001234" not in str(parsed.get("entities"))
    assert [entity["value"] for entity in parsed.get("entities")] == ["•••", "0905123456"]


def procedure_extractor(tmp_path: Path) -> ProcedureExtractor:
    (tmp_path / "procedure").mkdir()
    storage, resource = LocalModelStorage(tmp_path / "procedure"), Resource("procedure")
    ProcedureExtractor({}, storage, resource).train(TrainingData())
    return ProcedureExtractor.load({}, storage, resource, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "intent", "procedures"),
    [
        ("cho em hỏi đăng ký kết hôn cần giấy tờ gì ạ", "ask_documents", ["đăng ký kết hôn"]),
        ("cap lai bang lai mat bao nhieu tien", "ask_fee", ["cap lai bang lai"]),
        ("đổi gplx ở phường Nha Trang", "find_procedure", ["đổi giấy phép lái xe ở"]),
        ("lệ phí bao nhiêu ạ", "ask_fee", []),
        ("cái đó hết nhiêu tiền", "ask_fee", []),
        ("hồ sơ H32.15-251103-0012 lệ phí bao nhiêu", "ask_fee", []),
        ("đăng ký kết hôn", "chitchat", []),
    ],
)
def test_that_the_words_for_a_procedure_are_an_entity(
    tmp_path: Path, text: str, intent: str, procedures: list[str]
) -> None:
    parsed = parse(text, value_extractor(tmp_path))
    parsed.set("intent", {"name": intent, "confidence": 1.0})
    (parsed,) = procedure_extractor(tmp_path).process([parsed])
    found = [entity["value"] for entity in parsed.get("entities") if entity["entity"] == "procedure"]
    assert found == procedures


@pytest.mark.parametrize(
    "text",
    ["lm hồ sơ mất bn tiền v ad", "lam ho so mat bao nhieu tien vay ad", "lafm hoof sow maats bao nhieeu tieenf v ad"],
)
def test_that_every_way_to_type_gives_the_same_words(text: str) -> None:
    lemmas = [token.lemma for token in parse(text).get(TOKENS_NAMES[TEXT])]
    assert lemmas == "lam ho so mat bao nhieu tien vay ad".split()

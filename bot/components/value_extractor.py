"""Entities that patterns and lists find cheaply: numbers of people, dates, ratings, communes, agencies, payers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.receipt_code_extractor import CODE_SPANS
from bot.components.tokenizer import MAX_CHARACTERS
from vietnamese.folding import fold, tokens

_PHONE = re.compile(r"(?<![\d.])(?:\+?84|0)(?:[ .-]?\d){9}(?!\d)")
_NATIONAL_ID = re.compile(r"(?<!\d)(?:0\d{2}[0-3]\d{8}|0\d{2}[ .][0-3]\d{2}[ .]\d{3}[ .]\d{3})(?!\d)")
_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?![\d/.-])")
_RATING = re.compile(r"(?<!\d)([1-5])(?:\s*/\s*5)?\s*(?:sao|điểm|diem|\*)", re.IGNORECASE)
_PROVIDERS = {
    "momo": "MoMo", "vnpay": "VNPAY", "vn pay": "VNPAY", "payoo": "Payoo", "viettel pay": "ViettelPay",
    "viettelpay": "ViettelPay", "viettel money": "ViettelPay", "ngan luong": "Ngân Lượng", "vnpt pay": "VNPT Pay",
    "vnpt money": "VNPT Pay", "zalopay": "ZaloPay", "zalo pay": "ZaloPay", "bidv": "BIDV",
    "vietinbank": "VietinBank", "vietin": "VietinBank", "vietcombank": "Vietcombank", "vcb": "Vietcombank",
}  # fmt: skip
_LONGEST_NAME = 8


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class VietnameseValueExtractor(EntityExtractorMixin, GraphComponent):
    """Reads the names of communes and agencies at training time, so that a model carries what it was trained with."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return where the lists of names are."""
        return {"communes": "data/catalogue/communes.yml", "agencies": "data/catalogue/agencies.yml"}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        names: dict[str, tuple[str, str]] | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._names = names or {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VietnameseValueExtractor:
        """Create the component without names."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Collect the names; nothing is learnt from examples."""
        self._names = dict(_names(Path(self._config["communes"]), Path(self._config["agencies"])))
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "names.json").write_text(json.dumps(self._names, ensure_ascii=False), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> VietnameseValueExtractor:
        """Load the names that the model was trained with."""
        with model_storage.read_from(resource) as folder:
            names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, {key: (value[0], value[1]) for key, value in names.items()})

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples alone: none of the later components trains on these entities."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message; a stretch that is a receipt code is nothing else."""
        for message in messages:
            text = (message.get(TEXT) or "")[:MAX_CHARACTERS]
            taken: list[tuple[int, int]] = list(message.get(CODE_SPANS) or [])
            entities = []
            for entity, start, end, value in [*_patterns(text), *self._named(message.get(TOKENS_NAMES[TEXT]) or [])]:
                if any(start < other_end and other_start < end for other_start, other_end in taken):
                    continue
                taken.append((start, end))
                entities.append(
                    {
                        "entity": entity,
                        "start": start,
                        "end": end,
                        "value": value,
                        "extractor": "VietnameseValueExtractor",
                    }
                )
            message.set(ENTITIES, (message.get(ENTITIES) or []) + entities, add_to_output=True)
        return messages

    def _named(self, words: list[Token]) -> Iterator[tuple[str, int, int, str]]:
        index = 0
        lemmas = [token.lemma for token in words]
        while index < len(lemmas):
            for length in range(min(_LONGEST_NAME, len(lemmas) - index), 0, -1):
                found = self._names.get(" ".join(lemmas[index : index + length]))
                if found is not None:
                    yield found[0], words[index].start, words[index + length - 1].end, found[1]
                    index += length - 1
                    break
            index += 1


def _patterns(text: str) -> Iterator[tuple[str, int, int, str]]:
    if not any(character.isdigit() for character in text):
        return
    for match in _NATIONAL_ID.finditer(text):
        yield "national_id", match.start(), match.end(), re.sub(r"\D", "", match.group())
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        yield "phone_number", match.start(), match.end(), "0" + digits[2:] if digits.startswith("84") else digits
    for match in _DATE.finditer(text):
        try:
            day = date(int(match[3]), int(match[2]), int(match[1]))
        except ValueError:
            continue
        yield "date", match.start(), match.end(), day.isoformat()
    for match in _RATING.finditer(text):
        yield "rating", match.start(), match.end(), match[1]


def _names(communes: Path, agencies: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    for alias, provider in _PROVIDERS.items():
        yield alias, ("payment_provider", provider)
    for agency in _read(agencies):
        for alias in [agency["name"], *agency.get("aliases", [])]:
            if len(key := _key(alias)) > 6:  # not the bare "xã" or "sở"
                yield key, ("agency", agency["name"])
    # Last, so that "phường Nha Trang" is a place even where an agency is called so. Former units keep their own name:
    # which unit they belong to now is for the catalogue to say.
    for commune in _read(communes):
        yield _key(commune["name"]), ("commune", commune["name"])
        for former in commune.get("former", []):
            name = former["name"] if isinstance(former, dict) else str(former)
            yield _key(name), ("commune", name)


def _key(name: str) -> str:
    return " ".join(tokens(fold(name)))


def _read(path: Path) -> list[dict[str, Any]]:
    records = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [record for record in records if isinstance(record, dict)]

"""Entities that patterns and lists find cheaply: numbers of people, days, ratings, communes, agencies, payers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.receipt_code_extractor import CODE_SPANS, today
from bot.components.tokenizer import MAX_CHARACTERS, treatment_of
from vietnamese.communes import Communes
from vietnamese.dates import find_dates
from vietnamese.folding import fold, fold_word, tokens
from vietnamese.normalising import Word
from vietnamese.personal_numbers import MASK, find_national_ids, find_phone_numbers
from vietnamese.ratings import Ratings

_LONGEST_NAME = 8
_SHORTEST_AGENCY = 7  # not the bare "xã" or "sở"

Found = tuple[str, int, int, str]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class VietnameseValueExtractor(EntityExtractorMixin, GraphComponent):
    """Reads the names of communes and agencies at training time, so that a model carries what it was trained with."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return where the lists of names are."""
        return {
            "communes": "data/catalogue/communes.yml",
            "agencies": "data/catalogue/agencies.yml",
            "language": "data/language",
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        names: dict[str, tuple[str, str]] | None = None,
        communes: dict[str, list[str]] | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._treatment = treatment_of(Path(self._config["language"]))
        self._ratings = Ratings.read(Path(self._config["language"]) / "ratings.tsv")
        self._names = names or {}
        self._communes = Communes(communes or {})

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
        providers = Path(self._config["language"]) / "payment-providers.tsv"
        lists = {
            "names": {
                key: meaning
                for alias, *meaning in _names(Path(self._config["agencies"]), providers)
                for key in (_key(alias), _key(self._treatment.normalise(alias)))
                if len(key) >= _SHORTEST_AGENCY or meaning[0] != "agency"
            },
            "communes": _communes(Path(self._config["communes"])),
        }
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "names.json").write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")
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
            lists = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        names = {key: (value[0], value[1]) for key, value in lists["names"].items()}
        return cls(config, model_storage, resource, names, lists["communes"])

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples alone: none of the later components trains on these entities."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message; a stretch that is a receipt code is nothing else."""
        for message in messages:
            text = (message.get(TEXT) or "")[:MAX_CHARACTERS]
            taken: list[tuple[int, int]] = list(message.get(CODE_SPANS) or [])
            entities = []
            for kind, start, end, value, *more in self._found(text):
                if any(start < other_end and other_start < end for other_start, other_end in taken):
                    continue
                taken.append((start, end))
                entities.append(
                    {
                        "entity": kind,
                        "start": start,
                        "end": end,
                        "value": value,
                        "extractor": "VietnameseValueExtractor",
                        **(more[0] if more else {}),
                    }
                )
            message.set(ENTITIES, (message.get(ENTITIES) or []) + entities, add_to_output=True)
        return messages

    def _found(self, text: str) -> Iterator[tuple[Any, ...]]:
        day = today()
        words = self._treatment.words(text)
        # What was typed is never the value: a national id must not get into trackers and logs.
        yield from (("national_id", start, end, MASK) for start, end in find_national_ids(text, day))
        yield from (("phone_number", found.start, found.end, found.number) for found in find_phone_numbers(text, day))
        yield from (("date", start, end, found.isoformat()) for start, end, found in find_dates(text, words, day))
        yield from (("rating", start, end, str(rating)) for start, end, rating in self._ratings.find(text, words))
        for commune in self._communes.find(text, words):
            # One unit is the value itself; where a name means several, it is the value and they stand beside it.
            said = commune.former_name or text[commune.start : commune.end]
            value = commune.units[0] if len(commune.units) == 1 else said
            yield "commune", commune.start, commune.end, value, {"units": list(commune.units)}
        yield from self._named(words)

    def _named(self, words: Sequence[Word]) -> Iterator[Found]:
        index = 0
        bare = [fold_word(word.text) for word in words]
        while index < len(bare):
            for length in range(min(_LONGEST_NAME, len(bare) - index), 0, -1):
                found = self._names.get(" ".join(bare[index : index + length]))
                if found is not None:
                    yield found[0], words[index].start, words[index + length - 1].end, found[1]
                    index += length - 1
                    break
            index += 1


def _names(agencies: Path, providers: Path) -> Iterator[tuple[str, str, str]]:
    with providers.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            for alias in (row["name"], *row["aliases"].split(",")):
                yield alias, "payment_provider", row["name"]
    for agency in _read(agencies):
        for alias in [agency["name"], *agency.get("aliases", [])]:
            yield alias, "agency", agency["name"]


def _communes(path: Path) -> dict[str, list[str]]:
    return {
        commune["name"]: [
            former["name"] if isinstance(former, dict) else str(former) for former in commune.get("former", [])
        ]
        for commune in _read(path)
    }


def _key(name: str) -> str:
    return " ".join(tokens(fold(name)))


def _read(path: Path) -> list[dict[str, Any]]:
    records = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [record for record in records if isinstance(record, dict)]

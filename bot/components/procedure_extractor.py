"""Entity ``procedure``: the words that name or describe what is asked about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.receipt_code_extractor import CODE_SPANS
from bot.components.tokenizer import MAX_CHARACTERS, treatment_of
from vietnamese.procedure_words import ProcedureWords

# Messages of other intents speak of the centre, of an account, of nothing that is a procedure.
_INTENTS = frozenset(
    (
        "find_procedure ask_documents ask_fee ask_duration ask_place ask_steps ask_form ask_legal_basis ask_conditions"
        " ask_online submit_dossier"
    ).split()
)
_SURROUNDINGS = ("fillers", "facets")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class ProcedureExtractor(EntityExtractorMixin, GraphComponent):
    """Comes last: what other entities hold is no part of a procedure's name, and the intent says if there is one."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return where the lists of words are."""
        return {"query_words": "data/catalogue/query-words.yml", "language": "data/language"}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        phrases: list[str] | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._treatment = treatment_of(Path(self._config["language"]))
        self._words = ProcedureWords(phrases or [])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ProcedureExtractor:
        """Create the component without words."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Collect the words that only surround a procedure's."""
        lists = yaml.safe_load(Path(self._config["query_words"]).read_text(encoding="utf-8"))
        phrases = [str(phrase) for name in _SURROUNDINGS for phrase in lists[name]]
        pointing = (Path(self._config["language"]) / "pointing.txt").read_text(encoding="utf-8").splitlines()
        phrases += [line for line in pointing if line and not line.startswith("#")]
        with self._model_storage.write_to(self._resource) as folder:
            (folder / "phrases.json").write_text(json.dumps(phrases, ensure_ascii=False), encoding="utf-8")
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> ProcedureExtractor:
        """Load the words that the model was trained with."""
        with model_storage.read_from(resource) as folder:
            phrases = json.loads((folder / "phrases.json").read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, phrases)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Leave the examples alone: nothing trains on this entity."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entity to each message that asks for a procedure and names one."""
        for message in messages:
            if (message.get(INTENT) or {}).get("name") not in _INTENTS:
                continue
            entities = list(message.get(ENTITIES) or [])
            taken = [(entity["start"], entity["end"]) for entity in entities] + list(message.get(CODE_SPANS) or [])
            words = self._treatment.words((message.get(TEXT) or "")[:MAX_CHARACTERS])
            found = self._words.find(words, taken)
            if found is not None:
                start, end, value = found
                entity = {"entity": "procedure", "start": start, "end": end, "value": value}
                entities.append(entity | {"extractor": "ProcedureExtractor"})
                message.set(ENTITIES, entities, add_to_output=True)
        return messages

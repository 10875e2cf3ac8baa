"""Entity ``receipt_code`` in canonical form, however it was typed."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.components.tokenizer import MAX_CHARACTERS
from vietnamese.receipt_codes import FoundReceiptCode, find_receipt_codes

# Viet Nam has one zone without summer time; the Rasa environment need not carry tzdata.
_VIET_NAM = timezone(timedelta(hours=7))


# Spans of everything meant as a code, faulty ones too: the classifier reads around them.
CODE_SPANS = "receipt_code_spans"


def today() -> date:
    """Return the day in Viet Nam."""
    return datetime.now(_VIET_NAM).date()


def codes_in(text: str) -> list[FoundReceiptCode]:
    """Return what is, or is meant as, a receipt code in a message."""
    return find_receipt_codes(text[:MAX_CHARACTERS], today())


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ReceiptCodeExtractor(EntityExtractorMixin, GraphComponent):
    """Finds receipt codes; one that cannot exist is no entity, the actions say what is wrong with it."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ReceiptCodeExtractor:
        """Create the component; it has no settings."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message."""
        for message in messages:
            found = codes_in(message.get(TEXT) or "")
            entities = [
                {
                    "entity": "receipt_code",
                    "start": code.start,
                    "end": code.end,
                    "value": code.code.canonical,
                    "extractor": "ReceiptCodeExtractor",
                }
                for code in found
                if code.code is not None
            ]
            message.set(CODE_SPANS, [(code.start, code.end) for code in found])
            message.set(ENTITIES, (message.get(ENTITIES) or []) + entities, add_to_output=True)
        return messages

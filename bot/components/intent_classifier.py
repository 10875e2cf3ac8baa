"""One component from words to an intent ranking."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.linear_model import LinearModel, train_linear_model
from bot.components.receipt_code_extractor import CODE_SPANS, codes_in
from bot.components.second_wish import SECOND_INTENT, SECOND_WISH, two_wishes
from bot.components.text_features import RECEIPT_CODE_WORD, features_of, normalise_words
from bot.components.tokenizer import VietnameseTokenizer

INFORM = "inform"
_UNDOUBTED = 0.2
# "2", "số 2", "cái thứ hai", "chọn mục 3 nha": a choice from a list, whatever the training data says.
_ORDINAL = r"(?:\d{1,2}|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin|muoi|nhat|nhi|dau|dau tien|cuoi|cuoi cung)"
_BARE_CHOICE = re.compile(
    r"(?:(?:da|em|anh|chi|toi|minh|tui|con|chau|lay|chon|la|thi) )*"
    rf"(?:\d{{1,2}}|(?:cai|so|muc|dong|phuong an|lua chon)(?: thu| so)? {_ORDINAL}|thu {_ORDINAL} do)"
    r"(?: (?:a|nha|nhe|nghen|do|di|em|ban|oi))*"
)
# A day or a rating may be the answer to something, or all that is said of it.
_VALUES_THAT_ONLY_INFORM = frozenset(("commune", "national_id", "payment_provider", "phone_number"))
# What people put around a value without asking for anything.
_FILLERS = frozenset(
    (
        "a ad alo anh ban ca cai chau chi co con cua da day do em ho hs la ma minh ne nghen nha nhe oi so toi tui vang"
    ).split()
)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VietnameseIntentClassifier(IntentClassifier, GraphComponent):
    """A linear classifier over folded text, with certainties before it: a bare code, a bare value, a bare choice.

    A message without a single word known from training gets no ranking at all, so the fallback has nothing to guess
    from (a classifier would rank its prior with confidence).
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Return the components that must come before this one."""
        return [VietnameseTokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages that training needs."""
        return ["sklearn", "scipy"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults; ``config.yml`` says how they were chosen."""
        return {
            "penalty": 2.0,
            "block_weights": [1.0, 1.0, 0.5, 0.7],
            "sharpness": 6.0,
            "seed": 7,
            "ranking_length": 6,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> VietnameseIntentClassifier:
        """Create an untrained component."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit the model on all examples that have an intent."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT) and example.get(INTENT)]
        self._model = train_linear_model(
            [features_of(self._words_of(example)) for example in examples],
            [example.get(INTENT) for example in examples],
            self._config["block_weights"],
            self._config["penalty"],
            self._config["seed"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> VietnameseIntentClassifier:
        """Load a trained component."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearModel.load(folder))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Classify the training examples, as Rasa expects of its classifiers."""
        for message in training_data.training_examples:
            self._classify(message)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of each message, and note a second wish in it."""
        for message in messages:
            self._classify(message)
            self._note_second_wish(message)
        return messages

    def _classify(self, message: Message) -> None:
        ranking = self._rank(message)
        best = ranking[0] if ranking else {"name": None, "confidence": 0.0}
        message.set(INTENT, best, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)

    def _note_second_wish(self, message: Message) -> None:
        text, intent = message.get(TEXT) or "", message.get(INTENT) or {}
        spans = _code_spans(message)

        def guess(tokens: Sequence[Token]) -> tuple[str | None, float]:
            words = normalise_words(_with_masked_codes(tokens, spans))
            ranking = self._rank_words(words) if self._model is not None and self._model.knows_a_word(words) else []
            return (ranking[0]["name"], ranking[0]["confidence"]) if ranking else (None, 0.0)

        tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
        wishes = two_wishes(text, tokens, intent.get("name"), intent.get("confidence") or 0.0, guess)
        if wishes is None:
            return
        if wishes.answered.intent != intent["name"]:
            first = {"name": wishes.answered.intent, "confidence": wishes.answered.confidence}
            others = [other for other in message.get(INTENT_RANKING_KEY) if other["name"] != first["name"]]
            message.set(INTENT, first, add_to_output=True)
            # A close second would be taken for doubt between the two.
            rest = [{**other, "confidence": min(other["confidence"], _UNDOUBTED)} for other in others]
            message.set(INTENT_RANKING_KEY, [first, *rest], add_to_output=True)
        offered = wishes.offered
        place = {"start": offered.start, "end": offered.end, "extractor": type(self).__name__}
        noted = [
            {"entity": SECOND_WISH, "value": text[offered.start : offered.end], **place},
            {"entity": SECOND_INTENT, "value": offered.intent, **place},
        ]
        message.set(ENTITIES, [*message.get(ENTITIES, []), *noted], add_to_output=True)

    def _rank(self, message: Message) -> list[dict[str, Any]]:
        if self._model is None:
            return []
        words = self._words_of(message)
        if _is_bare_code(words) or _is_bare_choice(message) or _is_bare_value(message):
            return [{"name": INFORM, "confidence": 1.0}]
        return self._rank_words(words) if self._model.knows_a_word(words) else []

    def _rank_words(self, words: list[str]) -> list[dict[str, Any]]:
        if self._model is None:
            return []
        margins = self._model.scores(features_of(words)) * self._config["sharpness"]
        weights = np.exp(margins - margins.max())
        confidences = weights / weights.sum()
        order = np.argsort(-confidences, kind="stable")[: self._config["ranking_length"]]
        return [
            {"name": self._model.intents[index], "confidence": round(float(confidences[index]), 4)} for index in order
        ]

    def _words_of(self, message: Message) -> list[str]:
        return normalise_words(_with_masked_codes(message.get(TOKENS_NAMES[TEXT]) or [], _code_spans(message)))


def _code_spans(message: Message) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] | None = message.get(CODE_SPANS)
    return [(code.start, code.end) for code in codes_in(message.get(TEXT) or "")] if spans is None else spans


def _with_masked_codes(tokens: Sequence[Token], spans: list[tuple[int, int]]) -> list[str]:
    if not spans:
        return [token.lemma for token in tokens]
    words: list[str] = []
    pending = list(spans)
    for token in tokens:
        while pending and token.start >= pending[0][1]:
            pending.pop(0)
        if pending and token.end > pending[0][0]:
            if not words or words[-1] != RECEIPT_CODE_WORD:
                words.append(RECEIPT_CODE_WORD)
            continue
        words.append(token.lemma)
    return words


def _is_bare_code(words: list[str]) -> bool:
    return RECEIPT_CODE_WORD in words and all(word == RECEIPT_CODE_WORD or word in _FILLERS for word in words)


def _is_bare_value(message: Message) -> bool:
    places = [
        (entity["start"], entity["end"])
        for entity in message.get(ENTITIES) or []
        if entity["entity"] in _VALUES_THAT_ONLY_INFORM
    ]
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    return bool(places) and all(
        token.lemma in _FILLERS or any(start <= token.start < end for start, end in places) for token in tokens
    )


def _is_bare_choice(message: Message) -> bool:
    tokens: list[Token] = message.get(TOKENS_NAMES[TEXT]) or []
    return 0 < len(tokens) <= 8 and _BARE_CHOICE.fullmatch(" ".join(token.lemma for token in tokens)) is not None

"""Words of a Vietnamese message, each with its folded form as lemma."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from vietnamese.folding import fold_word
from vietnamese.normalising import TextTreatment

# A message is at most 1,000 characters on the web; other ways in must not buy unbounded work.
MAX_CHARACTERS = 4000


@lru_cache(maxsize=4)
def treatment_of(folder: Path) -> TextTreatment:
    """Return the treatment that the lists of a folder describe; all components share it."""
    return TextTreatment.read(folder)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Splits at everything that is neither letter nor digit, and writes out what stands for something else.

    Offsets refer to the text as it was typed, so both words that "hs" stands for have the place of "hs".
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults that Rasa's tokenizer base class expects."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
            "language": "data/language",
        }

    def __init__(self, config: dict[str, Any]) -> None:
        """Read how shorthand, dialect and slips of the keyboard are written out."""
        super().__init__(config)
        self._treatment = treatment_of(Path(config["language"]))

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the words of one attribute of a message."""
        text = message.get(attribute)[:MAX_CHARACTERS]
        found = []
        for word in self._treatment.words(text):
            folded = fold_word(word.text)
            if folded:
                found.append(Token(text[word.start : word.end], word.start, word.end, lemma=folded))
        return found

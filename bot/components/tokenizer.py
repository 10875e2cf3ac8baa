"""Words of a Vietnamese message, each with its folded form as lemma."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from vietnamese.folding import fold

# Combining marks and zero-width characters belong to the word: phones send decomposed text.
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f\u200b-\u200d\u2060\ufeff\u00ad])+")
# A message is at most 1,000 characters on the web; other ways in must not buy unbounded work.
MAX_CHARACTERS = 4000


@lru_cache(maxsize=16384)
def _fold_word(word: str) -> str:
    return fold(word)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class VietnameseTokenizer(Tokenizer):
    """Splits at everything that is neither letter nor digit; offsets refer to the text as it was typed."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the defaults that Rasa's tokenizer base class expects."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the words of one attribute of a message."""
        text = message.get(attribute)[:MAX_CHARACTERS]
        found = []
        for match in _WORD.finditer(text):
            word = match.group()
            folded = _fold_word(word) if len(word) < 32 else fold(word)
            if folded:
                found.append(Token(word, match.start(), match.end(), lemma=folded))
        return found

"""Parses many messages without a server: ``python -m bot.evaluate --model models < texts.jsonl``.

Reads one JSON string a line, writes one JSON object a line: ``intent``, ``ranking`` (what the classifier ranked, the
fallback left out) and ``receipt_codes``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from bot.run import quieten_environment


def main(arguments: list[str] | None = None) -> int:
    """Parse standard input."""
    parser = argparse.ArgumentParser(prog="python -m bot.evaluate", description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("models"))
    options = parser.parse_args(arguments)
    quieten_environment()
    from bot.stand_ins import leave_out_unused_libraries

    leave_out_unused_libraries(options.model)
    from bot.logs import configure_logging

    configure_logging("WARNING")
    asyncio.run(parse_all(options.model))
    return 0


async def parse_all(model: Path) -> None:
    """Write one line for each line read."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from bot.channel import FALLBACK_INTENT, without_leading_slashes
    from bot.rasa_patches import apply_patches

    apply_patches()
    processor = Agent.load(str(model)).processor
    if processor is None:
        raise SystemExit("The model could not be loaded.")
    for line in sys.stdin:
        parsed = await processor.parse_message(UserMessage(without_leading_slashes(json.loads(line))))
        result = {
            "intent": parsed["intent"].get("name"),
            "ranking": [
                [guess["name"], guess["confidence"]]
                for guess in parsed.get("intent_ranking", [])
                if guess["name"] != FALLBACK_INTENT
            ],
            "receipt_codes": [
                entity["value"] for entity in parsed.get("entities", []) if entity["entity"] == "receipt_code"
            ],
        }
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())

""" "Chỉ của xã thôi", "cái nào nộp online được": a short remark that narrows what the last answer offered."""

from __future__ import annotations

from actions.core_api import Answer
from actions.turn import Turn
from actions.wording import say
from vietnamese.folding import fold, tokens

_LONGEST_REMARK = 9
_OFFERING_ACTIONS = frozenset(
    {"action_find_procedure", "action_show_facet", "action_inform", "action_fallback", "action_out_of_scope"}
)


def narrowing(turn: Turn, found: Answer) -> tuple[str, dict[str, str]] | None:
    """Return the sentence that the last answer was about, and the filters that this remark puts on it.

    None if the remark says what it is about itself, or if there is nothing to narrow.
    """
    earlier = _sentence_of_last_offer(turn)
    words = tokens(fold(turn.text))
    if not earlier or not words or len(words) > _LONGEST_REMARK or turn.entity("original_text"):
        return None
    remark = " ".join(words)
    named = {name: str(value) for name, value in (found.get("filters") or {}).items() if value}
    filters = named | _said(remark, "online", say("refinement.online"))
    filters |= _said(remark, "audience", say("refinement.audience"))
    is_remark = not found.get("subject") or _holds_any(remark, say("refinement.only"))
    return (earlier, filters) if filters and is_remark else None


def _sentence_of_last_offer(turn: Turn) -> str:
    if turn.previous_action is not None and turn.previous_action not in _OFFERING_ACTIONS:
        return ""
    offered = turn.slots.get("offer") or []
    return str(offered[0].get("asked") or "") if len(offered) > 1 else ""


def _said(remark: str, kind: str, ways_to_say: str) -> dict[str, str]:
    """Return the filter of ``kind`` that the remark names; ``ways_to_say``: lines of ``value: words | words``."""
    for line in ways_to_say.splitlines():
        value, _, phrases = line.partition(":")
        if _holds_any(remark, phrases):
            return {kind: value.strip()}
    return {}


def _holds_any(remark: str, phrases: str) -> bool:
    return any(f" {phrase.strip()} " in f" {remark} " for phrase in phrases.split("|"))

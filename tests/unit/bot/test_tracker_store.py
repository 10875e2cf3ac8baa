"""Trackers are kept within bounds, and nothing that matters is lost with them."""

from __future__ import annotations

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

from bot.snapshot import snapshot_of, tracker_from
from bot.tracker_store import BoundedTrackerStore

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
slots:
  procedure_code: {type: text, mappings: [{type: custom}]}
  tries: {type: float, mappings: [{type: custom}]}
  said: {type: any, initial_value: nothing, mappings: [{type: custom}]}
forms:
  dossier_form: {required_slots: [procedure_code]}
actions: [action_answer]
"""
)
SNAPSHOT = {
    "procedure_code": "1.001193",
    "tries": 1.0,
    "said": ["a", {"b": None}],
    "_active_loop": "dossier_form",
    "_requested_slot": "procedure_code",
    "_previous_action": "action_answer",
}


async def test_that_the_least_recently_used_conversation_makes_room() -> None:
    store = BoundedTrackerStore(DOMAIN, max_conversations=3)
    for name in "abc":
        await store.save(store.init_tracker(name))
    await store.retrieve("a")
    await store.save(store.init_tracker("d"))
    assert sorted(await store.keys()) == ["a", "c", "d"]
    assert await store.retrieve("b") is None


async def test_that_a_long_conversation_is_cut_down_to_its_state() -> None:
    store = BoundedTrackerStore(DOMAIN, max_events=20)
    tracker = tracker_from("a", SNAPSHOT, DOMAIN)
    for number in range(200):
        tracker.update(UserUttered("xin chào", {"name": "greet"}))
        tracker.update(ActionExecuted("action_answer"))
        tracker.update(BotUttered("chào"))
        tracker.update(SlotSet("tries", float(number)))
        tracker.update(ActionExecuted("action_listen"))
        await store.save(tracker)
        held = await store.retrieve("a")
        assert held is not None
        tracker = held
        assert len(tracker.events) <= 20
    assert snapshot_of(tracker) == {**SNAPSHOT, "tries": 199.0}


def test_that_a_snapshot_survives_the_way_there_and_back() -> None:
    tracker = tracker_from("a", SNAPSHOT, DOMAIN)
    assert snapshot_of(tracker) == SNAPSHOT
    assert tracker.latest_action_name == "action_listen"
    assert snapshot_of(tracker.copy()) == SNAPSHOT


def test_that_an_empty_snapshot_is_the_beginning() -> None:
    assert snapshot_of(tracker_from("a", {}, DOMAIN)) == {"said": "nothing"}

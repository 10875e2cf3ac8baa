"""What of a conversation travels with the service: a snapshot after each turn, a tracker made from it before the next.

Rules, the form and the actions read slots, the active loop and the name of the last action, never older events. So a
tracker seeded from a snapshot answers like one that has lived through the conversation, whichever process serves it.
"""

from __future__ import annotations

from typing import Any

from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    DEFAULT_SLOT_NAMES,
    REQUESTED_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

ACTIVE_LOOP = "_active_loop"
REQUESTED = "_requested_slot"
PREVIOUS_ACTION = "_previous_action"

Snapshot = dict[str, Any]


def snapshot_of(tracker: DialogueStateTracker) -> Snapshot:
    """Return the slots that hold something, and where the dialogue stands."""
    snapshot: Snapshot = {
        name: slot.value
        for name, slot in tracker.slots.items()
        if slot.value is not None and name not in DEFAULT_SLOT_NAMES
    }
    if tracker.active_loop_name:
        snapshot[ACTIVE_LOOP] = tracker.active_loop_name
        if requested := tracker.get_slot(REQUESTED_SLOT):
            snapshot[REQUESTED] = requested
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted) and event.action_name not in (
            None,
            ACTION_LISTEN_NAME,
            ACTION_SESSION_START_NAME,
        ):
            snapshot[PREVIOUS_ACTION] = event.action_name
            break
    return snapshot


def tracker_from(
    conversation_id: str, snapshot: Snapshot, domain: Domain, max_event_history: int | None = None
) -> DialogueStateTracker:
    """Return a listening tracker in the state of ``snapshot``; what the domain no longer knows is left out."""
    known = {slot.name for slot in domain.slots}
    events: list[Event] = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted()]
    events += [SlotSet(name, value) for name, value in snapshot.items() if name in known]
    previous = snapshot.get(PREVIOUS_ACTION)
    if previous in domain.action_names_or_texts:
        events.append(ActionExecuted(previous))
    loop = snapshot.get(ACTIVE_LOOP)
    if loop in domain.form_names:
        required = domain.required_slots_for_form(loop)
        requested = snapshot.get(REQUESTED)
        events.append(ActiveLoop(loop))
        events.append(SlotSet(REQUESTED_SLOT, requested if requested in required else next(iter(required), None)))
    events.append(ActionExecuted(ACTION_LISTEN_NAME))
    return DialogueStateTracker.from_events(
        conversation_id, events, domain.slots, max_event_history=max_event_history, domain=domain
    )

"""The ten statuses of the National Public Service Portal, their sets, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class DossierStatus(StrEnum):
    """Status of a dossier; ``portal_number`` is its number in the portal's code list."""

    REGISTERED = "registered"
    RECEIVED = "received"
    NOT_RECEIVED = "not_received"
    PROCESSING = "processing"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_REQUESTED = "payment_requested"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    FINISHED = "finished"
    RETURNED = "returned"

    @property
    def portal_number(self) -> int:
        """The status's number, 1 to 10, in the portal's code list."""
        return list(DossierStatus).index(self) + 1


S = DossierStatus

TERMINAL = frozenset({S.NOT_RECEIVED, S.WITHDRAWN, S.STOPPED, S.RETURNED})
"""Nothing happens any more."""
AUTHORITY_IS_DONE = TERMINAL | {S.FINISHED}
"""The authority has ended its work; the deadline no longer runs."""
WAITING_FOR_CITIZEN = frozenset({S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED})
"""The next step is the citizen's; the deadline stands still."""
CLOCK_RUNS = frozenset({S.RECEIVED, S.PROCESSING})
"""The authority works against its deadline."""

TRANSITIONS: Mapping[DossierStatus, frozenset[DossierStatus]] = {
    S.REGISTERED: frozenset({S.RECEIVED, S.NOT_RECEIVED, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWN}),
    S.RECEIVED: frozenset({S.PROCESSING, S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWN, S.STOPPED}),
    S.NOT_RECEIVED: frozenset(),
    S.PROCESSING: frozenset({S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED, S.WITHDRAWN, S.STOPPED, S.FINISHED}),
    S.SUPPLEMENT_REQUESTED: frozenset({S.RECEIVED, S.PROCESSING, S.NOT_RECEIVED, S.WITHDRAWN, S.STOPPED}),
    S.PAYMENT_REQUESTED: frozenset({S.RECEIVED, S.PROCESSING, S.WITHDRAWN, S.STOPPED}),
    S.WITHDRAWN: frozenset(),
    S.STOPPED: frozenset(),
    S.FINISHED: frozenset({S.RETURNED}),
    S.RETURNED: frozenset(),
}


class TransitionNotAllowed(Exception):
    """A dossier was to go from one status to another that cannot follow it."""

    def __init__(self, current: DossierStatus, wanted: DossierStatus) -> None:
        super().__init__(f"a dossier cannot go from {current} to {wanted}")
        self.current = current
        self.wanted = wanted


def check_transition(current: DossierStatus, wanted: DossierStatus) -> None:
    """Raise :class:`TransitionNotAllowed` unless ``wanted`` may follow ``current``."""
    if wanted not in TRANSITIONS[current]:
        raise TransitionNotAllowed(current, wanted)

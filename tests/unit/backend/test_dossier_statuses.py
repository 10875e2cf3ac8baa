"""The graph of the ten statuses, and deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backend.catalogue.record import TimeUnit
from backend.centre.calendar import WorkingCalendar
from backend.dossiers.deadlines import due_day, is_overdue
from backend.dossiers.statuses import (
    AUTHORITY_IS_DONE,
    CLOCK_RUNS,
    TERMINAL,
    TRANSITIONS,
    WAITING_FOR_CITIZEN,
    DossierStatus,
    TransitionNotAllowed,
    check_transition,
)


def test_that_the_ten_statuses_carry_the_portals_numbers() -> None:
    assert [status.portal_number for status in DossierStatus] == list(range(1, 11))
    assert DossierStatus.SUPPLEMENT_REQUESTED.portal_number == 5
    assert DossierStatus.RETURNED.portal_number == 10


def test_that_every_status_has_its_place_in_the_sets_and_the_graph() -> None:
    assert set(TRANSITIONS) == set(DossierStatus)
    assert {status for status, following in TRANSITIONS.items() if not following} == TERMINAL
    assert set(DossierStatus) == AUTHORITY_IS_DONE | WAITING_FOR_CITIZEN | CLOCK_RUNS | {DossierStatus.REGISTERED}


class DossierLife(RuleBasedStateMachine):
    """Whatever is tried, a dossier only walks along the graph and never leaves a terminal status."""

    def __init__(self) -> None:
        super().__init__()
        self.status = DossierStatus.REGISTERED
        self.ended_as: DossierStatus | None = None

    @rule(wanted=st.sampled_from(DossierStatus))
    def try_to_change(self, wanted: DossierStatus) -> None:
        allowed = wanted in TRANSITIONS[self.status]
        try:
            check_transition(self.status, wanted)
        except TransitionNotAllowed as refused:
            assert not allowed and (refused.current, refused.wanted) == (self.status, wanted)
        else:
            assert allowed
            self.status = wanted
        if self.status in TERMINAL:
            self.ended_as = self.ended_as or self.status

    @invariant()
    def an_end_is_an_end(self) -> None:
        assert self.ended_as in (None, self.status)


TestDossierLife = DossierLife.TestCase


def test_that_a_result_is_only_returned_after_it_is_finished() -> None:
    before = [status for status, following in TRANSITIONS.items() if DossierStatus.RETURNED in following]
    assert before == [DossierStatus.FINISHED]


WEDNESDAY = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (3, TimeUnit.WORKING_DAY, date(2026, 11, 30)),
        (0, TimeUnit.WORKING_DAY, date(2026, 11, 25)),
        (3, TimeUnit.DAY, date(2026, 11, 30)),  # Saturday moves to Monday
        (4, TimeUnit.HOUR, date(2026, 11, 25)),
        (1, TimeUnit.MONTH, date(2026, 12, 25)),
    ],
)
def test_that_deadlines_count_as_the_law_counts(value: int, unit: TimeUnit, expected: date) -> None:
    assert due_day(WEDNESDAY, value, unit, WorkingCalendar()) == expected


@given(st.sampled_from(DossierStatus), st.integers(-400, 400))
def test_that_nobody_is_late_while_the_citizen_has_the_next_step(status: DossierStatus, days: int) -> None:
    today = date(2026, 11, 25)
    late = is_overdue(status, today + timedelta(days=days), None, today)
    assert late == (status in CLOCK_RUNS and days < 0)


def test_that_a_late_end_stays_late() -> None:
    ended = datetime(2026, 11, 20, tzinfo=UTC)
    assert is_overdue(DossierStatus.RETURNED, date(2026, 11, 19), ended, date(2026, 12, 1))
    assert not is_overdue(DossierStatus.RETURNED, date(2026, 11, 20), ended, date(2026, 12, 1))

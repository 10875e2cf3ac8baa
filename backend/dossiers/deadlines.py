"""When a dossier is due, and whether it is late."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from backend.catalogue.record import TimeUnit
from backend.centre.calendar import WorkingCalendar
from backend.dossiers.statuses import AUTHORITY_IS_DONE, WAITING_FOR_CITIZEN, DossierStatus
from backend.kernel.clock import in_vietnam

_MONTH = timedelta(days=30)


def due_day(received_at: datetime, value: int, unit: TimeUnit, calendar: WorkingCalendar) -> date:
    """Return the day that the result is promised for; a day off moves it to the next working day."""
    received_on = in_vietnam(received_at).date()
    if unit is TimeUnit.WORKING_DAY:
        return calendar.add_working_days(received_on, value)
    if unit is TimeUnit.HOUR:
        due = in_vietnam(received_at + timedelta(hours=value)).date()
    else:
        due = received_on + (timedelta(days=value) if unit is TimeUnit.DAY else value * _MONTH)
    return due if calendar.is_working_day(due) else calendar.next_working_day(due)


def is_overdue(status: DossierStatus, due_on: date | None, finished_at: datetime | None, today: date) -> bool:
    """Tell whether the authority is, or was, late.

    While the citizen has the next step, and before the dossier was received, nobody is late.
    """
    if due_on is None or status in WAITING_FOR_CITIZEN or status is DossierStatus.REGISTERED:
        return False
    if status in AUTHORITY_IS_DONE:
        return finished_at is not None and in_vietnam(finished_at).date() > due_on
    return today > due_on

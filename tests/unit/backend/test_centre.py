"""What the centre says of itself."""

from __future__ import annotations

from datetime import UTC, datetime

from backend.centre.service import Centre, CentreFile
from backend.kernel.clock import ManualClock
from backend.kernel.settings import PROJECT_ROOT
from backend.kernel.words import Words

DATA = PROJECT_ROOT / "data"
WORDS = Words(DATA / "words")
TUESDAY_MORNING = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)  # 9:00 in Viet Nam
TUESDAY_NOON = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)
FRIDAY_NIGHT = datetime(2026, 12, 4, 13, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 12, 5, 2, 0, tzinfo=UTC)


def centre(now: datetime, *, with_hours: bool = False) -> Centre:
    as_filled = Centre.read(DATA / "centre.yml", WORDS, ManualClock(now))
    if not with_hours:
        return as_filled
    hours = [{"from": "13:30", "to": "17:00"}, {"from": "07:30", "to": "11:30"}]
    data = as_filled.contact.model_dump(exclude={"hours"}) | {"hours": hours}
    return Centre(CentreFile.model_validate(data), WORDS, ManualClock(now))


def test_that_nothing_is_made_up_where_the_clock_times_are_not_known() -> None:
    state = centre(TUESDAY_MORNING).today()
    assert state.hours_text == "Giờ hành chính, thứ Hai đến thứ Sáu"
    assert state.open_now is None
    assert (state.next_opening_label, state.closed_reason) == (None, None)
    assert state.contact.email is None and state.contact.address is None


def test_that_a_day_off_is_known_without_clock_times() -> None:
    state = centre(SATURDAY).today()
    assert state.open_now is False
    assert state.closed_reason == "ngày nghỉ cuối tuần"
    assert state.next_opening_label == "thứ Hai, 7/12/2026"


def test_that_clock_times_are_told_once_they_are_filled_in() -> None:
    assert centre(TUESDAY_MORNING, with_hours=True).today().open_now is True
    assert centre(TUESDAY_MORNING, with_hours=True).hours_text() == ("07:30–11:30, 13:30–17:00, thứ Hai đến thứ Sáu")
    noon = centre(TUESDAY_NOON, with_hours=True).today()
    assert (noon.open_now, noon.next_opening_label) == (False, "lúc 13:30 hôm nay")
    night = centre(FRIDAY_NIGHT, with_hours=True).today()
    assert (night.open_now, night.next_opening_label) == (False, "lúc 07:30 thứ Hai, 7/12/2026")

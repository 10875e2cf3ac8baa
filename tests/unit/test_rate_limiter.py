"""Rate limits by the generic cell rate algorithm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.errors import RateLimited
from backend.kernel.limits import RateLimiter, parse_limit


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_that_the_burst_is_let_through_and_then_refilled() -> None:
    time = Time()
    limiter = RateLimiter(time)
    assert [bool(limiter.hit("3/minute", "a")) for _ in range(4)] == [False, False, False, True]
    with pytest.raises(RateLimited) as refusal:
        limiter.require("3/minute", "a")
    assert refusal.value.details == {"retry_after_seconds": 20}
    assert not limiter.hit("3/minute", "b")
    time.now += 20
    assert not limiter.hit("3/minute", "a")
    assert limiter.hit("3/minute", "a")


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_that_no_window_lets_more_than_twice_the_count_through(gaps: list[float]) -> None:
    time = Time()
    limiter = RateLimiter(time)
    passed: list[float] = []
    for gap in gaps:
        time.now += gap
        if not limiter.hit("5/minute", "k"):
            passed.append(time.now)
    for start in passed:
        assert sum(start <= moment < start + 60 for moment in passed) <= 10


@pytest.mark.parametrize("text", ["", "0/minute", "5", "5/fortnight", "-1/second", "5/0 second"])
def test_that_nonsense_is_no_limit(text: str) -> None:
    with pytest.raises(ValueError, match="not a rate limit"):
        parse_limit(text)


def test_that_many_live_keys_make_no_hit_slow_and_take_no_end_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.kernel.limits._SWEEP_ABOVE", 100)
    monkeypatch.setattr("backend.kernel.limits._MOST_KEYS", 1000)
    time = Time()
    limiter = RateLimiter(time)
    limiter._sweep_above = 100
    sweeps = 0
    sweep = limiter._sweep

    def counted(now: float) -> None:
        nonlocal sweeps
        sweeps += 1
        sweep(now)

    monkeypatch.setattr(limiter, "_sweep", counted)
    for _ in range(3):
        limiter.hit("3/day", "known")
    for number in range(5000):
        limiter.hit("3/day", f"stranger {number}")
    assert len(limiter._full_again_at) <= 2000
    assert sweeps < 20
    assert limiter.hit("3/day", "known"), "who has used up a limit is not forgotten for those who have just come"

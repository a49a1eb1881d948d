"""The table of SECURITY A43, in words."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.outbox import rules

QUEUED = datetime(2027, 3, 9, 14, 0, tzinfo=UTC)


def tries(seconds_each=0.0):
    """When a notice is tried that nobody ever takes, in minutes after it was queued."""
    due, attempts, moments = QUEUED, 0, []
    while due is not None:
        moments.append((due - QUEUED).total_seconds() / 60)
        attempts += 1
        due = rules.after_failure(attempts, QUEUED, due + timedelta(seconds=seconds_each))
    return moments


def test_the_first_tries_are_at_0_1_5_15_and_60_minutes_then_hourly_for_three_days():
    moments = tries()
    assert moments[:7] == [0, 1, 5, 15, 60, 120, 180]
    assert {b - a for a, b in zip(moments[4:], moments[5:], strict=False)} == {60}
    assert moments[-1] == 72 * 60


def test_a_slow_refusal_does_not_shift_the_table():
    assert tries(seconds_each=9)[:7] == [0, 1, 5, 15, 60, 120, 180]


def test_a_try_that_comes_late_is_followed_half_a_minute_later_at_the_soonest():
    late = QUEUED + timedelta(hours=24)
    assert rules.after_failure(1, QUEUED, late) == late + timedelta(seconds=30)


def test_after_three_days_nobody_tries_any_more():
    assert rules.after_failure(1, QUEUED, QUEUED + timedelta(hours=72)) is None


@given(attempts=st.integers(1, 200), late=st.floats(0, 80))
def test_the_next_try_is_always_later_and_never_after_three_days(attempts, late):
    now = QUEUED + timedelta(hours=late)
    due = rules.after_failure(attempts, QUEUED, now)
    assert due is None or now + timedelta(seconds=30) <= due <= QUEUED + timedelta(hours=72)


def test_a_code_that_ran_out_is_not_sent():
    assert rules.why_not_send(QUEUED, QUEUED).code == "lapsed"
    assert rules.why_not_send(QUEUED, QUEUED - timedelta(seconds=1)) is None
    assert rules.why_not_send(None, QUEUED) is None


def test_the_sixth_crash_parks_a_row():
    assert rules.why_not_try(5) is None
    assert rules.why_not_try(6).code == "parked"


def test_texts_go_to_the_united_states_and_canada_only():
    assert rules.why_not_text("+12025550123", 0) is None
    assert rules.why_not_text("+14165550123", 0) is None
    # the Dominican Republic, Jamaica, Great Britain, a satellite phone, nonsense
    for number in ("+18095550123", "+18765550123", "+442079460000", "+881612345678", "+1", "fred"):
        assert rules.why_not_text(number, 0).code == "region", number


def test_nothing_is_texted_beyond_the_daily_cap():
    assert rules.why_not_text("+12025550123", rules.DAILY_TEXTS - 1) is None
    assert rules.why_not_text("+12025550123", rules.DAILY_TEXTS).code == "daily_cap"


def test_somebody_is_woken_after_ten_minutes():
    assert not rules.is_stale(None, QUEUED)
    assert not rules.is_stale(QUEUED, QUEUED + timedelta(minutes=10))
    assert rules.is_stale(QUEUED, QUEUED + timedelta(minutes=10, seconds=1))

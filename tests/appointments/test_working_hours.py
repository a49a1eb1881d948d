"""A wait is counted in the hours in which there is somebody at the office."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.domain.appointments.working_hours import Holiday, waited, week_of

NEW_YORK = ZoneInfo("America/New_York")
WEEK = week_of([])


def at(day, hour, minute=0):
    """A moment of March 2027 on the wall of an office in New York; the 1st is a Monday."""
    return datetime(2027, 3, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def hours(since, now, week=WEEK, holidays=()):
    return waited(since, now, week, holidays, NEW_YORK) / timedelta(hours=1)


@pytest.mark.parametrize(
    "since,now,wanted",
    [
        (at(1, 9), at(1, 9, 20), 1 / 3),
        (at(1, 6), at(1, 9), 1),
        (at(1, 16), at(2, 9), 2),
        (at(5, 16), at(8, 9), 2),  # over a weekend
        (at(6, 10), at(7, 10), 0),
        (at(12, 16), at(15, 9), 2),  # the clocks go forward on Sunday
        (at(1, 20), at(1, 22), 0),
        (at(1, 12), at(1, 12), 0),
    ],
)
def test_only_open_hours_count(since, now, wanted):
    assert hours(since, now) == pytest.approx(wanted)


def test_hours_of_providers_make_the_week_longer_never_shorter():
    week = week_of([(0, 10 * 60, 18 * 60), (0, 7 * 60, 12 * 60), (5, 9 * 60, 12 * 60)])
    assert week[0] == (7 * 60, 18 * 60) and week[1] == (8 * 60, 17 * 60) and week[5] == (9 * 60, 12 * 60)
    assert hours(at(6, 10), at(6, 11, 30), week) == 1.5


def test_holidays_do_not_count():
    assert hours(at(1, 16), at(3, 9), holidays=[Holiday(date(2027, 3, 2), date(2027, 3, 2))]) == 2


def test_a_very_long_wait_is_counted_for_sixty_days():
    assert hours(at(1, 9) - timedelta(days=3000), at(1, 9)) == pytest.approx(
        hours(at(1, 9) - timedelta(days=60), at(1, 9))
    )

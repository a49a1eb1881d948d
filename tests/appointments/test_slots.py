"""Hours become slots on the office's own calendar: each once, at the right time of the wall's clock (C22)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.appointments import slots
from portal.domain.appointments.busy import Busy
from portal.domain.appointments.types import Hours, Length, Off, PartOfDay, grain, grains

ALWAYS = date(2000, 1, 1)
ZONES = ("America/New_York", "America/Phoenix", "Europe/London", "Australia/Lord_Howe")
#: Both changes of the clocks in each zone that has them, leap day, year's end, an ordinary day.
DATES = {
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "America/Phoenix": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
}
ORDINARY = (date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1), date(2026, 7, 15))
CASES = [(zone, day) for zone in ZONES for day in (*DATES[zone], *ORDINARY)]
FIVES = st.integers(0, 287).map(lambda grains: grains * 5)


def every_day(starts, ends, **more):
    values = {"pause_starts": None, "pause_ends": None, "slot_minutes": 30, "capacity": 1} | more
    return [Hours(1, weekday, starts, ends, from_day=ALWAYS, until_day=None, **values) for weekday in range(7)]


def shown(found, zone):
    return [slot.starts_at.astimezone(ZoneInfo(zone)).strftime("%H:%M") for slot in found]


@pytest.mark.parametrize(("zone", "day"), CASES)
@given(starts=FIVES, spans=st.integers(1, 288), step=st.sampled_from([5, 15, 20, 30, 45, 60]))
def test_each_time_of_the_day_is_offered_once(zone, day, starts, spans, step):
    ends = min(starts + spans * 5, 1440)
    here = ZoneInfo(zone)
    found = slots.expand(every_day(starts, ends, slot_minutes=step), [], [day], here)
    assert len({slot.starts_at for slot in found}) == len(found) == len({slot.minute for slot in found})
    for slot in found:
        wall = slot.starts_at.astimezone(here)
        assert (wall.date(), wall.hour * 60 + wall.minute) == (day, slot.minute) == (slot.day, slot.minute)
        assert starts <= slot.minute < ends and (slot.minute - starts) % step == 0
    there = {slot.minute for slot in found}
    for minute in set(range(starts, ends, step)) - there:
        wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=here)
        assert wall.astimezone(UTC).astimezone(here).replace(fold=0) != wall, (
            "only what the clocks leave out is missing"
        )


def test_half_past_two_is_missing_when_the_clocks_go_forward():
    found = slots.expand(every_day(60, 240), [], [date(2026, 3, 8)], ZoneInfo("America/New_York"))
    assert shown(found, "America/New_York") == ["01:00", "01:30", "03:00", "03:30"]


def test_half_past_one_is_offered_once_when_the_clocks_go_back():
    found = slots.expand(every_day(60, 150), [], [date(2026, 11, 1)], ZoneInfo("America/New_York"))
    assert shown(found, "America/New_York") == ["01:00", "01:30", "02:00"]
    assert found[1].starts_at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "the first of the two"


def test_pauses_days_off_and_the_end_of_a_rule():
    monday = date(2026, 11, 30)
    rules = [rule._replace(until_day=monday + timedelta(days=1)) for rule in every_day(540, 720, slot_minutes=60)]
    rules = [rule._replace(pause_starts=600, pause_ends=630) for rule in rules]
    offs = [Off(monday + timedelta(days=1), monday + timedelta(days=1), None, 660)]
    found = slots.expand(rules, offs, slots.days(monday, 3), ZoneInfo("America/New_York"))
    assert [(slot.day.day, slot.minute) for slot in found] == [(30, 540), (30, 630), (30, 690), (1, 660)]


def test_a_visit_must_fit_before_the_doors_close_and_find_one_seat_all_through():
    zone = ZoneInfo("America/New_York")
    found = slots.expand(every_day(540, 660, capacity=2), [], [date(2026, 11, 30)], zone)
    nine = found[0].starts_at
    assert [slot.minute for slot in slots.free(found, Busy(), Length(60), since=nine)] == [540, 570, 600]
    first, second = grain(nine), grain(nine + timedelta(minutes=30))
    # One seat is taken in the first half, the other in the second: no seat is free for the whole hour.
    taken = Busy([(first, 0), (second, 1)])
    assert [slot.minute for slot in slots.free(found, taken, Length(60), since=nine)] == [570, 600]
    assert [slot.minute for slot in slots.free(found, taken, Length(30), since=nine)] == [540, 570, 600, 630]


def test_what_is_past_is_not_offered():
    found = slots.expand(every_day(540, 600), [], [date(2026, 11, 30)], ZoneInfo("America/New_York"))
    assert list(slots.free(found, Busy(), Length(30), since=found[1].starts_at)) == [found[1]]


def test_morning_afternoon_and_the_nearest():
    found = slots.expand(every_day(600, 840, slot_minutes=60), [], [date(2026, 11, 30)], ZoneInfo("America/New_York"))
    assert [slot.minute for slot in slots.within(found, part=PartOfDay.MORNING)] == [600, 660]
    assert [slot.minute for slot in slots.within(found, part=PartOfDay.AFTERNOON, location_id=1)] == [720, 780]
    assert not list(slots.within(found, location_id=2))
    near = slots.nearest(found, found[3].starts_at + timedelta(minutes=5), most=2)
    assert [slot.minute for slot in near] == [720, 780]


@given(minutes=st.integers(1, 60).map(lambda number: number * 5), offset=FIVES)
def test_a_visit_takes_each_of_its_five_minutes_once(minutes, offset):
    starts_at = datetime(2026, 11, 30, tzinfo=UTC) + timedelta(minutes=offset)
    assert len(grains(starts_at, minutes)) == minutes // 5
    assert grains(starts_at, minutes)[0] == grain(starts_at)


def test_a_visit_that_was_booked_under_older_hours_is_seen():
    zone, monday = ZoneInfo("America/New_York"), datetime(2026, 11, 30, 14, 10, tzinfo=UTC)
    assert slots.covers(every_day(540, 660), [], monday, 20, zone)
    assert not slots.covers(every_day(600, 660), [], monday, 20, zone)
    assert not slots.covers(
        every_day(540, 660), [Off(date(2026, 11, 30), date(2026, 11, 30), None, None)], monday, 20, zone
    )

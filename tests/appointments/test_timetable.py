"""A plan becomes a table: cells as long as what is in them, what overlaps together, what is closed between."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from portal.domain.appointments.busy import Busy
from portal.domain.appointments.planning import DayOff, Plan, Planned
from portal.domain.appointments.timetable import Column, table_of, week_of
from portal.domain.appointments.types import Hours, Off, grains

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2027, 3, 8)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
COLUMN = Column(1, MONDAY)


def at(hour, minute=0, day=8):
    return datetime(2027, 3, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def a_visit(starts_at, minutes=20, state="booked"):
    who = ("Follow-up", "Maribel", "Oakhurst", date(1958, 5, 14), None, uuid4(), 1, 1)
    return Planned(
        1,
        uuid4(),
        starts_at,
        minutes,
        state,
        *who,
        is_overbooked=False,
        leaves=False,
        checked_in_at=None,
        arrived_at=None,
        location="Main",
    )


def a_plan(*visits, offs=(), capacity=1, taken=None):
    hours = Hours(1, 0, 9 * 60, 11 * 60, None, None, 20, capacity, date(2020, 1, 1), None)
    claims = {(grain, 0) for one in visits for grain in grains(one.starts_at, one.minutes)}
    return Plan(NEW_YORK, [], {1: [hours]}, {1: "Main"}, list(offs), {1: Busy(taken or claims)}, list(visits), {})


def told(table):
    """What stands in the one column: (minute, rows, what)."""
    found = []
    for minute, (cell,) in table.rows:
        if cell:
            what = [("visit" if one.visit else "open" if one.slot else one.why or "closed") for one in cell.blocks]
            found.append((minute, cell.rows, *what))
    return found


def test_open_times_and_visits_stand_in_their_places():
    table = table_of(a_plan(a_visit(at(9, 20), 40)), [COLUMN], LONG_AGO)
    assert told(table) == [(540, 1, "open"), (560, 1, "visit"), (600, 1, "open"), (620, 1, "open"), (640, 1, "open")]


def test_a_visit_goes_over_the_rows_of_its_neighbors():
    plan = a_plan(a_visit(at(9, 20), 40))
    other = Column(2, MONDAY)
    plan.hours[2] = [plan.hours[1][0]]
    rows = table_of(plan, [COLUMN, other], LONG_AGO).rows
    assert [minute for minute, _ in rows] == [540, 560, 580, 600, 620, 640]
    visit = rows[1][1][0]
    assert visit.rows == 2 and rows[2][1][0] is None and rows[2][1][1] is not None


def test_two_seats_share_a_cell():
    table = table_of(a_plan(a_visit(at(9)), capacity=2), [COLUMN], LONG_AGO)
    assert told(table)[0] == (540, 1, "visit", "open")


def test_a_day_off_says_why():
    off = DayOff(1, Off(MONDAY, MONDAY, 10 * 60, None), "Team meeting")
    table = table_of(a_plan(offs=[off]), [COLUMN, Column(2, MONDAY)], LONG_AGO)
    assert table.rows[-1][0] == 580  # nothing after ten in any column
    table = table_of(a_plan(a_visit(at(10, 40)), offs=[off]), [COLUMN], LONG_AGO)
    assert told(table)[3:] == [(600, 1, "Team meeting"), (640, 1, "visit")]


def test_past_times_are_not_open_any_more():
    assert told(table_of(a_plan(), [COLUMN], at(10, 30)))[0] == (640, 1, "open")


def test_a_weekend_is_there_where_there_is_something():
    assert len(week_of(MONDAY, a_plan(), 1)) == 5
    assert [column.day.day for column in week_of(MONDAY, a_plan(a_visit(at(10, day=13))), 1)][-1] == 13


def test_an_empty_day_is_a_table_too():
    table = table_of(a_plan(), [Column(2, MONDAY)], LONG_AGO)
    assert told(table) == [(540, 1, "closed")]

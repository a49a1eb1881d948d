"""What may be written, to whom, and by when an answer comes; without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from portal.domain.appointments.working_hours import week_of
from portal.domain.messaging import rules
from portal.domain.messaging.types import ClosedDays, State

ZONE = ZoneInfo("America/New_York")
WEEK = week_of([])
MONDAY = datetime(2031, 3, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "sent,days,day",
    [
        (MONDAY, 1, date(2031, 3, 11)),
        (MONDAY, 3, date(2031, 3, 13)),
        (MONDAY.replace(day=13), 3, date(2031, 3, 18)),
        (MONDAY.replace(hour=22), 1, date(2031, 3, 12)),
        (MONDAY.replace(day=15), 1, date(2031, 3, 18)),
        (datetime(2031, 3, 11, 2, tzinfo=UTC), 1, date(2031, 3, 12)),
    ],
    ids=["next day", "three", "over a weekend", "after five", "on a Saturday", "still Monday at the office"],
)
def test_business_days(sent, days, day):
    assert rules.answer_day(sent, days, [], ZONE, WEEK) == day


def test_days_on_which_the_office_is_closed_do_not_count():
    closed = [ClosedDays(uuid4(), date(2031, 3, 11), date(2031, 3, 12))]
    assert rules.answer_day(MONDAY, 1, closed, ZONE, WEEK) == date(2031, 3, 13)
    assert rules.answer_day(MONDAY.replace(day=11), 1, closed, ZONE, WEEK) == date(2031, 3, 14)


def test_the_hours_of_the_office_count():
    """Where a provider sees people on Saturdays until one and on Mondays until seven in the evening."""
    week = week_of([(5, 9 * 60, 13 * 60), (0, 8 * 60, 19 * 60)])
    friday = MONDAY.replace(day=14)
    assert rules.answer_day(friday, 1, [], ZONE, week) == date(2031, 3, 15)
    assert rules.due_at(friday, 1, [], ZONE, week) == datetime(2031, 3, 15, 17, tzinfo=UTC)
    assert rules.answer_day(friday.replace(day=15, hour=18), 1, [], ZONE, week) == date(2031, 3, 18)
    assert rules.answer_day(MONDAY.replace(hour=22), 1, [], ZONE, week) == date(2031, 3, 11)


def test_an_answer_is_due_at_the_end_of_the_day_at_the_office():
    assert rules.due_at(MONDAY, 1, [], ZONE, WEEK) == datetime(2031, 3, 11, 21, tzinfo=UTC)
    assert rules.due_at(MONDAY.replace(month=1), 5, [], ZONE, WEEK).hour == 22


def test_what_may_be_said_and_to_whom():
    assert rules.why_not_say("x" * rules.LONGEST) is None
    assert rules.why_not_say("x" * (rules.LONGEST + 3)).facts == {"over": 3}
    takes, off = {"takes_messages": True, "name": "Dr. A"}, {"takes_messages": False, "name": "Dr. A"}
    assert rules.why_not_write_to(**takes) is None
    assert rules.why_not_write_to(**off).code == "takes_no_messages"
    assert rules.why_not_write_to(takes_messages=True, name=None) is None
    assert rules.why_not_go_on(State.ANSWERED, **takes) is None
    assert rules.why_not_go_on(State.CLOSED, **takes).code == "conversation_closed"
    assert rules.why_not_go_on(State.WAITING, **off).code == "takes_no_messages"
    assert rules.why_not_answer(State.WAITING, **takes) is None
    assert rules.why_not_answer(State.CLOSED, **takes).code == "conversation_closed_here"
    assert rules.why_not_answer(State.WAITING, **off).code == "provider_takes_no_messages"
    assert rules.why_not_answer(State.WAITING, **takes, is_connected=False).code == "person_not_connected"
    assert rules.why_not_as_seen(version=2, seen=1).code == "conversation_went_on"
    assert rules.why_not_assign(works_here=False).code == "not_to_assign"


def test_the_beginning_stands_in_lists_in_one_line():
    assert rules.snippet_of("One\n\n two\tthree") == "One two three"
    assert len(rules.snippet_of("word " * 100)) <= rules.SNIPPET

"""The wait list: whom a time fits, until when it is offered, and that the first in line comes first (APT-10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.appointments import waiting_rules
from portal.domain.appointments.types import PartOfDay, Slot, State
from portal.domain.appointments.waiting_rules import Wish

NEW_YORK = ZoneInfo("America/New_York")
#: Monday, March 3, 2031, 10:00 in New York.
NOW = datetime(2031, 3, 3, 15, tzinfo=UTC)
ANY = Wish(1, 1, 1, 1, None, None, PartOfDay.ANY, 127, 2, date(2031, 6, 1), frozenset())


def slot(days=1, hour=10, minute=0):
    local = datetime(2031, 3, 3, tzinfo=NEW_YORK) + timedelta(days=days)
    at = local.replace(hour=hour, minute=minute).astimezone(UTC)
    return Slot(at, at + timedelta(hours=2), local.date(), hour * 60 + minute, 1, 1)


def fits(wish, one, now=NOW):
    return waiting_rules.fits(wish, 7, one, now, NEW_YORK)


@pytest.mark.parametrize(
    ("wish", "fit"),
    [
        (ANY, True),
        (ANY._replace(provider_id=7), True),
        (ANY._replace(provider_id=8), False),
        (ANY._replace(part=PartOfDay.MORNING), True),
        (ANY._replace(part=PartOfDay.AFTERNOON), False),
        (ANY._replace(weekdays=2), True),
        (ANY._replace(weekdays=1), False),
        (ANY._replace(until_day=date(2031, 3, 4)), True),
        (ANY._replace(until_day=date(2031, 3, 3)), False),
        (ANY._replace(before=slot(2).starts_at), True),
        (ANY._replace(before=slot().starts_at), False),
        (ANY._replace(notice_hours=24), True),
        (ANY._replace(notice_hours=48), False),
        (
            ANY._replace(
                minutes=20, busy=((slot().starts_at + timedelta(minutes=15), slot().starts_at + timedelta(hours=1)),)
            ),
            False,
        ),
        (
            ANY._replace(
                minutes=20, busy=((slot().starts_at + timedelta(minutes=20), slot().starts_at + timedelta(hours=1)),)
            ),
            True,
        ),
        (ANY._replace(minutes=20, busy=((slot().starts_at - timedelta(hours=1), slot().starts_at),)), True),
        (ANY._replace(had=frozenset({(7, slot().starts_at)})), False),
        (ANY._replace(had=frozenset({(8, slot().starts_at)})), True),
    ],
)
def test_whom_a_time_fits(wish, fit):
    assert fits(wish, slot()) is fit


def test_an_offer_stands_for_two_hours_in_which_people_are_up():
    def until(hour, minute=0, day=3):
        now = datetime(2031, 3, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)
        found = waiting_rules.offer_until(slot(9).starts_at, now, NEW_YORK)
        return found.astimezone(NEW_YORK).strftime("%d %H:%M")

    assert until(10) == "03 12:00"
    assert until(19) == "04 09:00"
    assert until(23, 30) == "04 10:00"
    assert until(3) == "03 10:00"
    # The night of March 9 is 23 hours long, and the clock on the wall counts.
    assert until(19, day=8) == "09 09:00"


def test_an_offer_ends_an_hour_before_the_visit_and_leaves_an_hour_for_an_answer():
    assert waiting_rules.offer_until(NOW + timedelta(hours=2, minutes=30), NOW, NEW_YORK) == NOW + timedelta(minutes=90)
    assert waiting_rules.offer_until(NOW + timedelta(hours=1, minutes=59), NOW, NEW_YORK) is None
    at_night = datetime(2031, 3, 3, 22, tzinfo=NEW_YORK).astimezone(UTC)
    assert waiting_rules.offer_until(slot(1, 8, 30).starts_at, at_night, NEW_YORK) is None
    assert not fits(ANY, slot(1, 8, 30), at_night)


WISHES = st.builds(
    lambda provider, part, weekdays, notice, days, before: ANY._replace(
        provider_id=provider,
        part=part,
        weekdays=weekdays,
        notice_hours=notice,
        until_day=date(2031, 3, 3) + timedelta(days=days),
        before=before and slot(before).starts_at,
    ),
    st.sampled_from([None, 7, 8]),
    st.sampled_from(list(PartOfDay)),
    st.integers(1, 127),
    st.sampled_from(waiting_rules.NOTICES),
    st.integers(0, 20),
    st.none() | st.integers(1, 20),
)
SLOTS = st.builds(slot, st.integers(0, 20), st.integers(8, 16), st.sampled_from([0, 20, 40]))


@given(st.lists(WISHES, max_size=12), st.lists(SLOTS, max_size=12, unique_by=lambda one: one.starts_at))
def test_the_first_in_line_whom_a_time_fits_gets_it(wishes, slots):
    line = [wish._replace(id=number, person_id=number) for number, wish in enumerate(wishes)]
    waiting, free, made = list(line), sorted(slots), {}
    while found := waiting_rules.next_offer(waiting, lambda _: free, 7, NOW, NEW_YORK):
        wish, given_slot = found
        made[wish.id] = given_slot
        waiting.remove(wish)
        free.remove(given_slot)
    assert len(set(made.values())) == len(made)
    for number, given_slot in made.items():
        assert fits(line[number], given_slot)
        passed_over = [wish for wish in line[:number] if wish.id not in made]
        assert not any(fits(wish, given_slot) for wish in passed_over)
    assert not any(fits(wish, one) for wish in waiting for one in free)


def test_what_nobody_can_wait_for():
    why_not = waiting_rules.why_not_wish_earlier
    assert why_not(State.BOOKED, NOW + timedelta(days=1), None, NOW) is None
    assert why_not(State.PENDING, NOW + timedelta(days=1), None, NOW) is None
    assert why_not(State.BOOKED, NOW, None, NOW).code == "nothing_earlier"
    assert why_not(State.BOOKED, NOW + timedelta(days=1), NOW, NOW).code == "nothing_earlier"
    assert why_not(State.CANCELLED, NOW + timedelta(days=1), None, NOW).code == "nothing_earlier"
    assert waiting_rules.why_not_wait(0, is_there=True).code == "waits_already"
    assert waiting_rules.why_not_wait(5, is_there=False).code == "many_wishes"
    assert waiting_rules.why_not_wait(4, is_there=False) is None


def test_an_offer_is_taken_until_it_lapses():
    assert waiting_rules.why_not_take("offered", NOW + timedelta(seconds=1), NOW) is None
    assert waiting_rules.why_not_take("offered", NOW, NOW).code == "offer_gone"
    assert waiting_rules.why_not_take("waiting", None, NOW).code == "offer_gone"
    assert waiting_rules.why_not_end("waiting") is None
    assert waiting_rules.why_not_end("taken").code == "waits_no_more"

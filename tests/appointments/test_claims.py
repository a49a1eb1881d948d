"""One table decides who has a provider's time (A39)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import NamedTuple

import pytest
from sqlalchemy import bindparam, func, select

from portal.domain.appointments import claims
from portal.domain.appointments.models import Appointment, Claim
from portal.domain.appointments.types import Length
from portal.kernel import clock, database
from portal.kernel.database import Moment
from portal.kernel.refusal import Refusal, Refused
from tests.factories import appointments, connections, practices

_THERE = select(Appointment.id).where(Appointment.starts_at == bindparam("at", type_=Moment()))
NINE = datetime(2030, 1, 7, 14, tzinfo=UTC)


class _Id(NamedTuple):
    id: int


@pytest.fixture
def made(app, patient):
    office = practices.an_office()
    provider = practices.a_provider(office.id)
    return office, provider, connections.a_connection(patient.person_id, office.id), appointments.a_reason(office.id)


def taken():
    with database.writing() as session:
        return session.scalar(select(func.count()).select_from(Claim))


def test_a_visit_takes_the_same_seat_all_through_and_gives_it_back(made):
    _, provider, chart, reason = made
    visit = appointments.an_appointment(chart, provider, reason, NINE, minutes=20)
    assert taken() == 4
    with database.writing() as session:
        row = session.scalar(select(Appointment).where(Appointment.public_id == visit))
        claims.release(row.id)
    assert taken() == 0


def test_two_visits_that_overlap_by_five_minutes_do_not_fit(made):
    _, provider, chart, reason = made
    appointments.an_appointment(chart, provider, reason, NINE)
    with pytest.raises(Refused, match="time_taken"), database.writing():
        _claim(made, NINE + timedelta(minutes=15), seats=1)
    assert taken() == 4
    with database.writing():
        assert _claim(made, NINE + timedelta(minutes=20), seats=1) == 0


def test_staff_may_take_a_seat_beyond_the_capacity(made):
    _, provider, chart, reason = made
    appointments.an_appointment(chart, provider, reason, NINE)
    with database.writing():
        assert _claim(made, NINE + timedelta(minutes=15), seats=2) == 1


def test_what_a_hold_did_not_use_in_time_is_free_for_others(made):
    _, provider, chart, reason = made
    ended = clock.now() - timedelta(seconds=1)
    appointments.an_appointment(chart, provider, reason, NINE, state="held", held_until=ended)
    with database.writing():
        assert _claim(made, NINE, seats=1) == 0


def test_times_that_are_over_are_forgotten(made):
    _, provider, chart, reason = made
    appointments.an_appointment(chart, provider, reason, NINE)
    appointments.an_appointment(chart, provider, reason, NINE.replace(year=2020))
    with database.writing():
        assert claims.forget_past(clock.now()) == 4
    assert taken() == 4


@pytest.mark.parametrize("seats", [1, 2], ids=["one seat", "two seats"])
def test_eight_racers_want_each_of_two_hundred_times(app, made, seats):
    """B1, C24: as many win as there are seats, each a seat of their own; all others are told."""
    assert _race(app, made, 200, seats) == {seats: 200}
    assert _seats_of_visits() == dict.fromkeys(range(seats), 200)
    assert taken() == 200 * 4 * seats


def test_two_hundred_races_are_lost_without_the_key(app, made, monkeypatch):
    """The twin of the above: it looks and then takes, as such software often does, and has two in one slot."""
    monkeypatch.setattr(claims, "claim", _look_and_take)
    winners = _race(app, made, 25, 1)
    assert max(winners) > 1


def _look_and_take(appointment, length, seats, *, starts_at, now):
    grains = length.grains(starts_at)
    if len({seat for _, seat in claims.taken(appointment.provider_id, grains)}) >= len(seats):
        raise Refused(Refusal("time_taken"))
    return 0


def _race(app, made, times, seats):
    """How often how many of eight won: `{1: 200}`. All have looked and found it free before the first one takes it."""
    winners = Counter()
    with ThreadPoolExecutor(8) as pool:
        for number in range(times):
            at, go = NINE + timedelta(minutes=20 * number), Barrier(8)
            racers = [pool.submit(_races, app, made, at, go, seats) for _ in range(8)]
            winners[sum(racer.result() for racer in racers)] += 1
        last = Barrier(8)  # so that each thread gives back its own connection
        list(pool.map(lambda _: _go_home(app, last), range(8)))
    return winners


def _races(app, made, at, go, seats):
    with app.app_context():
        free = database.read_one(_Id, _THERE, at=at) is None
        go.wait(30)
        try:
            with database.writing():
                _claim(made, at, seats=seats)
        except Refused:
            return 0
        return int(free)


def _go_home(app, go):
    go.wait(30)
    with app.app_context():
        database.let_go()


def _seats_of_visits():
    """How many visits have which seat; each has one and the same in all of its time."""
    with database.writing() as session:
        rows = session.execute(select(Claim.appointment_id, Claim.seat).distinct()).all()
    assert len(rows) == len({visit for visit, _ in rows})
    return Counter(seat for _, seat in rows)


def _claim(made, at, *, seats):
    office, provider, chart, reason = made
    session = database.session()
    location = appointments.location_of(provider)
    row = Appointment(
        office_id=office.id,
        chart_id=chart,
        provider_id=provider,
        location_id=location,
        reason_id=reason,
        starts_at=at,
        minutes=20,
        state="booked",
    )
    session.add(row)
    session.flush()
    return claims.claim(row, Length(20), range(seats), starts_at=at, now=clock.now())

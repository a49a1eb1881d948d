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
from portal.kernel.refusal import Refused
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


@pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
def test_eight_racers_want_the_same_time(app, made, weak, monkeypatch):
    """B1, C24: one wins, the others are told. The twin looks and then takes, without the key that decides."""
    if weak:
        monkeypatch.setattr(claims, "claim", lambda *_, **__: 0)
    winners = Counter()
    with ThreadPoolExecutor(8) as pool:
        for number in range(25):
            time, start = NINE + timedelta(minutes=20 * number), Barrier(8)
            winners[sum(pool.map(lambda _, at=time, go=start: _races(app, made, at, go), range(8)))] += 1
    if weak:
        assert max(winners) > 1
    else:
        assert winners == {1: 25}
        assert taken() == 25 * 4


def _races(app, made, at, go):
    with app.app_context():
        try:
            if database.read_one(_Id, _THERE, at=at):
                return 0
            go.wait(10)
            with database.writing():
                _claim(made, at, seats=1)
            return 1
        except Refused:
            return 0
        finally:
            database.let_go()


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

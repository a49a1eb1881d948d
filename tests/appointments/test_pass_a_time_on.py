"""Whatever frees a time, it goes to who waits: by the sweep, in order, once, and to nobody where it fits nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from portal import jobs
from portal.domain.accounts.models import Account
from portal.domain.appointments import passing_on, slots, waiting_retention
from portal.domain.appointments.models import Claim
from portal.domain.appointments.waiting_models import WaitListEntry
from portal.domain.charts.models import Chart
from portal.domain.departure import closing
from portal.domain.practices.models import Provider
from portal.jobs.sweep import sweep
from portal.kernel import clock, database
from tests.appointments.lines import a_line, became, entry, freed, offered, serve
from tests.appointments.traces import claimed, told
from tests.charts.test_merge import merge, undo
from tests.factories import appointments, practices
from tests.factories.charts import a_chart, stored
from tests.people import a_patient, staff_of


@pytest.fixture
def line(office):
    return a_line(office)


@pytest.fixture
def wish(line):
    """Of somebody who waits for any time."""
    return line.somebody()[1]


def new_chart(line):
    return line.chart_of(a_patient())


def answer(browser, who, visit, deed):
    desk = browser(who)
    desk.submit(desk.get(f"/office/{who.place}/appointments/{visit}/{deed}"), "#why form", because="No room.")


@pytest.mark.parametrize(("state", "deed"), [("pending", "reject"), ("booked", "cancel"), ("proposed", "reject")])
def test_what_the_office_declines_or_cancels_is_free_for_the_next(browser, front_desk, line, wish, state, deed):
    answer(browser, front_desk, line.visit(new_chart(line), line.at(10), state), deed)
    serve()
    assert offered(wish).starts_at == line.at(10)


def test_what_somebody_held_in_vain_goes_on_with_the_sweep(app, line, wish):
    jobs.use(app)
    held = line.visit(new_chart(line), line.at(10), "held")
    clock.shift(timedelta(minutes=11))
    sweep(lambda ids: None)
    assert offered(wish).starts_at == line.at(10)
    assert claimed(held) == 0 and claimed() == 4
    assert [message for message, *_ in told()] == ["appointment_offer"]


def test_an_office_adds_hours(browser, line, wish):
    keeper = staff_of(line.office, "administrator")
    with database.writing() as session:
        public_id = session.scalar(select(Provider.public_id).where(Provider.id == line.provider))
        entry_row = session.scalars(select(WaitListEntry)).one()
        entry_row.weekdays = 1 << 5
    serve()
    assert offered(wish) is None
    admin = browser(keeper)
    page = admin.get(f"/office/{keeper.place}/appointments/hours/{public_id}/add")
    admin.submit(page, "main form", weekdays=["5"], starts="9:00 AM", ends="11:00 AM", from_day="01/01/2020")
    assert freed() == 1
    serve()
    assert offered(wish).starts_at.astimezone().weekday() == 5 and became() == [None]


def test_a_shorter_visit_is_offered_where_a_longer_one_does_not_fit(browser, front_desk, line):
    long = appointments.a_reason(line.office.id, line.provider, name="Check-up", minutes=40)
    first = appointments.a_wish(new_chart(line), line.provider, long)
    _, second = line.somebody()
    for hour, minute in ((9, 40), (10, 20)):
        line.visit(new_chart(line), line.at(hour, minute))
    answer(browser, front_desk, line.visit(new_chart(line), line.at(10)), "cancel")
    serve()
    assert offered(first) is None and offered(second).starts_at == line.at(10)


def test_a_time_before_that_was_free_counts_where_the_freed_one_makes_it_long_enough(browser, front_desk, line):
    long = appointments.a_reason(line.office.id, line.provider, name="Check-up", minutes=40)
    wish = appointments.a_wish(new_chart(line), line.provider, long)
    line.visit(new_chart(line), line.at(10, 20))
    answer(browser, front_desk, line.visit(new_chart(line), line.at(10)), "cancel")
    serve()
    assert offered(wish).starts_at == line.at(9, 40)


def test_nobody_is_offered_a_time_at_which_they_have_another_visit(browser, front_desk, line):
    """It would be taken from somebody who can come."""
    mine = new_chart(line)
    first = line.wish(mine)
    elsewhere = practices.a_provider(line.office.id, "Amara", "Quill")
    appointments.an_appointment(mine, elsewhere, line.reason, line.at(10, 10), "booked")
    _, second = line.somebody()
    answer(browser, front_desk, line.visit(new_chart(line), line.at(10)), "cancel")
    serve()
    assert offered(first) is None
    assert offered(second).starts_at == line.at(10)


def test_nothing_is_written_where_nobody_waits(browser, front_desk, line):
    answer(browser, front_desk, line.visit(new_chart(line), line.at(10)), "cancel")
    assert freed() == 0 and not passing_on.is_due(clock.now())


def test_who_left_the_portal_or_stopped_taking_requests_is_passed_over(browser, front_desk, line):
    person, first = line.somebody()
    with database.writing() as session:
        closing.close(session.get_one(Account, person.account_id), clock.now())
    _, second = line.somebody()
    assert (entry(first).state, entry(first).ended_by) == ("ended", "patient")
    answer(browser, front_desk, line.visit(new_chart(line), line.at(10)), "cancel")
    serve()
    assert offered(first) is None and offered(second)
    with database.writing() as session:
        session.execute(update(Provider).where(Provider.id == line.provider).values(takes_appointments=False))
    _, third = line.somebody()
    answer(browser, front_desk, line.visit(new_chart(line), line.at(11)), "cancel")
    serve()
    assert offered(third) is None and freed() == 0


@pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
def test_two_processes_pass_on_at_once(app, browser, front_desk, line, weak, monkeypatch):
    """One time, two who wait: one offer, and it is the first one's. The twin forgets that claims decide."""
    wishes = [line.somebody()[1] for _ in range(4)]
    for hour in (10, 11):
        answer(browser, front_desk, line.visit(new_chart(line), line.at(hour)), "cancel")
    if weak:
        monkeypatch.setattr(passing_on.claims, "claim", lambda *_, **__: 0)
        monkeypatch.setattr(passing_on, "free_times", _always)
    start = Barrier(4)

    def race(_):
        with app.app_context():
            try:
                start.wait(10)
                with database.writing():
                    passing_on.pass_on(clock.now())
            finally:
                database.let_go()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(race, range(4)))
    found = [one and one.starts_at for one in map(offered, wishes)]
    if weak:
        assert len([one for one in found if one]) > 2
    else:
        assert found == [line.at(10), line.at(11), None, None] and claimed() == 8


def _always(offering, _reason, days, _now):
    """Times as if nobody had any of them."""
    return slots.expand(offering.hours, offering.offs, days, offering.zone)


def test_what_is_waited_for_follows_to_the_chart_that_stays_and_back(browser, front_desk, line):
    person = a_patient()
    chart = line.chart_of(person)
    with database.writing() as session:
        bound = session.get_one(Chart, chart)
        session.expunge(bound)
    loose = stored(a_chart(front_desk.office_id).public_id)
    wish = line.wish(loose.id)
    merge(browser, front_desk, bound, loose)
    assert "Waiting" in browser(person).get(f"/me/appointments/waiting/{wish}/")
    undo(browser, front_desk, bound)
    browser(person).get(f"/me/appointments/waiting/{wish}/", status=404)


def test_who_waited_in_vain_is_taken_off_and_forgotten_a_year_later(line, wish):
    with database.writing() as session:
        session.scalars(select(WaitListEntry)).one().until_day = clock.now().date() - timedelta(days=2)
    with database.writing():
        assert waiting_retention.forget(clock.now()) == 1
    assert (entry(wish).state, entry(wish).ended_by) == ("ended", "portal")
    with database.writing():
        assert waiting_retention.forget(clock.now() + timedelta(days=364)) == 0
        assert waiting_retention.forget(clock.now() + timedelta(days=366)) == 1
    with database.writing() as session:
        assert not list(session.scalars(select(WaitListEntry.id))) and not list(session.scalars(select(Claim.grain)))

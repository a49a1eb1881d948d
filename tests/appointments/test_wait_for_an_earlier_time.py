"""Somebody waits for an earlier time, is offered one that comes free, and takes it, declines it or lets it lapse."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import make_transient

from portal.domain.appointments.waiting_models import WaitListEntry, WaitListOffer
from portal.kernel import clock, database
from tests.appointments.lines import a_line, became, entry, freed, offered, serve
from tests.appointments.traces import claimed, events_of, happened, told, visit
from tests.journeys.stored import rows
from tests.people import a_patient

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
MINE = "/me/appointments/"
WAITING = "/me/appointments/waiting/"


@pytest.fixture
def line(office):
    return a_line(office)


@pytest.fixture
def chart(line, patient):
    return line.chart_of(patient)


def cancel(browser, person, public_id):
    me = browser(person)
    me.submit(me.get(f"{MINE}{public_id}/cancel"), "#appointment form")


def booked_by(line, at):
    """A visit of somebody else, who can cancel it."""
    person = a_patient()
    return person, line.visit(line.chart_of(person), at)


@both
def test_waiting_for_an_earlier_time_than_that_of_a_visit(browser, patient, line, chart, htmx):
    mine = line.visit(chart, line.at(15, days=7))
    me = browser(patient, htmx=htmx)
    page = me.get(f"{MINE}{mine}/")
    link = next(one.get("href") for one in page.css("main a") if "Offer me an earlier time" in one.text_content())
    form = me.get(link)
    assert "Imre Lindgren-Ash" in form and "Your visit on" in form
    assert "Choose at least one day." in me.submit(form, "#wish form", status=422, weekdays=[])
    page = me.submit(
        form, "#wish form", status=204 if htmx else 200, whom="anybody", part="morning", weekdays=["0", "2"]
    )
    (wish,) = rows(WaitListEntry)
    assert (wish.provider_id, wish.part_of_day, wish.weekdays, wish.notice_hours) == (None, "morning", 5, 24)
    assert (wish.appointment_id, wish.state) == (visit(mine).id, "waiting")
    assert wish.until_day == visit(mine).starts_at.date()
    assert "wait_list.joined" in events_of("person", patient.person_id)
    assert "You wait for an earlier time" in browser(patient).get(f"{MINE}{mine}/")
    again = browser(patient)
    assert "on the wait list for this already" in again.submit(again.get(link), "#wish form", status=409)


def test_waiting_for_any_time_of_a_provider(browser, patient, line, chart):
    me = browser(patient)
    page = me.get(f"{MINE}request/")
    page = me.get(next(one.get("href") for one in page.css("main a") if "Imre" in one.text_content()))
    page = me.get(next(one.get("href") for one in page.css("main a") if "Join the wait list" in one.text_content()))
    page = me.submit(page, "#wish form", notice="48")
    assert "Waiting" in page and "Told at least 2 days before" in page
    (wish,) = rows(WaitListEntry)
    assert (wish.provider_id, wish.reason_id, wish.appointment_id) == (line.provider, line.reason, None)
    assert "Blood pressure" in me.get(WAITING)


@both
def test_an_offer_is_taken_and_the_old_visit_goes_in_the_same_step(browser, patient, line, chart, htmx):
    mine = line.visit(chart, line.at(15, days=7))
    wish = line.wish(chart, mine)
    other, theirs = booked_by(line, line.at(10))
    cancel(browser, other, theirs)
    assert freed() == 1
    serve()
    held = offered(wish)
    assert (held.state, held.starts_at, held.minutes) == ("offered", line.at(10), 20)
    assert claimed(held.public_id) == 4 and freed() == 0
    assert told()[-1] == ("appointment_offer", "patient", patient.account_id)

    me = browser(patient, htmx=htmx)
    home = me.get("/me/")
    assert "A time has come free" in home
    page = me.get(WAITING)
    page = me.get(next(one.get("href") for one in page.css("main a") if "Blood pressure" in one.text_content()))
    assert "10:00 AM" in page and "is canceled in the same step" in page and "It is held for you until" in page
    me.submit(page, "form[action$='take']", status=204 if htmx else 200)
    new, old = visit(held.public_id), visit(mine)
    assert (new.state, old.state, old.cancelled_by) == ("booked", "cancelled", "patient")
    assert entry(wish).state == "taken" and became() == ["taken"]
    assert happened(held.public_id) == [("offered", "portal"), ("picked", "patient")]
    assert happened(mine) == [("moved", "patient")]
    assert claimed(mine) == 0 and claimed() == 4
    assert told()[-1] == ("appointment_moved", "patient", patient.account_id)
    assert "appointment.picked" in events_of("person", patient.person_id)
    assert "A time has come free" not in me.get("/me/")


def test_taking_without_a_visit_confirms_the_new_one(browser, patient, line, chart):
    wish = line.wish(chart)
    other, theirs = booked_by(line, line.at(10))
    cancel(browser, other, theirs)
    serve()
    me = browser(patient)
    page = me.submit(me.get(f"{WAITING}{wish}/"), "form[action$='take']")
    assert "Confirmed" in page and offered(wish).state == "booked"
    assert told()[-1] == ("appointment_confirmed", "patient", patient.account_id)


@both
def test_declining_passes_the_time_on_to_the_next_in_line(browser, patient, line, chart, htmx):
    first = line.wish(chart)
    second_person, second = line.somebody()
    other, theirs = booked_by(line, line.at(10))
    cancel(browser, other, theirs)
    serve()
    assert offered(first) and offered(second) is None
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(f"{WAITING}{first}/"), "form[action$='decline']")
    assert "Waiting" in page and page.is_fragment == htmx
    assert claimed() == 0 and freed() == 1
    serve()
    assert offered(first) is None and offered(second).starts_at == line.at(10)
    assert entry(first).state == "waiting" and became() == ["declined", None]
    assert told()[-1] == ("appointment_offer", "patient", second_person.account_id)


def test_an_offer_that_nobody_answers_lapses_and_goes_on(browser, patient, line, chart):
    first = line.wish(chart)
    _, second = line.somebody()
    other, theirs = booked_by(line, line.at(10))
    cancel(browser, other, theirs)
    serve()
    fields = dict(browser(patient).get(f"{WAITING}{first}/").form("form[action$='take']").form_values())
    later = offered(first).held_until - clock.now() + timedelta(seconds=1)
    clock.shift(later)
    me = browser(patient)
    page = me.get(f"{WAITING}{first}/")
    assert "Take this time" not in page
    fields |= {"once": uuid4().hex, "csrf_token": page.css("input[name=csrf_token]")[0].get("value")}
    assert "went to the next person" in me.post(f"{WAITING}{first}/take", fields, 409)
    serve()
    assert offered(first) is None and offered(second).starts_at == line.at(10)
    assert became() == ["lapsed", None] and entry(first).state == "waiting"
    clock.shift(later + (offered(second).held_until - clock.now()) + timedelta(seconds=1))
    serve()
    assert became() == ["lapsed", "lapsed"] and claimed() == 0 and freed() == 0


def test_nobody_gets_two_offers_at_once(browser, line, chart):
    wish = line.wish(chart)
    another = line.wish(chart, part_of_day="morning")
    for hour in (10, 11):
        other, theirs = booked_by(line, line.at(hour))
        cancel(browser, other, theirs)
    serve()
    assert offered(wish).starts_at == line.at(10) and offered(another) is None
    assert became() == [None]


def test_the_database_refuses_a_second_wish_for_a_visit_and_a_second_offer_to_a_wish(browser, line, chart):
    theirs = line.visit(chart, line.at(15))
    wish = line.wish(chart, theirs)
    with pytest.raises(IntegrityError):
        line.wish(chart, theirs)
    somebody, visit_of_theirs = booked_by(line, line.at(10))
    cancel(browser, somebody, visit_of_theirs)
    serve()
    assert offered(wish).starts_at == line.at(10)
    with pytest.raises(IntegrityError), database.writing() as session:
        first = session.scalars(select(WaitListOffer)).one()
        session.expunge(first)
        make_transient(first)
        first.id = None
        session.add(first)


def test_the_visit_that_they_have_is_canceled_and_the_offer_goes_with_it(browser, patient, line, chart):
    mine = line.visit(chart, line.at(15, days=7))
    wish = line.wish(chart, mine)
    _, second = line.somebody()
    other, theirs = booked_by(line, line.at(10))
    cancel(browser, other, theirs)
    serve()
    cancel(browser, patient, mine)
    assert (entry(wish).state, entry(wish).ended_by, became()) == ("ended", "portal", ["withdrawn"])
    serve()
    assert offered(second).starts_at == line.at(10)


@both
def test_leaving_the_list(browser, patient, line, chart, htmx):
    wish = line.wish(chart)
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(f"{WAITING}{wish}/"), "form[action$='leave']")
    assert "You left this list." in page
    assert (entry(wish).state, entry(wish).ended_by) == ("ended", "patient")
    assert "wait_list.left" in events_of("person", patient.person_id)
    other, theirs = booked_by(line, line.at(10))
    cancel(browser, other, theirs)
    assert freed() == 0


def test_somebody_elses_wish_does_not_exist(browser, patient, stranger, line, chart):
    mine = line.visit(chart, line.at(15, days=7))
    wish = line.wish(chart, mine)
    other, theirs = booked_by(line, line.at(10))
    cancel(browser, other, theirs)
    serve()
    me, them = browser(patient), browser(stranger)
    page = me.get(f"{WAITING}{wish}/")
    token = them.get("/me/").css("input[name=csrf_token]")[0].get("value")
    for deed in ("take", "decline", "leave"):
        fields = dict(page.form(f"form[action$='{deed}']").form_values()) | {"once": uuid4().hex, "csrf_token": token}
        them.post(f"{WAITING}{wish}/{deed}", fields, 404)
    them.get(f"{WAITING}{wish}/", status=404)
    them.get(f"{WAITING}visit/{mine}", status=404)
    form = dict(me.get(f"{WAITING}visit/{mine}").form("#wish form").form_values())
    them.post(f"{WAITING}visit/{mine}", form | {"once": uuid4().hex, "csrf_token": token}, 404)
    them.get(f"{WAITING}{uuid4()}/", status=404)
    assert offered(wish).state == "offered"

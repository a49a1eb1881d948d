"""The office offers up to three other times, the person picks one, or they lapse (APT-5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from portal import jobs
from portal.domain.appointments import proposing, retention
from portal.jobs.sweep import sweep
from portal.kernel import clock, database
from tests.appointments.traces import claimed, happened, told, visit
from tests.factories import appointments, charts, connections, practices
from tests.people import staff_of

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def monday():
    """The Monday after the next one."""
    today = clock.now().astimezone(NEW_YORK).date()
    return today + timedelta(days=14 - today.weekday())


@pytest.fixture
def made(office, patient, monday):
    """`made(hour, state)`: a visit of the patient that Monday."""
    provider = practices.a_provider(office.id, "Imre", "Lindgren-Ash")
    appointments.some_hours(provider)
    chart = connections.a_connection(patient.person_id, office.id)
    reason = appointments.a_reason(office.id, provider, name="Blood pressure")

    def make(hour=9, state="pending", **more):
        return appointments.an_appointment(chart, provider, reason, at_hour(monday, hour), state, **more)

    return make


def at_hour(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def url_of(who, asked):
    return f"/office/{who.place}/appointments/{asked}/times"


def offer(desk, who, asked, *times, status=200):
    """Tick these times and send them."""
    page = desk.get(url_of(who, asked))
    form = page.form("main form[method=post]")
    fields = dict(form.form_values()) | {"times": [one.isoformat() for one in times]}
    if status != 200:
        return desk.post(url_of(who, asked), fields, status)
    desk.post(url_of(who, asked), fields, 303)
    return desk.get(f"/office/{who.place}/appointments/{asked}/")


def test_offering_three_times(browser, front_desk, patient, made, monday):
    asked = made()
    desk = browser(front_desk)
    page = desk.get(url_of(front_desk, asked))
    assert "Offer other times" in page and "Oakhurst" not in page
    assert at_hour(monday, 9).isoformat() not in [box.get("value") for box in page.css("input[name=times]")]
    wanted = [at_hour(monday, hour) for hour in (10, 11, 14)]
    page = offer(desk, front_desk, asked, *wanted)
    assert "The person chooses a time" in page
    row = visit(asked)
    assert (row.state, row.starts_at) == ("proposed", wanted[0]) and row.held_until
    assert claimed(asked) == 3 * 4 and claimed() == 12
    assert happened(asked) == [("proposed", "staff")]
    assert told() == [("appointment_proposed", "patient", patient.account_id)]


@both
def test_the_person_picks_one(browser, front_desk, patient, made, monday, htmx):
    asked = made()
    offer(browser(front_desk), front_desk, asked, at_hour(monday, 10), at_hour(monday, 14))
    me = browser(patient, htmx=htmx)
    page = me.get(f"/me/appointments/{asked}/")
    page = me.get(page.one("a[href$='/times']").get("href"))
    assert "Larkfield Family Clinic could not give you the time" in page and "2:00 PM" in page
    assert "Choose one of the times." in me.submit(page, "#pick form", status=422)
    if htmx:
        assert me.submit(me.page, "#pick form", status=204, number="2").headers["HX-Redirect"]
    else:
        assert "Confirmed" in me.submit(me.page, "#pick form", number="2")
    row = visit(asked)
    assert (row.state, row.starts_at, row.held_until) == ("booked", at_hour(monday, 14), None)
    assert claimed() == 4
    assert happened(asked) == [("proposed", "staff"), ("picked", "patient")]
    assert told()[-1] == ("appointment_confirmed", "patient", patient.account_id)


def test_picking_a_time_for_a_visit_that_moves_lets_the_old_one_go(browser, front_desk, patient, made, monday):
    old = made(15, "booked")
    asked = made(9, replaces_id=visit(old).id)
    offer(browser(front_desk), front_desk, asked, at_hour(monday, 10))
    assert visit(old).state == "booked"
    me = browser(patient)
    me.submit(me.get(f"/me/appointments/{asked}/times"), "#pick form", number="1")
    assert (visit(old).state, visit(asked).state) == ("cancelled", "booked") and claimed() == 4


def test_what_cannot_be_offered(browser, front_desk, made, monday):
    asked = made()
    made(16, "booked")
    desk = browser(front_desk)
    times = [at_hour(monday, hour) for hour in (10, 11, 14, 15)]
    for wanted, words in (
        ([], "Choose at least one time."),
        (times, "Choose 3 times at most."),
        ([at_hour(monday, 16)], "Somebody else took this time"),
        ([at_hour(monday, 12, 30)], "Somebody else took this time"),
        ([times[0], times[0]], "Two of these times overlap."),
        ([at_hour(monday - timedelta(days=28), 10)], "This time has gone by."),
    ):
        assert words in offer(desk, front_desk, asked, *wanted, status=409)
    assert visit(asked).state == "pending" and claimed(asked) == 4


def test_offering_again_frees_what_was_offered_before(browser, front_desk, made, monday):
    asked, desk = made(), browser(front_desk)
    offer(desk, front_desk, asked, at_hour(monday, 10), at_hour(monday, 11))
    offer(desk, front_desk, asked, at_hour(monday, 14))
    assert claimed() == 4


def test_declining_takes_the_offer_back(browser, front_desk, patient, made, monday):
    asked, desk = made(), browser(front_desk)
    offer(desk, front_desk, asked, at_hour(monday, 10), at_hour(monday, 11))
    page = browser(patient).get(f"/me/appointments/{asked}/times")
    desk.submit(desk.get(f"/office/{front_desk.place}/appointments/{asked}/reject"), "#why form", because="No room.")
    assert claimed() == 0
    me = browser(patient)
    fields = dict(me.get("/me/appointments/").form("form").form_values()) | {"number": "1", "once": uuid4().hex}
    assert "not offered any more" in me.post(page.url, fields, 409)
    me.get(page.url, status=404)


def test_times_that_nobody_picks_lapse_and_the_office_is_asked_again(app, browser, front_desk, patient, made, monday):
    jobs.use(app)
    asked = made()
    offer(browser(front_desk), front_desk, asked, at_hour(monday, 10))
    assert not retention.are_lapsed(clock.now())
    clock.shift(timedelta(days=3, minutes=1))
    assert retention.are_lapsed(clock.now())
    sweep(lambda _ids: None)
    assert (visit(asked).state, visit(asked).held_until, claimed()) == ("pending", None, 0)
    assert happened(asked)[-1] == ("lapsed", "portal") and not retention.are_lapsed(clock.now())
    assert "The offered times ran out" in browser(patient).get(f"/me/appointments/{asked}/")
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/appointments/")
    assert "1 waits" in page
    desk.submit(page, "form[action$='approve']")
    assert visit(asked).state == "booked" and claimed(asked) == 4


def test_what_lapsed_is_not_approved_where_somebody_else_has_the_time(browser, front_desk, office, made, monday):
    asked, desk = made(), browser(front_desk)
    offer(desk, front_desk, asked, at_hour(monday, 10))
    row = visit(asked)
    clock.shift(timedelta(days=3, minutes=1))
    with database.writing():
        assert proposing.lapse(clock.now()) == 1
    other = charts.a_chart(office.id)
    appointments.an_appointment(other.id, row.provider_id, row.reason_id, at_hour(monday, 10))
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/appointments/")
    assert "took this time" in desk.submit(page, "form[action$='approve']", status=409)
    assert visit(asked).state == "pending" and claimed(asked) == 0


def test_somebody_elses_offer_does_not_exist(browser, front_desk, office, patient, stranger, made, monday):
    asked = made()
    offer(browser(front_desk), front_desk, asked, at_hour(monday, 10))
    page = browser(patient).get(f"/me/appointments/{asked}/times")
    fields = dict(page.form("#pick form").form_values()) | {"number": "1", "once": uuid4().hex}
    other = browser(stranger)
    token = other.get("/me/").css("input[name=csrf_token]")[0].get("value")
    other.get(page.url, status=404)
    other.post(page.url, fields | {"csrf_token": token}, status=404)
    elsewhere = staff_of(practices.an_office("Harbor Point Medical"))
    browser(elsewhere).get(url_of(elsewhere, asked), status=404)
    browser(staff_of(office, "billing")).get(url_of(front_desk, asked), status=404)
    assert visit(asked).state == "proposed"

"""Attacks on the check-in and the line (SECURITY Z2, P1), each also against a twin that lacks one defence."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.domain.appointments import arrivals, cancelling
from portal.domain.appointments.models import Appointment
from portal.domain.charts.models import Chart
from portal.domain.check_in import actions, queries, rules
from portal.domain.connections import profile_changes
from portal.domain.connections.models import CareTeamMember, Connection
from portal.kernel import clock, database
from portal.web import way_back
from tests.appointments.traces import happened, visit
from tests.appointments.viewers import viewer_of
from tests.factories import appointments

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])


@pytest.fixture
def made(office, patient):
    """`made(minutes)`: a visit of the patient so many minutes from now; their chart has another phone than they."""
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        provider = session.scalars(select(CareTeamMember.provider_id)).one()
        session.get_one(Chart, chart).phone_on_file = "+13155550199"
    reason = appointments.a_reason(office.id, provider)

    def make(minutes):
        return appointments.an_appointment(chart, provider, reason, clock.now() + timedelta(minutes=minutes))

    return make


def post(made, path, **fields):
    token = made.get("/me/").css("input[name=csrf_token]")[0].get("value")
    return made._send("post", path, data={"csrf_token": token, "once": uuid4().hex, **fields}).status_code


@twin
def test_arriving_for_somebody_elses_visit(browser, patient, stranger, made, weak, monkeypatch):
    """Z2. The twin finds a visit whoever asks."""
    theirs, found = made(30), queries.check_in_of
    if weak:

        def anybodys(_viewer, appointment_id):
            return database.session().scalars(select(Appointment).where(Appointment.public_id == appointment_id)).one()

        monkeypatch.setattr(cancelling, "for_update", anybodys)
        monkeypatch.setattr(queries, "check_in_of", lambda _viewer, one, now: found(viewer_of(patient), one, now))
    status = post(browser(stranger), f"/me/check_in/{theirs}/here")
    assert (status, visit(theirs).state) == ((303, "arrived") if weak else (404, "booked"))


@twin
def test_arriving_from_home_a_day_ahead(browser, patient, made, weak, monkeypatch):
    """A place in line that nobody stands in. The twin lets people arrive whenever they like."""
    tomorrow = made(24 * 60)
    if weak:
        monkeypatch.setattr(rules, "why_not_arrive", lambda *_: None)
    post(browser(patient), f"/me/check_in/{tomorrow}/here")
    assert (visit(tomorrow).state == "arrived") == weak


@twin
def test_arriving_twice(browser, patient, made, weak, monkeypatch):
    """Another tab, another form. The twin takes each press for somebody who has just come, and the place is lost."""
    now = made(30)
    me = browser(patient)
    post(me, f"/me/check_in/{now}/here")
    first = visit(now).arrived_at
    if weak:

        def each_time(viewer, appointment_id, *, now):
            arrivals.arrive_oneself(viewer, cancelling.for_update(viewer, appointment_id), now)

        monkeypatch.setattr(actions, "arrive", each_time)
    post(me, f"/me/check_in/{now}/here")
    assert (len(happened(now)) == 2, visit(now).arrived_at != first) == (weak, weak)


@twin
def test_a_check_in_that_writes_into_the_chart(browser, patient, made, weak, monkeypatch):
    """MODEL, People: an account's phone and the chart's never change each other silently. The twin saves it there."""
    soon = made(24 * 60)
    me = browser(patient)
    page = me.get(f"/me/check_in/{soon}/address")
    if weak:

        def writes(chart, _person, field, values, _now):
            for name, value in zip(profile_changes.rules.FIELDS[field], values, strict=True):
                setattr(chart, name, value)

        monkeypatch.setattr(profile_changes, "tell_chart", writes)
    me.submit(page, "form[action$='/own']")
    with database.writing() as session:
        assert (session.scalars(select(Chart.line1)).one() is not None) == weak


@twin
def test_a_yes_to_what_was_never_shown(browser, patient, made, weak, monkeypatch):
    """The office changes the number while the page is open. The twin takes the yes for the new one."""
    soon = made(24 * 60)
    me = browser(patient)
    seen = dict(me.get(f"/me/check_in/{soon}/").form("form[action$='/phone']").form_values())["seen"]
    with database.writing() as session:
        session.scalars(select(Chart)).one().phone_on_file = "+13155550111"
    if weak:
        monkeypatch.setattr(rules, "why_not_as_seen", lambda *_: None)
    assert (post(me, f"/me/check_in/{soon}/phone", seen=seen) == 303) == weak


@twin
def test_a_way_back_that_leads_elsewhere(browser, patient, weak, monkeypatch):
    """A link to our own page that ends on another site. The twin goes to whatever the address says."""
    if weak:
        monkeypatch.setattr(way_back, "to", lambda _step: way_back.request.args.get("check_in"))
    page = browser(patient).get("/me/address_book/insurance/add?check_in=https://evil.example/")
    assert (page.one("a.back").get("href") == "https://evil.example/") == weak

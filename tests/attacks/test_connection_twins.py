"""Attacks on requests to connect (SECURITY Z2-Z6, R10), each also against a twin that lacks one named defence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from portal.blueprints.connections import office_views
from portal.blueprints.connections.forms import AnswerForm, AskForm
from portal.domain.charts.models import Chart
from portal.domain.charts.queries import chart_of
from portal.domain.connections import actions, ending, merging, profile_changes, rules
from portal.domain.connections.models import ProfileChange
from portal.domain.connections.types import WhyEnded
from portal.domain.sign_in import throttles
from portal.domain.viewer import Role
from portal.kernel import clock, database
from portal.web import access
from tests.connections.traces import requests
from tests.factories import connections, practices
from tests.factories.charts import a_chart, stored
from tests.people import a_connected_patient, a_patient, staff_of
from tests.practices.viewers import viewer_of

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])


def fields_at(browser, url, selector="main form"):
    return dict(browser.get(url).form(selector).form_values())


@twin
def test_connecting_oneself_to_another_persons_chart(browser, front_desk, office, stranger, weak, monkeypatch):
    """Z3. The chart is Maribel's already. The twin asks neither whose it is nor when they were born."""
    owner = a_patient()
    chart = a_chart(office.id, "Maribel", "Oakhurst", birth_date=date(1958, 5, 15), person_id=owner.person_id)
    request = connections.a_request(stranger.person_id, office.id)
    if weak:
        monkeypatch.setattr(rules, "why_not_connect", lambda **_: None)
        monkeypatch.setattr(actions, "bind", lambda chart, person_id, now: setattr(chart, "person_id", person_id))
    desk, place = browser(front_desk), f"/office/{office.public_id}/connections/{request}"
    fields = fields_at(desk, place, "#no-chart form")
    answer = desk._send("post", f"{place}/charts/{chart.public_id}", data=fields)
    assert (answer.status_code == 303) == weak
    assert (requests()[0].state == "connected") == weak


@twin
def test_another_offices_request(browser, office, stranger, weak, monkeypatch):
    """Z6. The twin believes whose office a member of staff says they are in."""
    other = practices.an_office("Harbor Clinic", enrolls_openly=True)
    request = connections.a_request(stranger.person_id, other.id)
    if weak:
        staff = access.staff
        monkeypatch.setattr(office_views, "staff", lambda: replace(staff(), office_id=other.id))
    foe = browser(staff_of(office))
    answer = foe._send("get", f"/office/{office.public_id}/connections/{request}")
    assert ("Pemberly" in answer.get_data(as_text=True)) == weak


@twin
def test_a_flood_of_requests(browser, stranger, weak, monkeypatch):
    """The twin does not count."""
    offices = [practices.an_office(f"Office {number}", enrolls_openly=True) for number in range(12)]
    if weak:
        monkeypatch.setattr(throttles, "take_a_try", lambda *_: None)
    foe = browser(stranger)
    for office in offices:
        fields = fields_at(foe, "/me/connections/new") | {"office": str(office.public_id)}
        foe._send("post", "/me/connections/new", data=fields)
    assert (len(requests()) > 5) == weak


@twin
def test_an_office_that_enrolls_in_person_only(browser, office, stranger, weak, monkeypatch):
    """R11. The office is on no list, and is named by hand. The twin offers every office."""
    if weak:
        monkeypatch.setattr(rules, "why_not_ask", lambda **_: None)
        monkeypatch.setattr(AskForm, "is_good", lambda form: True)
    practices.an_office("Harbor Clinic", enrolls_openly=True)
    foe = browser(stranger)
    fields = fields_at(foe, "/me/connections/new") | {"office": str(office.public_id)}
    foe._send("post", "/me/connections/new", data=fields)
    assert bool(requests()) == weak


@twin
def test_a_wrong_person_does_not_come_back_with_a_merge_undone(office, weak, monkeypatch):
    """Z2. Two charts were merged, the account was another person's. The twin forgets the chart that was merged away."""
    wrong, desk = a_connected_patient(office.id), viewer_of(staff_of(office), Role.FRONT_DESK)
    with database.writing() as session:
        away = session.scalars(select(Chart.public_id).where(Chart.person_id == wrong.person_id)).one()
    kept = a_chart(office.id)
    if weak:
        monkeypatch.setattr(ending, "or_", lambda this, merged_too: this)
    with database.writing():
        merging.merge(desk, kept.public_id, away, now=clock.now())
    with database.writing():
        ending.end(desk, kept.public_id, WhyEnded.WRONG_PERSON, None, clock.now())
    (done,) = merging.open_merges_of(desk, chart_of(desk, kept.public_id))
    with database.writing():
        merging.undo(desk, kept.public_id, done.public_id, now=clock.now())
    assert (stored(away).person_id == wrong.person_id) == weak
    assert stored(kept.public_id).person_id is None


@twin
def test_a_change_of_another_chart_in_the_form(browser, front_desk, office, patient, weak, monkeypatch):
    """Z3. The form of one chart names a change that waits for another office's. The twin looks for it everywhere."""
    other = practices.an_office("Harbor Clinic")
    connections.a_connection(patient.person_id, other.id)
    me = browser(patient)
    me.submit(me.get("/me/accounts/profile/about"), "#about form", preferred="Mari")
    with database.writing() as session:
        ours, theirs = session.scalars(select(ProfileChange).order_by(ProfileChange.office_id)).all()
        chart = session.get_one(Chart, ours.chart_id).public_id
        named = theirs.public_id
    if weak:
        monkeypatch.setattr(AnswerForm, "answers", lambda form, waiting: {named: False})
        monkeypatch.setattr(profile_changes, "select", lambda *what: _everywhere(*what))
    desk = browser(front_desk)
    page = desk.get(f"/office/{office.public_id}/connections/changes/{chart}")
    fields = dict(page.form("#answer form").form_values()) | {f"change-{named}": "leave", "why": "check"}
    answer = desk._send("post", f"/office/{office.public_id}/connections/changes/{chart}", data=fields)
    with database.writing() as session:
        state = session.scalars(select(ProfileChange.state).where(ProfileChange.public_id == named)).one()
    assert (answer.status_code, state) == ((303, "left") if weak else (409, "waiting"))


def _everywhere(*what):
    """A select that forgets which office and chart it was about."""
    made = select(*what)
    if what[0] is not ProfileChange:
        return made

    class Forgetful:
        def filter_by(self, **known):
            return made.filter_by(state="waiting")

    return Forgetful()

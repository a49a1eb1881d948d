"""Attacks on visits and on the providers' time (SECURITY Z2-Z5, B1, B4, N), each also against a weakened twin.

The posts are forged: what the pages would never offer is sent all the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import g, make_response, request
from sqlalchemy import select

from portal.blueprints.appointments import (
    asking_views,
    times_views,
    views,
)
from portal.domain.appointments import asking_rules, holding, proposing, rules, slots
from portal.domain.appointments.models import Appointment
from portal.domain.viewer import Role
from portal.kernel import clock, database
from portal.web import access, once
from tests.appointments.traces import claimed, visit
from tests.attacks.forged_visits import HERE, MINE, Opened, send, stored
from tests.factories import appointments
from tests.pages.world import uuid_of_nothing
from tests.people import a_connected_patient, a_patient, staff_of
from tests.practices.viewers import viewer_of

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])


@pytest.fixture
def opened(office, patient):
    return Opened(office, patient)


@pytest.fixture
def foe(office):
    """Another patient of the same office."""
    return a_connected_patient(office.id, given="Mallory", family="Grey")


def as_somebody_else(monkeypatch, where, person_id):
    """The twin's views believe that everybody is that person."""
    monkeypatch.setattr(where, "viewer", lambda: replace(access.viewer(), person_id=person_id))


@twin
@pytest.mark.parametrize("page", ["", "cancel", "appointment.ics"])
def test_reading_by_another_id(browser, opened, foe, page, weak, monkeypatch):
    """Z2. Not there and not theirs is the same to the byte, the calendar entry too. The twin does not ask whose."""
    one, made = opened.visit(), browser(foe)
    if weak:
        as_somebody_else(monkeypatch, views, opened.patient.person_id)
    theirs = made._send("get", f"{MINE}{one}/{page}")
    assert (theirs.status_code == 200) == weak
    if not weak:
        nothing = made._send("get", f"{MINE}{uuid_of_nothing()}/{page}")
        assert (theirs.status_code, theirs.get_data()) == (404, nothing.get_data())


@twin
def test_canceling_by_another_id(browser, opened, foe, weak, monkeypatch):
    """Z3. The twin does not ask whose it is."""
    one, made = opened.visit(), browser(foe)
    if weak:
        as_somebody_else(monkeypatch, views, opened.patient.person_id)
    send(made, f"{MINE}{one}/cancel", because="-", version="1")
    assert (visit(one).state == "cancelled") == weak


@twin
def test_moving_somebody_elses_visit(browser, opened, foe, weak, monkeypatch):
    """Z3. The id of the visit to replace is the attacker's to write. The twin takes any visit of the office."""
    one, made = opened.visit(state="pending"), browser(foe)
    if weak:
        monkeypatch.setattr(holding.moving, "movable", lambda _, visit_id, *__: _any_visit(visit_id))
    answer = send(made, opened.url("check"), **opened.asking(264, replaces=str(one)))
    assert (visit(one).state == "cancelled") == weak
    assert weak or answer.status_code == 404


def _any_visit(visit_id):
    return database.session().scalars(select(Appointment).where(Appointment.public_id == visit_id)).one()


@twin
def test_submitting_what_another_one_holds(browser, opened, foe, weak, monkeypatch):
    """Z3, B1. A hold is its person's: the same form sent by somebody else is too late. The twin does not look whose."""
    send(browser(opened.patient), opened.url(), **opened.asking(48))
    [held] = stored("held")
    if weak:
        monkeypatch.setattr(holding, "_why_not_try", lambda _: None)
        monkeypatch.setattr(holding, "_holds_of", lambda _: [_any_visit(held.public_id)])
        monkeypatch.setattr(holding, "_held", lambda mine, _: mine[0])
    answer = send(browser(foe), opened.url("check"), **opened.asking(48))
    assert (visit(held.public_id).state == "pending") == weak
    assert weak or (answer.status_code, len(stored("held", "pending"))) == (409, 1)


@twin
def test_a_chart_that_the_request_names(browser, opened, foe, weak, monkeypatch):
    """Z4. Whose chart it is follows from who is signed in. The twin believes the form."""
    if weak:
        told = lambda: replace(access.viewer(), person_id=int(request.form["person_id"]))  # noqa: E731
        monkeypatch.setattr(asking_views, "viewer", told)
    named = {"person_id": str(opened.patient.person_id), "chart_id": str(opened.chart), "chart": str(opened.chart)}
    send(browser(foe), opened.url(), **opened.asking(48), **named)
    assert ([one.chart_id for one in stored("held")] == [opened.chart]) == weak


@twin
def test_a_time_at_an_office_that_is_not_theirs(browser, opened, weak, monkeypatch):
    """Z1. The twin does not ask whose office it is."""
    if weak:
        as_somebody_else(monkeypatch, asking_views, opened.patient.person_id)
    answer = send(browser(a_patient()), opened.url(), start="/me/", **opened.asking(48))
    assert (len(stored("held")) == 1) == weak
    assert weak or answer.status_code == 404


@twin
def test_a_provider_who_takes_no_requests(browser, office, patient, weak, monkeypatch):
    """N. The twin only leaves them out of the list."""
    switched_off = Opened(office, patient, takes_appointments=False)
    if weak:
        monkeypatch.setattr(asking_rules, "why_not_choose", lambda **_: None)
    send(browser(patient), switched_off.url(), **switched_off.asking(48))
    assert (len(stored("held")) == 1) == weak


@twin
@pytest.mark.parametrize("hours", [1, -48, 24 * 400], ids=["too soon", "over", "next year"])
def test_a_time_outside_of_what_is_offered(browser, opened, hours, weak, monkeypatch):
    """N. Visits are asked for two hours ahead or more, and at most 90 days. The twin only draws no such link."""
    if weak:
        monkeypatch.setattr(asking_rules, "why_not_have", lambda **_: None)
    send(browser(opened.patient), opened.url(), **opened.asking(hours))
    assert (len(stored("held")) == 1) == weak


@twin
def test_a_day_on_which_the_office_is_closed(browser, opened, weak, monkeypatch):
    """N. The twin does not look at days off."""
    day = datetime.fromtimestamp(opened.at(72), HERE).date()
    appointments.time_off(opened.office.id, day)
    if weak:
        walked = slots.expand
        monkeypatch.setattr(slots, "expand", lambda hours, _, on, zone: walked(hours, [], on, zone))
    send(browser(opened.patient), opened.url(), **opened.asking(72))
    assert (len(stored("held")) == 1) == weak


@twin
def test_canceling_at_the_last_moment(browser, opened, weak, monkeypatch):
    """N. The office wants to be told a day before. The twin only draws no button."""
    one = opened.visit(hours=3)
    if weak:
        monkeypatch.setattr(rules, "why_not_cancel", lambda *_: None)
    send(browser(opened.patient), f"{MINE}{one}/cancel", because="-", version="1")
    assert (visit(one).state == "cancelled") == weak


@twin
def test_moving_at_the_last_moment(browser, opened, weak, monkeypatch):
    """N. What can not be canceled any more can not be moved. The twin only draws no button."""
    one = opened.visit(hours=3)
    if weak:
        monkeypatch.setattr(asking_rules, "why_not_move", lambda *_, **__: None)
    send(browser(opened.patient), opened.url("check"), **opened.asking(72, replaces=str(one)))
    assert (len(stored("pending")) == 1) == weak


@twin
def test_hoarding_by_holds(browser, office, patient, weak, monkeypatch):
    """A39. Two times are held at once, whoever is asked; the older one goes. The twin counts none of them."""
    places = [Opened(office, patient) for _ in range(4)]
    if weak:
        monkeypatch.setattr(rules, "MOST_HELD", 100)
    made = browser(patient)
    for number, place in enumerate(places):
        send(made, place.url(), once="abcd"[number], **place.asking(48))
    assert len(stored("held")) == (4 if weak else rules.MOST_HELD)
    assert claimed() == len(stored("held")) * 4


@twin
def test_hoarding_by_requests(browser, opened, weak, monkeypatch):
    """A39. Five requests wait at an office at once. The twin takes whatever is sent."""
    if weak:
        monkeypatch.setattr(asking_rules, "why_not_more", lambda _: None)
    made = browser(opened.patient)
    for number in range(asking_rules.MOST_ASKED + 2):
        send(made, opened.url("check"), once="abcdefgh"[number], **opened.asking(48 + number))
    assert len(stored("pending")) == asking_rules.MOST_ASKED + (2 if weak else 0)


@twin
def test_picking_what_the_office_took_back(browser, opened, weak, monkeypatch):
    """N. An offer that lapsed is nobody's any more. The twin asks only whether there was one."""
    one = opened.visit(state="pending")
    _offer(opened, one)
    clock.shift(timedelta(days=8))
    if weak:
        monkeypatch.setattr(proposing, "why_not_pick", lambda *_: None)
    send(browser(opened.patient), f"{MINE}{one}/times", number="1")
    assert (visit(one).state == "booked") == weak


@twin
def test_picking_what_another_one_was_offered(browser, opened, foe, weak, monkeypatch):
    """Z3. The twin does not ask whose it is."""
    one = opened.visit(state="pending")
    _offer(opened, one)
    if weak:
        as_somebody_else(monkeypatch, times_views, opened.patient.person_id)
    send(browser(foe), f"{MINE}{one}/times", number="1")
    assert (visit(one).state == "booked") == weak


def _offer(opened, one):
    now = clock.now()
    with database.writing():
        viewer = viewer_of(staff_of(opened.office, "front_desk"), Role.FRONT_DESK)
        times = [datetime.fromtimestamp(opened.at(hours), HERE) for hours in (264, 288)]
        proposing.propose(viewer, one, version=1, provider=opened.provider_id, times=times, now=now)


@twin
def test_the_same_request_twenty_times(browser, opened, weak, monkeypatch):
    """B2. One visit, one answer, twenty times. The twin tells nineteen that somebody else has it: they themselves."""
    made, fields = browser(opened.patient), opened.asking(48)
    if weak:
        monkeypatch.setattr(once, "first_or_same", _as_often_as_sent)
    answers = {send(made, opened.url("check"), **fields).headers.get("Location") for _ in range(20)}
    assert len(stored("pending")) == 1 and claimed() == 4
    assert (len(answers) == 1) != weak


def _as_often_as_sent(view, arguments, _):
    g.receipt_number = "R-1"
    return make_response(view(**arguments))

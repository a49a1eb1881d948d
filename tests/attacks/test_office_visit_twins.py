"""Attacks by staff of one office on the visits of another one (SECURITY Z5), each also against a weakened twin."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import g
from sqlalchemy import select

from portal.blueprints.appointments import arrivals_views, booking_views, office_views, proposing_views
from portal.blueprints.connections import ending_views
from portal.domain.charts import queries
from portal.domain.charts.models import Chart
from portal.domain.viewer import Head
from portal.kernel import clock, database
from portal.web import access, viewers
from tests.appointments.traces import visit
from tests.attacks.forged_visits import HERE, Opened, send, stored
from tests.factories import practices
from tests.people import staff_of

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])


@pytest.fixture
def opened(office, patient):
    return Opened(office, patient)


def as_of_their_office(monkeypatch, where, office_id):
    """The twin's views believe that all staff are of that office."""
    monkeypatch.setattr(where, "staff", lambda: replace(access.staff(), office_id=office_id))


OFFICE_DEEDS = [
    ("pending", "approve", office_views, {}, "booked"),
    ("pending", "reject", office_views, {"because": "-"}, "cancelled"),
    ("booked", "cancel", office_views, {"because": "-"}, "cancelled"),
    ("booked", "arrive", arrivals_views, {}, "arrived"),
    ("booked", "miss", arrivals_views, {}, "noshow"),
    ("arrived", "finish", arrivals_views, {}, "fulfilled"),
    ("arrived", "put_back", arrivals_views, {}, "booked"),
]


@twin
@pytest.mark.parametrize(
    ("state", "deed", "where", "fields", "then"), OFFICE_DEEDS, ids=[one[1] for one in OFFICE_DEEDS]
)
def test_staff_of_another_office(browser, opened, state, deed, where, fields, then, weak, monkeypatch):
    """Z5. Through the door of one's own office to a visit at another one. The twin does not ask where it is."""
    one = opened.visit(hours=1 if deed in {"arrive", "miss", "finish", "put_back"} else 240, state=state)
    if deed == "miss":
        clock.shift(timedelta(hours=2))
    away = staff_of(practices.an_office("Ashgrove Clinic"), "front_desk")
    if weak:
        as_of_their_office(monkeypatch, where, opened.office.id)
    start = f"/office/{away.place}/appointments/"
    answer = send(browser(away), f"{start}{one}/{deed}", start=f"/office/{away.place}/", version="1", **fields)
    assert (visit(one).state == then) == weak
    assert weak or answer.status_code == 404


@twin
def test_staff_of_another_office_offer_times(browser, opened, weak, monkeypatch):
    """Z5. The same with other times for a request. The twin does not ask where it is."""
    one, away = opened.visit(state="pending"), staff_of(practices.an_office("Ashgrove Clinic"), "front_desk")
    if weak:
        as_of_their_office(monkeypatch, proposing_views, opened.office.id)
    times = datetime.fromtimestamp(opened.at(264), HERE).isoformat()
    fields = {"version": "1", "provider": str(opened.provider_id), "times": times}
    start = f"/office/{away.place}/"
    answer = send(browser(away), f"{start}appointments/{one}/times", start=start, **fields)
    assert (visit(one).state == "proposed") == weak
    assert weak or answer.status_code == 404


def chart_id(opened):
    """The outer id of the patient's chart."""
    with database.writing() as session:
        return session.scalars(select(Chart.public_id).where(Chart.id == opened.chart)).one()


def at_any_chart(monkeypatch, where, office_id):
    """The twin's door looks charts up by their ids alone, and its views believe that all staff are of that office."""

    def careless(token_hash, office, whose):
        row = viewers.staff_of(token_hash, office)
        if whose is not None:
            there = replace(row.viewer(), office_id=office_id)
            g.chart, g.chart_head, g.emergency_until = queries.chart_of(there, whose), Head(0, b""), None
        return row

    monkeypatch.setattr(access, "_at_work", careless)
    as_of_their_office(monkeypatch, where, office_id)


@twin
def test_staff_of_another_office_book_a_visit(browser, opened, weak, monkeypatch):
    """Z5. In the calendar of an office that is not theirs. The twin does not ask where the chart is."""
    away = staff_of(practices.an_office("Ashgrove Clinic"), "front_desk")
    if weak:
        at_any_chart(monkeypatch, booking_views, opened.office.id)
    start = f"/office/{away.place}/"
    fields = opened.asking(264, provider=str(opened.provider_id))
    answer = send(browser(away), f"{start}appointments/book/{chart_id(opened)}/", start=start, **fields)
    assert bool(stored("booked")) == weak
    assert weak or answer.status_code == 404


@twin
def test_staff_of_another_office_end_a_connection(browser, opened, weak, monkeypatch):
    """Z5. What is to come would be canceled with it. The twin does not ask where the chart is."""
    one, away = opened.visit(), staff_of(practices.an_office("Ashgrove Clinic"), "administrator")
    if weak:
        at_any_chart(monkeypatch, ending_views, opened.office.id)
    start = f"/office/{away.place}/"
    fields = {"why": "asked_for", "note": ""}
    answer = send(browser(away), f"{start}connections/ending/{chart_id(opened)}", start=start, **fields)
    assert (visit(one).state == "cancelled") == weak
    assert weak or answer.status_code == 404

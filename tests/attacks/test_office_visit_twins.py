"""Attacks by staff of one office on the visits of another one (SECURITY Z5), each also against a weakened twin."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.blueprints.appointments import arrivals_views, office_views, proposing_views
from portal.kernel import clock
from portal.web import access
from tests.appointments.traces import visit
from tests.attacks.forged_visits import HERE, Opened, send
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
]


@twin
@pytest.mark.parametrize(
    ("state", "deed", "where", "fields", "then"), OFFICE_DEEDS, ids=[one[1] for one in OFFICE_DEEDS]
)
def test_staff_of_another_office(browser, opened, state, deed, where, fields, then, weak, monkeypatch):
    """Z5. Through the door of one's own office to a visit at another one. The twin does not ask where it is."""
    one = opened.visit(hours=1 if deed in {"arrive", "miss"} else 240, state=state)
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

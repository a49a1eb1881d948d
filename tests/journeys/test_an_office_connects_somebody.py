"""Somebody without an office asks for one; staff find the chart; a change of the profile goes into it."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection, ConnectionRequest, ProfileChange
from tests.factories import practices
from tests.factories.charts import a_chart
from tests.journeys.stored import deeds_of, rows
from tests.journeys.test_the_office_tells_something import come_in
from tests.people import staff_of


@pytest.fixture
def harbor(app):
    """An office that takes requests."""
    return practices.an_office("Harbor Clinic", enrolls_openly=True)


@pytest.fixture
def desk(harbor):
    return staff_of(harbor, "front_desk")


def leave(visitor):
    visitor.press("Sign out")
    visitor.sees("You are signed out.")


def test_asking_and_being_connected(visitor, stranger, harbor, desk):
    chart = a_chart(harbor.id, "Jonas", "Pemberly", birth_date=date(1958, 5, 14))
    visitor.sign_in(stranger)
    visitor.follow("Connect to your office")
    visitor.tick("Harbor Clinic")
    visitor.press("Ask to connect")
    visitor.sees("Waiting for the office")
    leave(visitor)
    come_in(visitor, desk)
    visitor.follow("1 request to connect")
    visitor.follow("Request of")
    visitor.follow("Pemberly, Jonas")
    visitor.sees("Is this chart theirs?")
    visitor.press("Connect")
    visitor.sees("Nobody is waiting.")
    assert [(row.chart_id, row.person_id) for row in rows(Connection)] == [(chart.id, stranger.person_id)]
    assert deeds_of(stranger.person_id)[-1] == "connection.connected"
    leave(visitor)
    visitor.sign_in(stranger)
    visitor.follow("Settings")
    visitor.follow("Offices")
    visitor.sees("connected since")


def test_being_declined(visitor, stranger, harbor, desk):
    visitor.sign_in(stranger)
    visitor.open("/me/connections/new")
    visitor.tick("Harbor Clinic")
    visitor.press("Ask to connect")
    visitor.sees("Waiting for the office")
    leave(visitor)
    come_in(visitor, desk)
    visitor.follow("1 request to connect")
    visitor.follow("Request of")
    visitor.follow("Decline")
    visitor.tick("They should call us")
    visitor.fill("Your words to them", "Ask for Dana.")
    visitor.press("Decline")
    visitor.sees("Nobody is waiting.")
    assert [(row.state, row.why, row.note) for row in rows(ConnectionRequest)] == [
        ("declined", "call_us", "Ask for Dana.")
    ]
    leave(visitor)
    visitor.sign_in(stranger)
    visitor.follow("An office did not connect you")
    visitor.sees("Ask for Dana.")


def test_a_change_goes_into_the_chart(visitor, patient, front_desk):
    visitor.sign_in(patient)
    visitor.follow("Settings")
    visitor.follow("Edit about you")
    visitor.fill("Preferred name", "Mari")
    visitor.press("Save")
    visitor.sees("Mari Oakhurst")
    leave(visitor)
    come_in(visitor, front_desk)
    visitor.follow("A person changed their profile")
    visitor.follow("Chart C")
    visitor.tick("Take it into the chart")
    visitor.press("Save")
    visitor.sees("No change is waiting.")
    assert [row.state for row in rows(ProfileChange)] == ["taken"]
    assert rows(Chart, person_id=patient.person_id)[0].preferred == "Mari"
    leave(visitor)
    visitor.sign_in(patient)
    visitor.open("/me/connections/changes")
    visitor.sees("In your chart")

"""The desk of an office and a patient: declined, offered times, arrivals, and a visit booked on the phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from portal.domain.appointments.models import Appointment
from portal.domain.connections.models import CareTeamMember, Connection
from portal.kernel import clock, database
from tests.appointments.traces import told
from tests.factories import appointments
from tests.journeys.stored import rows
from tests.journeys.test_an_office_connects_somebody import leave
from tests.journeys.test_the_office_tells_something import come_in

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def asked(app, office, patient):
    """`asked(moment, state)`: a visit of the patient with their provider, who has hours."""
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        provider = session.scalars(select(CareTeamMember.provider_id)).one()
    appointments.some_hours(provider)
    reason = appointments.a_reason(office.id, provider, name="Yearly check-up")
    return lambda at, state: appointments.an_appointment(chart, provider, reason, at, state)


@pytest.fixture
def monday():
    """10 AM of the Monday after the next one."""
    today = clock.now().astimezone(NEW_YORK).date()
    day = today + timedelta(days=14 - today.weekday())
    return datetime(day.year, day.month, day.day, 10, tzinfo=NEW_YORK).astimezone(UTC)


def test_a_request_is_declined_and_the_patient_reads_why(visitor, patient, front_desk, asked, monday):
    visit = asked(monday, "pending")
    come_in(visitor, front_desk)
    visitor.follow("1 visit request")
    visitor.follow("Decline")
    visitor.fill("Your words to them", "The provider is away. Please ask for another day.")
    visitor.press("Decline")
    visitor.sees("Nobody is waiting.")
    leave(visitor)
    assert told() == [("appointment_rejected", "patient", patient.account_id)]
    visitor.sign_in(patient)
    visitor.open(f"/me/appointments/{visit}/")
    visitor.sees("The provider is away. Please ask for another day.")


def test_the_office_offers_times_and_the_patient_picks_one(visitor, patient, front_desk, asked, monday):
    visit = asked(monday, "pending")
    come_in(visitor, front_desk)
    visitor.follow("1 visit request")
    visitor.follow("Other times")
    for time in ("9:00 AM", "9:20 AM", "9:40 AM"):
        visitor.tick(time)
    visitor.press("Offer these times")
    visitor.sees("The person chooses a time")
    leave(visitor)
    visitor.sign_in(patient)
    visitor.open(f"/me/appointments/{visit}/times")
    visitor.tick(f"{monday.astimezone(NEW_YORK):%B} {monday.astimezone(NEW_YORK).day}, {monday.year}, 9:20 AM")
    visitor.press("Take this time")
    visitor.sees("Confirmed")
    (row,) = rows(Appointment)
    assert (row.state, row.starts_at) == ("booked", monday - timedelta(minutes=40))
    assert [one[0] for one in told()] == ["appointment_proposed", "appointment_confirmed"]


def test_somebody_arrives_stands_in_line_and_is_seen(visitor, front_desk, asked):
    asked(clock.now().replace(second=0, microsecond=0) + timedelta(minutes=5), "booked")
    come_in(visitor, front_desk)
    visitor.follow("Schedule")
    visitor.follow("List")
    visitor.press("Arrived")
    visitor.sees("Place 1 in line")
    visitor.press("Undo")
    visitor.misses("Place 1 in line")
    visitor.press("Arrived")
    visitor.press("Seen")
    visitor.misses("Place 1 in line")
    assert [row.state for row in rows(Appointment)] == ["fulfilled"]


def test_a_visit_is_booked_on_the_phone(visitor, patient, front_desk, asked):
    come_in(visitor, front_desk)
    visitor.follow("Schedule")
    visitor.follow("Book a visit")
    visitor.fill("Find a person", "Oakhurst")
    visitor.press("Find")
    visitor.follow("Oakhurst, Maribel")
    visitor.tick("11:00 AM")
    visitor.fill("What they say about the visit", "Wants to talk about sleep")
    visitor.press("Book the visit")
    visitor.sees("The person is told")
    (row,) = rows(Appointment)
    assert (row.state, row.note) == ("booked", "Wants to talk about sleep")
    assert told() == [("appointment_confirmed", "patient", patient.account_id)]

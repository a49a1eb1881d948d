"""Somebody asks for a visit, moves it, is too late for a time, and gets a flu shot at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.domain.appointments.models import Appointment
from portal.domain.connections.models import CareTeamMember, Connection
from portal.kernel import database
from tests.appointments.conftest import Care
from tests.factories import appointments
from tests.journeys.stored import rows

HERE = ZoneInfo("America/New_York")


@pytest.fixture
def care(office, patient):
    """The patient's provider, with hours each day and a reason."""
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        provider = session.scalars(select(CareTeamMember.provider_id)).one()
    appointments.some_hours(provider, weekdays=range(7))
    return Care(chart, provider, appointments.a_reason(office.id, provider, name="Yearly check-up", minutes=40))


def in_two_days() -> date:
    return datetime.now(HERE).date() + timedelta(days=2)


def at(hour: int) -> datetime:
    day = in_two_days()
    return datetime(day.year, day.month, day.day, hour, tzinfo=HERE)


def look(visitor) -> None:
    """From the list of visits to the times of the day after tomorrow."""
    visitor.follow("Appointments")
    visitor.follow("Request Appointment")
    visitor.follow("Amara Fenwick-Osei")
    visitor.sees("Pick a time")
    visitor.open(f"{visitor.path()}?day={in_two_days()}")


def choose(visitor, time: str) -> None:
    """And to the panel of one of them."""
    look(visitor)
    visitor.follow(time)
    visitor.sees("request slot")


def test_asking_for_a_visit(visitor, patient, care):
    visitor.sign_in(patient)
    choose(visitor, "10:00 AM")
    visitor.press("request slot")
    visitor.sees("Check and send")
    visitor.sees("Held for you until")
    visitor.fill("Additional Messages", "My knee hurts.")
    visitor.press("Submit")
    visitor.sees("Your request is sent")
    visitor.sees("Receipt")
    visitor.follow("See your appointments")
    visitor.sees("Pending appointment")
    assert [(row.state, row.note, row.starts_at) for row in rows(Appointment)] == [
        ("pending", "My knee hurts.", at(10))
    ]


def test_being_too_late_for_a_time(visitor, patient, care):
    visitor.sign_in(patient)
    choose(visitor, "10:00 AM")
    appointments.an_appointment(care.chart, care.provider, care.reason, at(10))
    visitor.press("request slot")
    visitor.sees("Somebody else took this time a moment ago.")
    visitor.follow("10:40 AM")
    visitor.sees("Pick a different time")
    visitor.press("request slot")
    visitor.sees("Check and send")
    visitor.press("Do not send")
    visitor.sees("Schedule")
    assert [row.state for row in rows(Appointment)] == ["booked"]


def test_choosing_another_time(visitor, patient, care):
    appointments.an_appointment(care.chart, care.provider, care.reason, at(10), "pending")
    visitor.sign_in(patient)
    visitor.follow("Appointments")
    visitor.follow("Yearly check-up")
    visitor.follow("Choose another time")
    visitor.sees("It stays until the new one is set.")
    visitor.follow("See the week")
    visitor.sees("See the month")
    visitor.follow("9:20 AM")
    visitor.press("request slot")
    visitor.sees("Check and send")
    visitor.press("Submit")
    visitor.sees("Your request is sent")
    assert [row.state for row in rows(Appointment)] == ["cancelled", "pending"]


def test_a_reason_that_is_booked_at_once(visitor, patient, office, care):
    appointments.a_reason(office.id, care.provider, name="Flu shot", minutes=10, at_once=True)
    visitor.sign_in(patient)
    look(visitor)
    visitor.choose("What is the visit for?", "Flu shot")
    visitor.press("Show times")
    visitor.sees("For: Flu shot")
    visitor.follow("9:40 AM")
    visitor.press("request slot")
    visitor.sees("Your time is set as soon as you press Submit.")
    visitor.press("Submit")
    visitor.sees("Your appointment is set")
    assert [(row.state, row.minutes) for row in rows(Appointment)] == [("booked", 10)]


def test_back_shows_what_was_there_and_focus_goes_to_the_panel(with_htmx, patient, care):
    tab = with_htmx.tab
    with_htmx.sign_in(patient)
    choose(with_htmx, "10:00 AM")
    expect(tab.locator("#panel")).to_be_focused()
    assert f"at={int(at(10).timestamp())}" in tab.url
    with_htmx.follow("11:00 AM")
    expect(tab.locator("#panel h2")).to_have_text("11:00 AM")
    tab.go_back()
    expect(tab.locator("#panel h2")).to_have_text("10:00 AM")

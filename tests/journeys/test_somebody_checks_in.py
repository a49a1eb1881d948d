"""Somebody checks in the day before, changes their insurance on the way, and says "I am here". In three browsers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from portal.domain.appointments.check_in_models import CheckInStep
from portal.domain.appointments.models import Appointment
from portal.domain.charts.models import Chart
from portal.domain.connections.models import CareTeamMember, Connection
from portal.kernel import clock, database
from tests.factories import appointments
from tests.journeys.stored import deeds_of, rows


@pytest.fixture
def visit(app, office, patient):
    """An agreed visit in half an hour, at an office that knows a phone number and an address."""
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        provider = session.scalars(select(CareTeamMember.provider_id)).one()
        row = session.get_one(Chart, chart)
        row.phone_on_file, row.line1, row.city, row.state = "+13155550199", "4 Oak Street", "Larkfield", "NY"
    reason = appointments.a_reason(office.id, provider, name="Yearly check-up")
    at = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=30)
    return appointments.an_appointment(chart, provider, reason, at)


def test_checking_in_and_being_here(visitor, patient, visit):
    visitor.sign_in(patient)
    visitor.follow("Check in")
    visitor.sees("Is this your phone number?")
    visitor.sees("315-555-0199")
    visitor.press("Yes, this is right")
    visitor.sees("Is this your address?")
    visitor.open("/me/")
    visitor.follow("Check in")
    visitor.press("Yes, this is right")
    visitor.sees("There is no insurance in your Address Book.")
    visitor.follow("Add insurance")
    visitor.fill("Insurance company", "Tidewell Health")
    visitor.fill("Member ID", "TW 2210 0093")
    visitor.press("Save")
    visitor.sees("Tidewell Health")
    visitor.press("Yes, this is right")
    visitor.sees("You are checked in")
    visitor.press("I am here")
    visitor.sees("You are next.")
    (row,) = rows(Appointment)
    assert row.state == "arrived" and row.checked_in_at and row.arrived_at
    assert {line.step for line in rows(CheckInStep)} == {"phone", "address", "insurance"}
    assert deeds_of(patient.person_id)[-3:] == ["check_in.insurance", "appointment.checked_in", "appointment.arrived"]


def test_the_line_moves_by_itself(with_htmx, patient, visit):
    """The page asks again; what it then shows is what a plain look would."""
    tab = with_htmx.tab
    with database.writing() as session:
        session.execute(update(Appointment).values(state="arrived", arrived_at=clock.now()))
    with_htmx.sign_in(patient)
    tab.clock.install()
    with_htmx.open(f"/me/check_in/{visit}/")
    with_htmx.sees("You are next.")
    with database.writing() as session:
        session.execute(update(Appointment).values(state="fulfilled"))
    tab.clock.fast_forward("00:21")
    expect(tab.locator("#place")).to_contain_text("Your visit took place.")
    expect(tab.locator("#place[data-hx-get]")).to_have_count(0)

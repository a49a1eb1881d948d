"""Somebody looks at what comes, opens a visit, says that they will be there, and cancels another. In three browsers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.domain.appointments.models import Appointment, Claim
from portal.domain.connections.models import CareTeamMember, Connection
from portal.kernel import clock, database
from tests.factories import appointments
from tests.journeys.stored import deeds_of, rows


@pytest.fixture
def visits(app, office, patient):
    """Two visits that the office has agreed to: next week, and the week after."""
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()
        provider = session.scalars(select(CareTeamMember.provider_id)).one()
    reason = appointments.a_reason(office.id, provider, name="Yearly check-up")
    noon = clock.now().replace(hour=17, minute=0, second=0, microsecond=0)
    return [
        appointments.an_appointment(chart, provider, reason, noon + timedelta(days=days), minutes=40)
        for days in (7, 14)
    ]


def test_looking_confirming_and_canceling(visitor, patient, visits):
    visitor.sign_in(patient)
    visitor.sees("Next appointment")
    visitor.follow("Appointments")
    visitor.sees("Yearly check-up")
    visitor.open(f"/me/appointments/{visits[0]}/")
    visitor.sees("You can cancel here until 24 hours before")
    visitor.press("I will be there")
    visitor.sees("You said that you will be there")

    visitor.open(f"/me/appointments/{visits[1]}/")
    visitor.follow("cancel appointment")
    visitor.sees("canceled at once")
    visitor.fill("Why", "I am away.")
    visitor.press("cancel appointment")
    visitor.sees("I am away.")
    first, second = rows(Appointment)
    assert (first.state, second.state, second.because) == ("booked", "cancelled", "I am away.")
    assert {claim.appointment_id for claim in rows(Claim)} == {first.id}
    assert deeds_of(patient.person_id)[-2:] == ["appointment.confirmed", "appointment.cancelled"]


def test_the_months_turn_in_place_and_back_leads_back(with_htmx, patient, visits):
    tab = with_htmx.tab
    with_htmx.sign_in(patient)
    with_htmx.open("/me/appointments/")
    caption = tab.locator("#calendar caption").inner_text()
    tab.evaluate("document.querySelector('h1').dataset.seen = '1'")
    tab.locator(".calnav a").last.click()
    expect(tab.locator("#calendar caption")).not_to_have_text(caption)
    assert "?month=" in tab.url
    expect(tab.locator("h1[data-seen]")).to_have_count(1)
    tab.go_back()
    expect(tab.locator("#calendar caption")).to_have_text(caption)
    with tab.expect_download() as file:
        tab.goto(f"{with_htmx.address}/me/appointments/{visits[0]}/")
        tab.get_by_role("link", name="add to calendar").click()
    assert file.value.suggested_filename == "appointment.ics"

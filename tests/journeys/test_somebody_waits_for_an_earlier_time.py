"""Somebody asks for an earlier time; another one cancels; the time is offered, and taken. In three browsers."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.domain.appointments.models import Appointment, Claim
from portal.domain.appointments.waiting_models import WaitListEntry, WaitListOffer
from tests.appointments.lines import a_line, serve
from tests.journeys.stored import deeds_of, rows
from tests.people import a_patient


@pytest.fixture
def line(office):
    return a_line(office)


@pytest.fixture
def mine(line, patient):
    """A visit of the patient in the week after."""
    return line.visit(line.chart_of(patient), line.at(15, days=7))


@pytest.fixture
def other(line):
    """Somebody else, who has the better time."""
    person = a_patient()
    return person, line.visit(line.chart_of(person), line.at(10))


def cancels(visitor, person, visit):
    visitor.sign_in(person)
    visitor.open(f"/me/appointments/{visit}/")
    visitor.follow("cancel appointment")
    visitor.sees("canceled at once")
    visitor.press("cancel appointment")
    visitor.sees("Canceled")
    visitor.press("Sign out")
    visitor.sees("You are signed out.")


def test_the_offer_is_taken(visitor, patient, line, mine, other):
    visitor.sign_in(patient)
    visitor.open(f"/me/appointments/{mine}/")
    visitor.follow("Offer me an earlier time")
    visitor.sees("stays until you take an earlier time")
    visitor.press("Join the wait list")
    visitor.sees("When a time that fits comes free")
    visitor.press("Sign out")
    visitor.sees("You are signed out.")

    cancels(visitor, *other)
    serve()

    visitor.sign_in(patient)
    visitor.follow("A time has come free")
    visitor.follow("Blood pressure, Imre")
    visitor.sees("is canceled in the same step")
    visitor.press("Take this time")
    visitor.sees("Confirmed")
    states = {row.public_id: row.state for row in rows(Appointment)}
    taken = next(row for row in rows(Appointment) if row.state == "booked")
    assert states[mine] == "cancelled" and taken.starts_at == line.at(10)
    assert {row.appointment_id for row in rows(Claim)} == {taken.id}
    assert [row.state for row in rows(WaitListEntry)] == ["taken"]
    assert "appointment.picked" in deeds_of(patient.person_id)


def test_what_is_declined_is_gone_from_the_page_and_the_wish_stays(with_htmx, patient, line, mine, other):
    line.wish(line.chart_of(patient), mine)
    tab = with_htmx.tab
    cancels(with_htmx, *other)
    serve()
    with_htmx.sign_in(patient)
    with_htmx.open("/me/appointments/waiting/")
    with_htmx.follow("Blood pressure, Imre")
    tab.evaluate("document.querySelector('main').dataset.seen = '1'")
    with_htmx.press("Not this one")
    with_htmx.sees("You stay on the list.")
    expect(tab.locator("main[data-seen]")).to_have_count(1)
    with_htmx.press("Leave the wait list")
    with_htmx.sees("You left this list.")
    assert [row.became for row in rows(WaitListOffer)] == ["declined"]
    assert [row.state for row in rows(WaitListEntry)] == ["ended"]

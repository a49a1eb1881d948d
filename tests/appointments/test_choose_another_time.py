"""A visit is moved (APT-8): the old one stays until the new one is agreed, then goes in the same moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.appointments.models import Appointment, AppointmentEvent
from portal.kernel import clock, database
from tests.appointments.test_ask_for_a_visit import ASK, HERE, WAYS, at, claimed, messages, visits
from tests.factories import appointments


@pytest.fixture
def open_care(care):
    appointments.some_hours(care.provider)
    return care


def a_visit(care, state: str, moment: int) -> UUID:
    starts_at = datetime.fromtimestamp(moment, HERE)
    return appointments.an_appointment(care.chart, care.provider, care.reason, starts_at, state)


def ask_instead(me, care, visit: UUID, moment: int, status: int | None = None):
    """From the details' link to the sent request."""
    page = me.get(f"/me/appointments/{visit}/")
    link = next(one.get("href") for one in page.css("main a") if "Choose another time" in one.text_content())
    there = me.get(link, status=303).headers["Location"]
    panel = me.get(f"{there}&at={moment}")
    answer = me.submit(panel, "#panel form", status=204 if me.htmx else 200)
    check = me.get(answer.headers["HX-Redirect"]) if me.htmx else answer
    return me.submit(check, "textarea", status=status or (204 if me.htmx else 200))


def history_of(visit: UUID) -> list[str]:
    with database.writing() as session:
        deeds = select(AppointmentEvent.deed).join(Appointment, Appointment.id == AppointmentEvent.appointment_id)
        return list(session.scalars(deeds.where(Appointment.public_id == visit).order_by(AppointmentEvent.id)))


@WAYS
def test_what_is_agreed_stays_until_the_office_agrees_to_the_new_time(browser, patient, open_care, htmx):
    old = a_visit(open_care, "booked", at(9))
    ask_instead(browser(patient, htmx=htmx), open_care, old, at(11))
    booked, pending = visits()
    assert (booked.state, pending.state, pending.replaces_id) == ("booked", "pending", booked.id)
    assert claimed() == 16 and messages() == ["appointment_requested"]


@WAYS
def test_what_was_only_asked_for_is_moved_at_once(browser, patient, open_care, htmx):
    old = a_visit(open_care, "pending", at(9))
    ask_instead(browser(patient, htmx=htmx), open_care, old, at(11))
    gone, pending = visits()
    assert (gone.state, gone.cancelled_by, pending.state, pending.replaces_id) == (
        "cancelled",
        "patient",
        "pending",
        None,
    )
    assert claimed() == 8 and history_of(old) == ["moved"]


def test_a_reason_booked_at_once_swaps_at_once(browser, patient, office, care):
    appointments.some_hours(care.provider)
    shot = appointments.a_reason(office.id, care.provider, name="Flu shot", minutes=10, at_once=True)
    old = a_visit(care._replace(reason=shot), "booked", at(9))
    ask_instead(browser(patient), care, old, at(11))
    gone, new = visits()
    assert (gone.state, new.state, new.replaces_id) == ("cancelled", "booked", gone.id)
    assert claimed() == 2 and messages() == ["appointment_moved"]


def test_two_other_times_are_not_asked_for(browser, patient, open_care):
    old, me = a_visit(open_care, "booked", at(9)), browser(patient)
    ask_instead(me, open_care, old, at(11))
    provider = me.get(ASK).one("h2 a").get("href")
    panel = me.get(f"{provider}?at={at(13)}&replaces={old}")
    assert "You asked for another time already" in me.submit(panel, "#panel form", status=409)
    assert "Choose another time" not in me.get(f"/me/appointments/{old}/")


def test_too_late_to_move_is_told_before(browser, patient, open_care):
    soon = (clock.now() + timedelta(hours=5)).replace(minute=0, second=0, microsecond=0)
    old, me = a_visit(open_care, "booked", int(soon.timestamp())), browser(patient)
    there = me.get(f"{ASK}instead/{old}", status=303).headers["Location"]
    page = me.get(there)
    assert "until 24 hours before the visit" in page and "800-555-0100" in page
    assert not page.css(".cal")


def test_somebody_elses_visit_is_not_moved(browser, stranger, patient, open_care):
    old = a_visit(open_care, "booked", at(9))
    browser(stranger).get(f"{ASK}instead/{old}", status=404)

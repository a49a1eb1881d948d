"""Attacks on what notices of visits say and when (SECURITY P1, C21, C31), each also against a twin."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from portal import jobs
from portal.domain.appointments import reminding
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.reminder_models import Reminder
from portal.domain.notifications.models import NoticePreference
from portal.domain.outbox.models import OutboxMessage
from portal.domain.viewer import Actor
from portal.jobs import delivery, visit_letters
from portal.jobs.delivery import deliver
from portal.jobs.reminding import remind
from portal.kernel import clock, database
from portal.web import calendar_entries
from tests.factories import appointments, connections, practices
from tests.factories.outbox import a_notice
from tests.people import a_patient

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
STARTS_AT = datetime(2031, 3, 18, 13, 30, tzinfo=UTC)
THREE_DAYS = STARTS_AT - timedelta(days=3)
EVIL = "Larkfield\r\nATTENDEE:mailto:eve@evil.example"


@pytest.fixture
def made(app, sink):
    """`made(…)`: a patient with an agreed visit, and its outer id."""
    jobs.use(app)

    def make(office_name="Larkfield Family Clinic", in_mail=False):
        office = practices.an_office(office_name)
        provider, patient = practices.a_provider(office.id), a_patient()
        chart = connections.a_connection(patient.person_id, office.id)
        with database.writing() as session:
            session.add(NoticePreference(person_id=patient.person_id, kind="appointments", in_mail=in_mail))
        reason = appointments.a_reason(office.id, provider, name="Canary visit")
        agreed = {"confirmed_at": STARTS_AT - timedelta(days=9)}
        return patient, appointments.an_appointment(chart, provider, reason, STARTS_AT, **agreed)

    yield make
    clock.shift(timedelta(0))


def mail_of(sink, patient, about, message="appointment_confirmed"):
    deliver(a_notice(Actor("patient", patient.account_id), message, about=about))
    return sink.messages[-1].message


def everything(mail):
    return "".join(part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart())


def it_is(moment):
    clock.shift(moment - datetime.now(UTC))


@twin
def test_who_reads_somebodys_mail_learns_when_they_see_a_doctor(made, sink, weak, monkeypatch):
    """P1. The twin does not ask whether the person wanted that."""
    if weak:
        asked = visit_letters.told
        monkeypatch.setattr(visit_letters, "told", lambda *about: asked(*about)._replace(in_mail=True))
    words = everything(mail_of(sink, *made()))
    assert bool(re.search("2031|9:30", words)) == weak


@twin
def test_a_calendar_that_is_shared_tells_why_somebody_sees_a_doctor(made, sink, weak, monkeypatch):
    """P1. The twin writes the reason into the entry, as calendars of practices often do."""
    if weak:
        monkeypatch.setattr(calendar_entries, "_", lambda words, **_: "Canary visit")
    assert ("Canary" in everything(mail_of(sink, *made(in_mail=True)))) == weak


@twin
def test_a_name_that_brings_lines_of_its_own(made, sink, weak, monkeypatch):
    """Who names an office invites somebody else to its patients' visits. The twin writes its lines by hand."""
    if weak:
        by_hand = "BEGIN:VEVENT\r\nORGANIZER;CN={0.organizer.name}:mailto:{0.organizer.email}\r\nEND:VEVENT\r\n"
        monkeypatch.setattr(visit_letters, "invitation", lambda event, _: by_hand.format(event).encode())
    calendar = list(mail_of(sink, *made(EVIL, in_mail=True)).iter_parts())[-1].get_payload(decode=True).decode()
    assert bool(re.search(r"^ATTENDEE:mailto:eve", calendar, re.M)) == weak


@twin
def test_a_clock_that_jumps_to_and_fro(made, weak):
    """C21. The twin does not write down whom it told."""
    made()
    told = []
    for moment in (THREE_DAYS, THREE_DAYS + timedelta(days=3), THREE_DAYS - timedelta(hours=2), THREE_DAYS):
        it_is(moment)
        told.append(remind())
        if weak:
            with database.writing() as session:
                session.execute(delete(Reminder))
    assert (sum(told) > 1) == weak


@twin
def test_workers_that_come_back_after_the_visit(made, sink, weak, monkeypatch):
    """C31. The twin's reminders are of use for good."""
    if weak:
        monkeypatch.setattr(reminding.rules, "lapses_at", lambda *_: STARTS_AT + timedelta(days=30))
    made()
    it_is(THREE_DAYS)
    assert remind() == 1
    it_is(STARTS_AT + timedelta(minutes=1))
    assert len(delivered(sink)) == weak


@twin
def test_a_visit_that_was_called_off_while_its_reminder_waited(made, sink, weak, monkeypatch):
    """The twin does not look again before it sends."""
    _, about = made()
    it_is(THREE_DAYS)
    assert remind() == 1
    with database.writing() as session:
        session.scalars(select(Appointment).where(Appointment.public_id == about)).one().state = "cancelled"
    if weak:
        monkeypatch.setattr(delivery.reminding, "is_over", lambda _: False)
    assert len(delivered(sink)) == weak


def delivered(sink):
    with database.writing() as session:
        rows = list(session.scalars(select(OutboxMessage.id)))
    for row in rows:
        deliver(row)
    return sink.messages

"""A person asks for when and where in their mail, the office agrees to a visit, and the mail leads to it."""

from __future__ import annotations

from datetime import timedelta

import icalendar

from portal.domain.notifications.models import NoticePreference
from portal.domain.outbox.models import OutboxMessage
from portal.jobs.delivery import deliver
from portal.jobs.reminding import remind
from portal.kernel import clock
from tests.factories import appointments, connections, practices
from tests.journeys.stored import rows


def test_asking_for_it_and_being_told(visitor, browser, patient, office, front_desk, sink):
    about = asked_for(patient, office)
    visitor.sign_in(patient)
    visitor.follow("Settings")
    visitor.follow("Notifications")
    visitor.sees("How should we remind you?")
    visitor.tick("Put date, time and place into my emails")
    visitor.press("Save")
    visitor.sees("Receipt")
    assert [one.in_mail for one in rows(NoticePreference, person_id=patient.person_id)] == [True]
    desk = browser(front_desk)
    desk.submit(desk.get(f"/office/{front_desk.place}/appointments/"), f"form[action*='{about}/approve']")
    mail = arrived(sink)
    entry = list(mail.iter_parts())[-1]
    assert entry.get_param("method") == "REQUEST"
    assert icalendar.Calendar.from_ical(entry.get_payload(decode=True)).walk("VEVENT")[0]["STATUS"] == "CONFIRMED"
    assert "Where: Larkfield Family Clinic" in mail.get_body(("plain",)).get_content()
    clock.shift(timedelta(days=2, hours=1))
    assert remind() == 1
    reminder = arrived(sink).get_body(("plain",)).get_content()
    assert "You have an appointment soon." in reminder and "/me/appointments/" in reminder
    visitor.open("/me/appointments/")  # where the link leads; two days later that takes a sign-in
    assert visitor.path() == "/sign_in/"
    visitor.fill("Username", patient.username)
    visitor.fill("Password", patient.password)
    visitor.press("Sign in")
    visitor.sees("Confirmed")
    assert visitor.path() == "/me/appointments/"


def asked_for(patient, office):
    """A request for a time in five days; its outer id."""
    provider = practices.a_provider(office.id, "Imre", "Lindgren-Ash")
    chart = connections.a_connection(patient.person_id, office.id)
    reason = appointments.a_reason(office.id, provider, name="Blood pressure")
    starts_at = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=5)
    return appointments.an_appointment(chart, provider, reason, starts_at, "pending")


def arrived(sink):
    """What the outbox holds, delivered; the last mail that came."""
    for row in rows(OutboxMessage, state="queued"):
        deliver(row.id)
    return sink.messages[-1].message

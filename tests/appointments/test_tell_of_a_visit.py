"""What a mail says of a visit: that something waits, and no more; when and where for who asked for it (P1, APT-5)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from portal.domain.accounts.models import Account
from portal.domain.notifications.models import NoticePreference
from portal.domain.outbox import queries as outbox
from portal.domain.viewer import Actor
from portal.jobs.delivery import deliver
from portal.jobs.visit_letters import MESSAGES
from portal.kernel import database
from tests.appointments.traces import visit
from tests.factories import appointments, connections, practices
from tests.factories.outbox import a_notice
from tests.people import a_patient

STARTS_AT = datetime(2031, 3, 11, 13, 30, tzinfo=UTC)
ALL = (*MESSAGES, "appointment_proposed", "appointment_rejected", "appointment_offer")
NEVER = ("Lindgren", "Imre", "Blood pressure", "presión", "numbers high", "two rooms down", "video.example", "R-")


@pytest.fixture
def made(office, sink):
    """`made(**of the visit)`: a patient and their visit, with everything in it that no mail may say."""
    provider = practices.a_provider(office.id, "Imre", "Lindgren-Ash")
    reason = appointments.a_reason(office.id, provider, name="Blood pressure", name_es="La presión")

    def make(state="booked", in_mail=True, language="en", **more):
        patient = a_patient(language=language)
        chart = connections.a_connection(patient.person_id, office.id)
        if in_mail:
            prefer(patient, in_mail=True)
        texts = {"note": "Home numbers high", "because": "two rooms down", "video_link": "https://video.example/1"}
        agreed = {"confirmed_at": STARTS_AT - timedelta(days=9)}
        return patient, appointments.an_appointment(
            chart, provider, reason, STARTS_AT, state, **{**texts, **agreed, **more}
        )

    return make


def prefer(patient, **chosen):
    with database.writing() as session:
        session.add(NoticePreference(person_id=patient.person_id, kind="appointments", **chosen))


def tell(message, patient, about, channel="email"):
    meant = {"starts_at": STARTS_AT.isoformat()} if message == "appointment_reminder" else None
    deliver(a_notice(Actor("patient", patient.account_id), message, about=about, channel=channel, secret=meant))


def sent(sink, message, patient, about):
    """The mail as it arrived, and its calendar part where it has one."""
    tell(message, patient, about)
    mail = sink.messages[-1].message
    parts = {part.get_content_subtype(): part for part in mail.iter_parts()}
    return mail, parts.get("calendar")


def words_of(mail):
    return str(mail["Subject"]) + "".join(mail.get_body((kind,)).get_content() for kind in ("plain", "html"))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("message", ALL)
def test_who_asked_for_nothing_is_told_that_something_waits(sink, made, message, language):
    patient, about = made(in_mail=False, language=language)
    mail, calendar = sent(sink, message, patient, about)
    words = words_of(mail)
    assert calendar is None
    assert not [never for never in (*NEVER, "2031", "9:30", "March", "marzo", "Larkfield") if never in words]
    assert not re.search(r"[0-9a-f]{8}", words)
    assert set(re.findall(r"https?://[^\s\"<]+", words)) == {"http://127.0.0.1:8000/me/appointments/"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("message", MESSAGES)
def test_who_asked_for_it_reads_when_and_where_and_never_why(sink, made, message, language):
    patient, about = made(language=language)
    mail, calendar = sent(sink, message, patient, about)
    words = words_of(mail)
    assert "11 de marzo de 2031, 9:30 a. m. (hora oriental" in words or "March 11, 2031, 9:30 AM (Eastern" in words
    assert "Larkfield Family Clinic" in words
    entry = calendar.get_payload(decode=True).decode() if calendar else ""
    assert not [never for never in NEVER if never in words + entry]
    assert str(about) not in words + entry and about.hex not in words + entry


@pytest.mark.parametrize("channel", ["sms", "voice"])
@pytest.mark.parametrize("message", MESSAGES)
def test_a_text_or_call_says_neither(sink, made, message, channel):
    patient, about = made()
    with database.writing() as session:
        session.get_one(Account, patient.account_id).phone = "+12025550123"
    tell(message, patient, about, channel)
    words = outbox.newest(1)[0].words
    assert words.body and words.calendar is None
    assert not [never for never in (*NEVER, "2031", "9:30", "March", "Larkfield") if never in words.body]


@pytest.mark.parametrize("message", ["appointment_confirmed", "appointment_moved"])
def test_an_agreed_visit_goes_into_their_calendar(sink, made, message):
    patient, about = made(sequence=1)
    mail, part = sent(sink, message, patient, about)
    assert part["Content-Type"] == 'text/calendar; method="REQUEST"; charset="utf-8"'
    calendar = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    (entry,) = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "REQUEST"
    assert entry["DTSTART"].dt.astimezone(UTC) == STARTS_AT and entry["DTSTART"].params["TZID"] == "America/New_York"
    assert entry["SUMMARY"] == "Appointment at Larkfield Family Clinic"
    assert entry["ATTENDEE"] == f"mailto:{mail['To']}" and entry["SEQUENCE"] == 1
    assert str(entry["ORGANIZER"]).removeprefix("mailto:") in mail["From"]
    assert entry["URL"] == "http://127.0.0.1:8000/me/appointments/"


def test_a_canceled_one_goes_from_it(sink, made):
    patient, about = made(state="cancelled", sequence=2)
    _, part = sent(sink, "appointment_cancelled", patient, about)
    (entry,) = icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
    assert part.get_param("method") == "CANCEL"
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CANCELLED", 2)


def test_what_was_never_agreed_touches_no_calendar(sink, made):
    patient, about = made(state="cancelled", confirmed_at=None)
    assert sent(sink, "appointment_cancelled", patient, about)[1] is None
    assert sent(sink, "appointment_requested", *made(state="pending", confirmed_at=None))[1] is None


def test_a_mail_that_comes_late_says_what_holds_now(sink, made):
    """Confirmed and then canceled before the mail server answered: two mails, and no calendar has it at the end."""
    patient, about = made(state="cancelled", sequence=2)
    assert sent(sink, "appointment_confirmed", patient, about)[1].get_param("method") == "CANCEL"


def test_a_visit_that_takes_anothers_place_moves_the_same_entry(sink, made, office):
    patient, old = made(sequence=1)
    _, before = sent(sink, "appointment_confirmed", patient, old)
    row = visit(old)
    with database.writing() as session:
        kept = session.get_one(type(row), row.id)
        kept.state, kept.sequence = "cancelled", 2
    new = appointments.an_appointment(
        row.chart_id, row.provider_id, row.reason_id, STARTS_AT + timedelta(days=7), replaces_id=row.id, sequence=1
    )
    _, after = sent(sink, "appointment_moved", patient, new)
    first, second = (
        icalendar.Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0] for part in (before, after)
    )
    assert first["UID"] == second["UID"] and (first["SEQUENCE"], second["SEQUENCE"]) == (1, 3)
    assert second["DTSTART"].dt.astimezone(UTC) == STARTS_AT + timedelta(days=7)
    assert sent(sink, "appointment_cancelled", patient, old)[1] is None


def test_somebody_elses_visit_is_told_to_nobody(sink, made):
    _, about = made()
    other, _ = made()
    mail, part = sent(sink, "appointment_confirmed", other, about)
    assert part is None and "2031" not in words_of(mail)

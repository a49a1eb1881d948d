"""Reminders: three days and two hours before, once, and never after the visit (APT-10, C21, C31)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy import select

from portal import jobs
from portal.domain.accounts.models import Account
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.reminder_rules import Kind, due_at, is_due, window
from portal.domain.appointments.reminding import forget
from portal.domain.notifications.models import NoticePreference
from portal.domain.outbox.models import OutboxMessage
from portal.jobs import runner
from portal.jobs.delivery import deliver
from portal.jobs.reminding import remind
from portal.kernel import clock, database
from tests.factories import appointments, connections, practices
from tests.people import a_patient

#: A Tuesday at 9:30 in New York.
STARTS_AT = datetime(2031, 3, 18, 13, 30, tzinfo=UTC)
THREE_DAYS, TWO_HOURS = STARTS_AT - timedelta(days=3), STARTS_AT - timedelta(hours=2)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def made(office, app):
    """`made(…)`: a visit whose person is called or written to as they chose; its inner id."""
    jobs.use(app)
    provider = practices.a_provider(office.id)
    reason = appointments.a_reason(office.id, provider)

    def make(state="booked", remind_by=None, phone=None, zone="America/New_York", starts_at=STARTS_AT, **more):
        patient = a_patient(time_zone=zone)
        chart = connections.a_connection(patient.person_id, office.id)
        with database.writing() as session:
            session.get_one(Account, patient.account_id).phone = phone
            if remind_by:
                session.add(NoticePreference(person_id=patient.person_id, kind="appointments", remind_by=remind_by))
        about = appointments.an_appointment(
            chart, provider, reason, starts_at, state, **{"confirmed_at": STARTS_AT - timedelta(days=9)} | more
        )
        with database.writing() as session:
            return session.scalar(select(Appointment.id).where(Appointment.public_id == about))

    yield make
    clock.shift(timedelta(0))


def it_is(moment):
    clock.shift(moment - datetime.now(UTC))


def at(moment):
    """What reminding tells at a moment."""
    it_is(moment)
    return remind()


def sent():
    with database.writing() as session:
        return [(row.message, row.channel, row.state) for row in session.scalars(select(OutboxMessage))]


def test_three_days_and_two_hours_before_each_once(made):
    made()
    moments = (THREE_DAYS - HOUR, THREE_DAYS, THREE_DAYS + HOUR, TWO_HOURS - MINUTE, TWO_HOURS, TWO_HOURS + MINUTE)
    assert [at(moment) for moment in moments] == [0, 1, 0, 0, 1, 0]
    assert at(STARTS_AT) == at(STARTS_AT + HOUR) == 0
    assert sent() == [("appointment_reminder", "email", "queued")] * 2


@pytest.mark.parametrize("state", ["held", "pending", "proposed", "arrived", "fulfilled", "cancelled", "noshow"])
def test_only_what_is_agreed_is_reminded_of(made, state):
    made(state=state)
    assert at(THREE_DAYS) == at(TWO_HOURS) == 0


def test_who_has_asked_to_cancel_is_not_reminded(made):
    made(cancel_asked_at=THREE_DAYS - HOUR)
    assert at(THREE_DAYS) == 0


def test_who_has_just_been_told_is_not_reminded_of_the_same(made):
    made(confirmed_at=THREE_DAYS + MINUTE)
    assert (at(THREE_DAYS + HOUR), at(TWO_HOURS)) == (0, 1)


def test_the_days_are_those_of_the_offices_calendar(made):
    """Between Thursday and Sunday the clocks are set: the reminder comes at the same time of day, 71 hours before."""
    sunday = datetime(2031, 3, 9, 13, 30, tzinfo=UTC)
    assert due_at(Kind.DAYS, sunday, "America/New_York") == datetime(2031, 3, 6, 14, 30, tzinfo=UTC)
    made(starts_at=sunday, confirmed_at=sunday - timedelta(days=9))
    assert (at(sunday - timedelta(hours=72)), at(sunday - timedelta(hours=71))) == (0, 1)


@pytest.mark.parametrize("zone", ["America/New_York", "America/Phoenix", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_whatever_is_due_is_looked_for(zone):
    """The rule takes nothing that the window of the question leaves out, on any hour of a year."""
    starts_at = datetime(2031, 1, 1, 15, tzinfo=UTC)
    for hours in range(0, 366 * 24, 5):
        begins = starts_at + timedelta(hours=hours)
        for kind in Kind:
            for late in (timedelta(0), HOUR, timedelta(hours=23, minutes=59)):
                now = due_at(kind, begins, zone) + late
                first, last = window(kind, now)
                assert not is_due(kind, begins, zone, None, now) or first < begins <= last


def test_a_jumping_clock_reminds_nobody_twice(made):
    """C21: three days ahead and back, two hours back."""
    made()
    moments = (THREE_DAYS, THREE_DAYS + timedelta(days=3), THREE_DAYS, THREE_DAYS - 2 * HOUR, TWO_HOURS, TWO_HOURS)
    assert [at(moment) for moment in moments] == [1, 0, 0, 0, 1, 0]
    assert [at(moment) for moment in (TWO_HOURS - 2 * HOUR, TWO_HOURS + MINUTE)] == [0, 0]


def test_after_a_day_without_workers_nothing_comes_after_its_visit(made, sink):
    """C31: what waited says what is still of use; a mail that was queued and lapsed is not sent."""
    made()
    it_is(TWO_HOURS)
    assert remind() == 1
    it_is(TWO_HOURS + timedelta(hours=24))
    with database.writing() as session:
        (row,) = session.scalars(select(OutboxMessage.id))
    deliver(row)
    assert sink.messages == [] and sent()[0][2] == "lapsed"
    assert remind() == 0


def test_a_reminder_a_day_late_still_comes_and_a_later_one_does_not(made):
    made()
    assert at(THREE_DAYS + timedelta(hours=23)) == 1
    made()
    assert at(THREE_DAYS + timedelta(hours=25)) == 0
    assert at(TWO_HOURS) == 2


def test_a_visit_that_was_canceled_or_moved_meanwhile_is_not_told(made, sink):
    gone, moved, stays = made(), made(), made()
    assert at(THREE_DAYS) == 3
    with database.writing() as session:
        session.get_one(Appointment, gone).state = "cancelled"
        session.get_one(Appointment, moved).starts_at = STARTS_AT + timedelta(days=2)
        rows = list(session.scalars(select(OutboxMessage.id).order_by(OutboxMessage.id)))
    for row in rows:
        deliver(row)
    assert stays and sorted(state for _, _, state in sent()) == ["lapsed", "lapsed", "sent"]
    assert len(sink.messages) == 1
    assert at(THREE_DAYS + timedelta(days=2)) == 1  # the moved one, of its new time


@pytest.mark.parametrize(
    "chosen,phone,zone,days,hours",
    [
        ("sms", "+12025550123", "America/New_York", "sms", "email"),  # it is 7:30 in the morning two hours before
        ("voice", "+12025550123", "America/New_York", "voice", "email"),
        ("sms", None, "America/New_York", "email", "email"),
        ("sms", "+12025550123", "Europe/Berlin", "sms", "sms"),
        ("none", "+12025550123", "America/New_York", None, None),
        ("email", "+12025550123", "America/New_York", "email", "email"),
    ],
)
def test_people_are_reminded_as_they_chose_and_not_called_at_night(made, chosen, phone, zone, days, hours):
    made(remind_by=chosen, phone=phone, zone=zone)
    at(THREE_DAYS)
    at(TWO_HOURS)
    assert [channel for _, channel, _ in sent()] == [channel for channel in (days, hours) if channel]


def test_a_text_waits_for_the_morning_where_the_person_lives(made):
    made(remind_by="sms", phone="+12025550123", zone="America/Los_Angeles")
    assert (at(THREE_DAYS), at(THREE_DAYS + timedelta(hours=1, minutes=31))) == (0, 1)  # 6:30 and 8:01 there


def test_nobody_is_reminded_who_closed_the_account(made):
    made()
    with database.writing() as session:
        for account in session.scalars(select(Account)):
            account.state = "deactivated"
    assert at(THREE_DAYS) == 0


def test_many_who_remind_at_once_remind_each_person_once(made, app):
    for _ in range(12):
        made()
    it_is(THREE_DAYS)
    with ThreadPoolExecutor(4) as pool:
        told = sum(pool.map(lambda _: _in(app), range(4)))
    assert told == len(sent()) == 12


def _in(app):
    try:
        return remind()
    finally:
        database.let_go()


def test_more_than_a_page_are_all_found(made, monkeypatch):
    monkeypatch.setattr("portal.domain.appointments.reminding.AT_ONCE", 2)
    for late in (True, True, True, False, False):
        made(confirmed_at=THREE_DAYS + MINUTE if late else THREE_DAYS - HOUR)
    assert at(THREE_DAYS + HOUR) == 2


def test_the_running_portal_reminds_by_itself(made, app, sink, monkeypatch):
    monkeypatch.setattr("portal.jobs.reminding.EVERY", 0.05)
    made()
    it_is(THREE_DAYS)
    running = runner.beside(app, sweep_every=0.05)
    until = monotonic() + 10
    while not sink.messages and monotonic() < until:
        sleep(0.05)
    running.stop()
    assert [mail.subject for mail in sink.messages] == ["You have an appointment soon"]


def test_what_was_told_is_forgotten_a_month_after_the_visit(made):
    made()
    assert at(THREE_DAYS) == 1
    with database.writing():
        assert (forget(STARTS_AT + timedelta(days=29)), forget(STARTS_AT + timedelta(days=31))) == (0, 1)

"""A person cancels in good time, at once or by the office's answer; or says that they will be there (APT-7, APT-10)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.domain.appointments import rules
from portal.domain.appointments.models import Appointment, AppointmentEvent, Claim
from portal.domain.appointments.types import State
from portal.domain.audit.models import AuditEntry
from portal.domain.outbox.models import OutboxMessage
from portal.domain.practices.models import Office
from portal.kernel import clock, database

MINE = "/me/appointments/"
both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def stored(visit):
    with database.writing() as session:
        row = session.scalars(select(Appointment).where(Appointment.public_id == visit)).one()
        claims = session.scalar(select(func.count()).select_from(Claim).where(Claim.appointment_id == row.id))
        deeds = list(
            session.scalars(
                select(AppointmentEvent.deed)
                .where(AppointmentEvent.appointment_id == row.id)
                .order_by(AppointmentEvent.id)
            )
        )
        session.expunge_all()
        return row, claims, deeds


def office_answers(office):
    with database.writing() as session:
        session.execute(update(Office).where(Office.id == office.id).values(cancels_at_once=False))


def told():
    with database.writing() as session:
        return list(session.scalars(select(OutboxMessage.message)))


@both_ways
@pytest.mark.parametrize("state", ["booked", "pending", "proposed"])
def test_a_patient_cancels_in_good_time(browser, patient, care, htmx, state):
    visit = care.visit(state=state)
    me = browser(patient, htmx=htmx)
    question = me.get(f"{MINE}{visit}/cancel")
    assert "canceled at once" in question
    page = me.submit(question, "#appointment form", because="I feel well again.")
    row, claims, deeds = stored(visit)
    assert (row.state, row.cancelled_by, row.because, row.sequence) == ("cancelled", "patient", "I feel well again.", 1)
    assert (claims, deeds) == (0, ["cancelled"])
    assert "Canceled" in page and "I feel well again." in page
    assert sorted(told()) == ["appointment_cancelled", "appointment_withdrawn"]
    assert page.is_fragment == htmx


def test_it_is_written_into_the_audit(browser, patient, care):
    visit = care.visit()
    me = browser(patient)
    me.submit(me.get(f"{MINE}{visit}/cancel"), "#appointment form")
    with database.writing() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "appointment.cancelled")).one()
        assert (entry.subject_id, entry.section) == (patient.person_id, "appointments")


@both_ways
def test_where_the_office_answers_it_is_asked_and_the_visit_stays(browser, patient, care, office, htmx):
    office_answers(office)
    visit = care.visit()
    me = browser(patient, htmx=htmx)
    question = me.get(f"{MINE}{visit}/cancel")
    assert "stays until it agrees" in question
    page = me.submit(question, "#appointment form")
    row, claims, deeds = stored(visit)
    assert (row.state, row.cancel_asked_at is not None, row.sequence) == ("booked", True, 0)
    assert claims > 0
    assert deeds == ["cancel_asked"]
    assert told() == []
    assert "has not answered yet" in page
    assert not page.css("a[href$='/cancel']")


def test_what_the_office_has_not_agreed_to_goes_at_once_all_the_same(browser, patient, care, office):
    office_answers(office)
    visit = care.visit(state="pending")
    me = browser(patient)
    me.submit(me.get(f"{MINE}{visit}/cancel"), "#appointment form")
    assert stored(visit)[0].state == "cancelled"


def test_the_rule_is_told_before_and_kept(browser, patient, care):
    visit = care.visit(days=0.5)
    me = browser(patient)
    page = me.get(f"{MINE}{visit}/")
    assert "until 24 hours before" in page
    assert not page.css("a[href$='/cancel']")
    question = me.get(f"{MINE}{visit}/cancel")
    assert not question.css("#appointment form")
    assert question.css("a[href^='tel:']")


def test_too_late_by_a_page_that_was_open_is_refused(browser, patient, care):
    visit = care.visit(days=2)
    me = browser(patient)
    question = me.get(f"{MINE}{visit}/cancel")
    clock.shift(timedelta(days=1, hours=12))
    me.sign_in(patient.actor)
    form = question.form("#appointment form")
    fresh = me.get(f"{MINE}").one("input[name=csrf_token]").get("value")
    data = dict(form.form_values()) | {"csrf_token": fresh}
    page = me.post(form.get("action"), data, status=409)
    assert "until 24 hours before" in page
    assert stored(visit)[0].state == "booked"


def test_what_the_office_changed_meanwhile_is_shown_first(browser, patient, care):
    visit = care.visit()
    me = browser(patient)
    question = me.get(f"{MINE}{visit}/cancel")
    with database.writing() as session:
        session.scalars(select(Appointment)).one().note = "moved"
    page = me.submit(question, "#appointment form", status=409)
    assert "changed this a moment ago" in page
    assert stored(visit)[0].state == "booked"


@both_ways
def test_somebody_says_that_they_will_be_there(browser, patient, care, htmx):
    visit = care.visit()
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(f"{MINE}{visit}/"), "#appointment form")
    assert "You said that you will be there" in page
    assert stored(visit)[2] == ["confirmed"]
    assert not page.css("#appointment form")


@pytest.mark.parametrize("state", ["pending", "cancelled", "fulfilled"])
def test_what_is_not_agreed_on_is_not_confirmed(browser, patient, care, state):
    visit = care.visit(state=state)
    me = browser(patient)
    page = me.get(f"{MINE}{visit}/")
    token = page.css("input[name=csrf_token]")[0].get("value")
    me.post(f"{MINE}{visit}/confirm", {"csrf_token": token, "once": "a" * 22}, status=409)
    assert stored(visit)[2] == []


@pytest.mark.parametrize("deed", ["cancel", "confirm"])
def test_somebody_elses_visit_does_not_exist(browser, stranger, patient, care, deed):
    visit = care.visit()
    them = browser(stranger)
    token = them.get(MINE).css("input[name=csrf_token]")[0].get("value")
    fields = {"csrf_token": token, "once": "a" * 22, "version": "1"}
    them.post(f"{MINE}{visit}/{deed}", fields, status=404)
    if deed == "cancel":
        them.get(f"{MINE}{visit}/cancel", status=404)
    assert stored(visit)[0].state == "booked"


def test_rules_of_a_persons_deeds():
    now = clock.now()
    soon, later = now + timedelta(hours=23), now + timedelta(days=2)
    day = timedelta(hours=24)
    assert rules.why_not_cancel(State.BOOKED, later, day, now) is None
    assert rules.why_not_cancel(State.PENDING, soon, day, now) is None
    assert rules.why_not_cancel(State.BOOKED, soon, day, now).code == "too_late_to_cancel"
    assert rules.why_not_cancel(State.FULFILLED, later, day, now).code == "appointment_over"
    assert rules.why_not_confirm(State.BOOKED, later, None, now) is None
    assert rules.why_not_confirm(State.BOOKED, now, None, now).code == "not_to_confirm"
    assert rules.why_not_confirm(State.BOOKED, later, now, now).code == "not_to_confirm"
    assert rules.why_not_ask_again(now).code == "cancel_asked_before"
    assert rules.why_not_as_it_was(2, 1).code == "appointment_changed"

"""The office approves, declines with a reason, and answers people who want to cancel (APT-5, APT-7, APT-8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from portal.domain.practices.models import Provider
from portal.kernel import clock, database
from portal.web.filters import moment_words
from tests.appointments.traces import claimed, events_of, happened, shown, told, visit
from tests.factories import appointments, connections, practices
from tests.people import staff_of

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@pytest.fixture
def made(office, patient):
    """`made(state, hours=…)`: a visit of the patient so many hours from now."""
    provider = practices.a_provider(office.id, "Imre", "Lindgren-Ash")
    chart = connections.a_connection(patient.person_id, office.id)
    reason = appointments.a_reason(office.id, provider, name="Blood pressure")

    def make(state="pending", hours=48, **more):
        starts_at = _on_the_hour(clock.now()) + timedelta(hours=hours)
        return appointments.an_appointment(chart, provider, reason, starts_at, state, **more)

    return make


def _on_the_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def at(who, *parts):
    return f"/office/{who.place}/appointments/" + "/".join(str(part) for part in parts)


def test_the_queue_shows_the_oldest_first_and_is_written_down(browser, front_desk, patient, made):
    made(hours=24, requested_at=clock.now() - timedelta(days=4), note="Home numbers high")
    made(hours=30)
    desk = browser(front_desk)
    assert "2 visit requests" in desk.get(f"/office/{front_desk.place}/")
    page = desk.get(at(front_desk))
    assert "2 wait" in page and "Oakhurst, Maribel" in page and "05/14/1958" in page and "Blood pressure" in page
    rows = [" ".join(row.text_content().split()) for row in page.css("tbody tr")]
    assert "Home numbers high" in rows[0] and "0 minutes" in rows[1]
    assert page.css("tbody tr:first-child .tag.bad") or "hour" in rows[0]
    assert events_of("staff", front_desk.staff_id)[1:] == ["appointments.queued"] and shown() == [patient.person_id]


def test_an_empty_queue_is_no_look(browser, front_desk):
    assert "Nobody is waiting." in browser(front_desk).get(at(front_desk))
    assert events_of("staff", front_desk.staff_id) == ["sign_in.opened"]


@both
def test_approving(browser, front_desk, patient, made, htmx):
    asked = made()
    desk = browser(front_desk, htmx=htmx)
    page = desk.submit(desk.get(at(front_desk)), "form[action$='approve']")
    assert "Nobody is waiting." in page and "Receipt" in page
    row = visit(asked)
    assert (row.state, row.sequence, row.held_until) == ("booked", 1, None) and row.confirmed_at
    assert claimed(asked) == 4
    assert happened(asked) == [("approved", "staff")]
    assert told() == [("appointment_confirmed", "patient", patient.account_id)]
    assert events_of("person", patient.person_id) == ["appointment.approved"]


@both
def test_declining_with_a_reason(browser, front_desk, patient, made, htmx):
    asked = made()
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(at(front_desk, asked, "reject"))
    assert "Type why" in desk.submit(page, "#why form", status=422, because=" ")
    page = desk.submit(page, "#why form", because="The provider is away. Ask for another day.")
    assert "Nobody is waiting." in page
    row = visit(asked)
    assert (row.state, row.because, row.cancelled_by) == (
        "cancelled",
        "The provider is away. Ask for another day.",
        "staff",
    )
    assert claimed() == 0
    assert happened(asked) == [("rejected", "staff")]
    assert told() == [("appointment_rejected", "patient", patient.account_id)]


def test_approving_a_reschedule_lets_the_old_visit_go_in_the_same_moment(browser, front_desk, patient, made):
    old = made("booked", hours=72)
    new = made(hours=96, replaces_id=visit(old).id)
    assert claimed(old) == 4
    desk = browser(front_desk)
    page = desk.get(at(front_desk))
    assert "instead of" in page
    desk.submit(page, "form[action$='approve']")
    assert (visit(new).state, visit(old).state, visit(old).sequence) == ("booked", "cancelled", 1)
    assert (claimed(old), claimed(new)) == (0, 4)
    assert happened(old) == [("moved", "staff")]
    assert told() == [("appointment_moved", "patient", patient.account_id)]


def test_declining_a_reschedule_keeps_the_old_visit(browser, front_desk, made):
    old = made("booked", hours=72)
    new = made(hours=96, replaces_id=visit(old).id)
    desk = browser(front_desk)
    desk.submit(desk.get(at(front_desk, new, "reject")), "#why form", because="No room.")
    assert (visit(new).state, visit(old).state) == ("cancelled", "booked")
    assert (claimed(old), claimed(new)) == (4, 0)


@both
def test_the_second_of_two_is_told_what_the_first_did(browser, front_desk, office, patient, made, htmx):
    asked = made()
    mine, other = browser(front_desk, htmx=htmx), browser(staff_of(office, "administrator"))
    page = mine.get(at(front_desk))
    other.submit(other.get(at(front_desk, asked, "reject")), "#why form", because="No room.")
    page = mine.submit(page, "form[action$='approve']", status=409)
    assert "Dana Whitlock declined this request at" in page and "Nobody is waiting." in page
    assert visit(asked).state == "cancelled"
    assert told() == [("appointment_rejected", "patient", patient.account_id)]


def test_a_time_that_has_gone_by_is_not_approved(browser, front_desk, made):
    asked = made(hours=-3)
    desk = browser(front_desk)
    page = desk.submit(desk.get(at(front_desk)), "form[action$='approve']", status=409)
    assert "This time has gone by." in page
    assert visit(asked).state == "pending"


@both
def test_agreeing_to_a_cancellation(browser, front_desk, patient, made, htmx):
    leaving = made("booked", cancel_asked_at=clock.now())
    desk = browser(front_desk, htmx=htmx)
    assert "1 person wants to cancel" in desk.get(f"/office/{front_desk.place}/")
    page = desk.get(at(front_desk))
    assert "Wants to cancel" in page
    page = desk.submit(page, "form[action$='accept']")
    assert "Nobody is waiting." in page
    row = visit(leaving)
    assert (row.state, row.cancelled_by, row.cancel_asked_at) == ("cancelled", "patient", None)
    assert claimed() == 0
    assert told() == [("appointment_cancelled", "patient", patient.account_id)]


def test_keeping_a_visit_that_somebody_wants_to_cancel(browser, front_desk, made):
    leaving = made("booked", cancel_asked_at=clock.now())
    desk = browser(front_desk)
    page = desk.submit(desk.get(at(front_desk, leaving, "keep")), "#why form", because="Please call us first.")
    assert "Nobody is waiting." in page
    row = visit(leaving)
    assert (row.state, row.because, row.cancel_asked_at) == ("booked", "Please call us first.", None)
    assert claimed(leaving) == 4 and happened(leaving) == [("kept", "staff")]


def test_the_office_cancels_a_visit(browser, front_desk, patient, made):
    booked = made("booked")
    desk = browser(front_desk)
    page = desk.get(at(front_desk, booked, ""))
    assert "Confirmed" in page and "Oakhurst, Maribel" in page
    assert events_of("person", patient.person_id) == ["chart.viewed"]
    desk.submit(desk.get(page.one("a[href$='cancel']").get("href")), "#why form", because="The provider is ill.")
    assert visit(booked).state == "cancelled" and claimed() == 0
    assert told() == [("appointment_cancelled", "patient", patient.account_id)]


def test_what_somebody_only_holds_is_nobodys_yet(browser, front_desk, made):
    held = made("held")
    desk = browser(front_desk)
    assert "Nobody is waiting." in desk.get(at(front_desk))
    desk.get(at(front_desk, held, ""), status=404)


def test_another_office_finds_nothing_here(browser, office, made):
    asked, elsewhere = made(), staff_of(practices.an_office("Harbor Point Medical"))
    theirs = browser(elsewhere)
    token = theirs.get(at(elsewhere)).css("input[name=csrf_token]")[0].get("value")
    fields = {"csrf_token": token, "version": "1", "because": "x"}
    for deed in ("", "reject", "keep", "cancel"):
        theirs.get(at(elsewhere, asked, deed), status=404)
    for deed in ("approve", "accept", "reject", "keep", "cancel"):
        theirs.post(at(elsewhere, asked, deed), fields | {"once": uuid4().hex}, status=404)
    assert visit(asked).state == "pending"


def test_billing_and_patients_find_nothing_here(browser, office, patient, made):
    asked, billing = made(), staff_of(office, "billing")
    for who, status in ((billing, 404), (patient, 303)):
        for url in (at(billing), at(billing, asked, "")):
            browser(who).get(url, status=status)
    assert "visit request" not in browser(billing).get(f"/office/{billing.place}/")


def test_what_patients_cancel_by_themselves_is_told_on_today_with_the_freed_time(browser, front_desk, patient, made):
    gone, kept = made("booked", hours=72, confirmed_at=clock.now()), made("booked", hours=96, confirmed_at=clock.now())
    me = browser(patient)
    me.submit(me.get(f"/me/appointments/{gone}/cancel"), "main form")
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/")
    freed = moment_words(visit(gone).starts_at, "America/New_York")
    assert "A patient canceled a visit" in page and freed in page
    page = desk.get(at(front_desk))
    assert "Nobody is waiting." in page and "Canceled since yesterday" in page and freed in page
    assert shown()[-1] == patient.person_id and visit(kept).state == "booked"
    clock.shift(timedelta(hours=37))
    assert "A patient canceled" not in browser(front_desk).get(f"/office/{front_desk.place}/")


def test_visits_with_a_provider_who_was_taken_off_are_told_and_stand_in_the_schedule(browser, front_desk, made):
    one = visit(made("booked", hours=72))
    with database.writing() as session:
        session.get_one(Provider, one.provider_id).ended_at = clock.now()
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/")
    assert "A visit is with a provider who was taken off" in page
    day = one.starts_at.astimezone(ZoneInfo("America/New_York")).date()
    page = desk.get(page.one(f"a[href*='day={day}']").get("href"))
    assert "Lindgren-Ash, Imre" in page and "Oakhurst, M" in page

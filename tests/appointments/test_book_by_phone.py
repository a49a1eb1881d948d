"""The office books a visit for somebody, also beside another one or outside the hours (APT-5, OFF-2)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from portal.domain.appointments.models import Appointment, AppointmentEvent, Claim
from portal.domain.charts.models import Chart
from portal.kernel import clock, database
from tests.appointments.traces import claimed, events_of, happened, told, visit
from tests.factories import appointments, charts, practices
from tests.people import staff_of

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def monday():
    """The Monday after the next one."""
    today = clock.now().astimezone(NEW_YORK).date()
    return today + timedelta(days=14 - today.weekday())


@pytest.fixture
def provider(office):
    made = practices.a_provider(office.id, "Imre", "Lindgren-Ash")
    appointments.some_hours(made)
    return made


@pytest.fixture
def reason(office, provider):
    return appointments.a_reason(office.id, provider, name="Blood pressure")


@pytest.fixture
def theirs(office, patient):
    """The patient's chart: inner and outer id."""
    with database.writing() as session:
        mine = select(Chart.id, Chart.public_id).where(
            Chart.person_id == patient.person_id, Chart.office_id == office.id
        )
        return charts.NewChart._make(session.execute(mine).one())


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def seconds(at: datetime) -> str:
    return str(int(at.timestamp()))


def url(who, chart: UUID | None = None, **asked: Any) -> str:
    words = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/office/{who.place}/appointments/book/{f'{chart}/' if chart else ''}?{words}"


def only() -> UUID:
    """The one visit there is."""
    with database.writing() as session:
        return session.scalars(select(Appointment.public_id)).one()


def why(public_id: UUID) -> list[str | None]:
    """What the history says about why."""
    with database.writing() as session:
        row = session.scalars(select(Appointment).where(Appointment.public_id == public_id)).one()
        return list(session.scalars(select(AppointmentEvent.because).where(AppointmentEvent.appointment_id == row.id)))


BOOK = "#booking form[method='post']"


def booked(desk, page, **fields):
    """Where the booking leads: a redirect, which htmx is told by a header."""
    if not desk.htmx:
        return desk.submit(page, BOOK, **fields)
    return desk.get(desk.submit(page, BOOK, status=204, **fields).headers["HX-Redirect"])


@both
def test_from_the_schedule_to_the_slip(browser, front_desk, patient, theirs, reason, monday, htmx):
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(f"/office/{front_desk.place}/appointments/schedule/?day={monday}")
    first = page.css("td a.open")[0]
    assert "Book 9:00" in " ".join(first.text_content().split())
    page = desk.get(first.get("href"))
    page = desk.submit(page, BOOK, q="oakhurst")
    page = desk.get(page.one("#booking li a").get("href"))
    assert page.one("input[name=at][checked]").get("value") == seconds(moment(monday, 9))
    page = booked(desk, page, note="Wants to talk about sleep")
    assert "Visit booked" in page and "The person is told" in page and "800" in page
    row = visit(only())
    assert (row.state, row.sequence, row.is_overbooked, row.note) == ("booked", 1, False, "Wants to talk about sleep")
    assert row.confirmed_at and row.starts_at == moment(monday, 9) and claimed(row.public_id) == 4
    assert happened(row.public_id) == [("booked", "staff")] and why(row.public_id) == [None]
    assert told() == [("appointment_confirmed", "patient", patient.account_id)]
    assert "appointment.booked" in events_of("person", patient.person_id)
    assert "Blood pressure" in browser(patient).get(f"/me/appointments/{row.public_id}/")


def test_who_has_no_account_is_told_on_paper(browser, office, front_desk, reason, monday):
    nobody = charts.a_chart(office.id, phone_on_file="+13155550144")
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/charts/{nobody.public_id}/appointments")
    page = desk.get(page.one(f"a[href$='/book/{nobody.public_id}/']").get("href"))
    page = desk.submit(page, BOOK, at=page.css("input[name=at]")[0].get("value"))
    assert "no account here" in page and "315-555-0144" in page and told() == []
    assert visit(only()).state == "booked"


@both
def test_a_time_of_ones_own(browser, front_desk, theirs, reason, monday, htmx):
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(url(front_desk, theirs.public_id))
    day = f"{monday:%m/%d/%Y}"
    assert "Choose a time, or type another one." in desk.submit(page, BOOK, status=422)
    chosen = page.css("input[name=at]")[0].get("value")
    twice = desk.submit(page, BOOK, status=422, at=chosen, own_day=day, own_time="9:05 am")
    assert "Choose one of the times, or Another time" in twice
    assert "steps of 5 minutes" in desk.submit(page, BOOK, status=422, at="own", own_day=day, own_time="9:07 am")
    booked(desk, page, at="own", own_day=day, own_time="9:05 am")
    assert visit(only()).starts_at == moment(monday, 9, 5)


@both
def test_outside_the_hours_only_by_who_means_it(browser, front_desk, theirs, reason, monday, htmx):
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(url(front_desk, theirs.public_id))
    typed = {"at": "own", "own_day": f"{monday:%m/%d/%Y}", "own_time": "7:00 pm", "note": "Works all day"}
    page = desk.submit(page, BOOK, status=409, **typed)
    assert "no hours there then" in page and page.one("textarea[name=note]").text.strip() == "Works all day"
    assert len(page.css("input[name=at]")) == 1 + 3 + 1
    assert "Type why" in desk.submit(page, BOOK, status=422, outside="y")
    booked(desk, page, outside="y", because="Doctor stays late")
    row = visit(only())
    assert row.starts_at == moment(monday, 19) and not row.is_overbooked and why(row.public_id) == ["Doctor stays late"]
    page = desk.get(f"/office/{front_desk.place}/appointments/{row.public_id}/")
    assert "Doctor stays late" in page


@both
def test_a_time_that_is_taken_is_booked_beside_the_other_visit(
    browser, office, front_desk, patient, theirs, provider, reason, monday, htmx
):
    other = charts.a_chart(office.id)
    first = appointments.an_appointment(other.id, provider, reason, moment(monday, 10))
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(url(front_desk, theirs.public_id, day=monday))
    assert seconds(moment(monday, 10)) not in [one.get("value") for one in page.css("input[name=at]")]
    page = desk.submit(page, BOOK, status=409, at=seconds(moment(monday, 10)), note="Chest cold")
    offered = [one.get("value") for one in page.css("input[name=at]")]
    near = [moment(monday, 9, 40), moment(monday, 10, 20), moment(monday, 10, 40)]
    assert sorted(offered[1:4]) == sorted(seconds(one) for one in near) or seconds(moment(monday, 9, 20)) in offered
    assert page.one("textarea[name=note]").text.strip() == "Chest cold" and visit(first).state == "booked"
    booked(desk, page, beside="y", because="The doctor said so")
    with database.writing() as session:
        made = session.scalars(select(Appointment.public_id).where(Appointment.public_id != first)).one()
        seats = set(session.scalars(select(Claim.seat)))
    row = visit(made)
    assert row.is_overbooked and seats == {0, 20} and why(made) == ["The doctor said so"]
    assert {"appointment.booked", "appointment.overbooked"} <= set(events_of("person", patient.person_id))
    assert "overbooked" in desk.get(f"/office/{front_desk.place}/appointments/schedule/?day={monday}")
    assert "The doctor said so" not in browser(patient).get(f"/me/appointments/{made}/")


def test_a_time_that_was_overbooked_is_not_offered_when_the_first_visit_goes(
    browser, office, front_desk, theirs, provider, reason, monday
):
    other = charts.a_chart(office.id)
    first = appointments.an_appointment(other.id, provider, reason, moment(monday, 10))
    desk = browser(front_desk)
    page = desk.get(url(front_desk, theirs.public_id, day=monday))
    page = desk.submit(page, BOOK, status=409, at=seconds(moment(monday, 10)))
    desk.submit(page, BOOK, beside="y", because="Asked to")
    desk.submit(desk.get(f"/office/{front_desk.place}/appointments/{first}/cancel"), "#why form", because="Away.")
    page = desk.get(url(front_desk, theirs.public_id, day=monday))
    assert seconds(moment(monday, 10)) not in [one.get("value") for one in page.css("input[name=at]")]
    desk.submit(page, BOOK, status=409, at=seconds(moment(monday, 10)))


def test_sending_twice_books_once(browser, front_desk, theirs, reason, monday):
    desk = browser(front_desk)
    page = desk.get(url(front_desk, theirs.public_id))
    fields = {"at": page.css("input[name=at]")[0].get("value")}
    first, again = desk.submit(page, BOOK, **fields), desk.submit(page, BOOK, **fields)
    assert first.url == again.url and visit(only()).state == "booked" and len(told()) == 1


def test_times_that_nobody_can_have(browser, front_desk, theirs, provider, reason):
    desk = browser(front_desk)
    page = desk.get(url(front_desk, theirs.public_id))
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    assert "gone by" in desk.submit(page, BOOK, status=409, at=seconds(now - timedelta(hours=2)))
    assert "within 2 years" in desk.submit(page, BOOK, status=409, at=seconds(now + timedelta(days=800)))
    assert "steps of 5" in desk.submit(page, BOOK, status=409, at=seconds(now + timedelta(days=3, minutes=2)))
    desk.submit(page, BOOK, status=404, at=seconds(now + timedelta(days=3)), reason=str(uuid4()))
    desk.submit(page, BOOK, status=404, at=seconds(now + timedelta(days=3)), place=str(uuid4()))
    assert claimed() == 0


def test_nobody_else_books(browser, office, front_desk, patient, theirs, reason):
    page = browser(front_desk).get(url(front_desk, theirs.public_id))
    fields = {**dict(page.form(BOOK).form_values()), "at": page.css("input[name=at]")[0].get("value")}
    elsewhere = staff_of(practices.an_office("Harbor Point Medical"))
    for who in (elsewhere, staff_of(office, "billing")):
        here = browser(who)
        here.get(url(who, theirs.public_id), 404)
        own = here.get(f"/office/{who.place}/").css("input[name=csrf_token]")[0].get("value")
        here.post(url(who, theirs.public_id), {**fields, "csrf_token": own, "once": uuid4().hex}, 404)
    strange = charts.a_chart(elsewhere.office_id)
    browser(front_desk).get(url(front_desk, strange.public_id), 404)
    assert claimed() == 0


@both
def test_a_visit_is_moved_in_one_swap(browser, front_desk, patient, theirs, provider, reason, monday, htmx):
    old = appointments.an_appointment(theirs.id, provider, reason, moment(monday, 10))
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(f"/office/{front_desk.place}/appointments/{old}/")
    page = desk.get(page.one("a[href*='replaces=']").get("href"))
    page = booked(desk, page, at="own", own_day=f"{monday:%m/%d/%Y}", own_time="10:05 am")
    with database.writing() as session:
        made = session.scalars(select(Appointment.public_id).where(Appointment.public_id != old)).one()
    assert (visit(old).state, visit(old).cancelled_by, claimed(old)) == ("cancelled", "staff", 0)
    assert visit(made).starts_at == moment(monday, 10, 5) and visit(made).replaces_id == visit(old).id
    assert happened(old)[-1] == ("moved", "staff")
    assert told() == [("appointment_moved", "patient", patient.account_id)]


def test_somebody_elses_visit_is_not_moved(browser, office, front_desk, theirs, provider, reason, monday):
    other = charts.a_chart(office.id)
    old = appointments.an_appointment(other.id, provider, reason, moment(monday, 10))
    desk = browser(front_desk)
    page = desk.get(url(front_desk, theirs.public_id, replaces=old))
    desk.submit(page, BOOK, status=409, at=seconds(moment(monday, 11)))
    page = desk.get(url(front_desk, theirs.public_id, replaces=uuid4()))
    desk.submit(page, BOOK, status=404, at=seconds(moment(monday, 11)))
    assert visit(old).state == "booked" and claimed() == 4

"""From the list of providers to the receipt (APT-1 to APT-4, APT-12): with htmx and as plain forms."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from portal.domain.appointments import rules
from portal.domain.appointments.models import Appointment, AppointmentEvent, Claim, VisitReason
from portal.domain.outbox.models import OutboxMessage
from portal.domain.practices.models import Provider
from portal.kernel import clock, database
from tests.factories import appointments, practices
from tests.people import a_connected_patient
from tests.statements import statements

HERE = ZoneInfo("America/New_York")
ASK = "/me/appointments/request/"
WAYS = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@pytest.fixture
def open_care(care):
    appointments.some_hours(care.provider)
    return care


def outer(model, inner: int) -> UUID:
    with database.writing() as session:
        return session.get_one(model, inner).public_id


def a_day() -> date:
    """A Wednesday to come, not this week's."""
    today = datetime.now(HERE).date()
    return today + timedelta(days=9 - today.weekday())


def at(hour: int, minute: int = 0) -> int:
    day = a_day()
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=HERE).timestamp())


def calendar_of(care) -> str:
    return f"{ASK}{outer(Provider, care.provider)}/"


def visits(*states: str) -> list[Appointment]:
    with database.writing() as session:
        found = session.scalars(select(Appointment).order_by(Appointment.id)).all()
        session.expunge_all()
        return [one for one in found if not states or one.state in states]


def claimed() -> int:
    with database.writing() as session:
        return session.scalar(select(func.count()).select_from(Claim)) or 0


def messages() -> list[str]:
    with database.writing() as session:
        return list(session.scalars(select(OutboxMessage.message)))


def deeds() -> list[str]:
    with database.writing() as session:
        return list(session.scalars(select(AppointmentEvent.deed).order_by(AppointmentEvent.id)))


def hold(me, care, moment: int, **how):
    """Open the time's panel and press its button; the page that the answer leads to."""
    page = me.get(f"{calendar_of(care)}?at={moment}")
    answer = me.submit(page, "#panel form", status=how.pop("status", 204 if me.htmx else 200))
    return me.get(answer.headers["HX-Redirect"]) if answer.status == 204 else answer


@WAYS
def test_a_time_is_held_then_asked_for(browser, patient, open_care, htmx):
    me = browser(patient, htmx=htmx)
    page = hold(me, open_care, at(9))
    assert page.one("h1").text_content() == "Check and send"
    assert "10 minutes left" in page and "118 Juniper Street" in page
    assert [one.state for one in visits()] == ["held"] and claimed() == 8
    answer = me.submit(page, "textarea", status=204 if htmx else 200, note="My knee hurts.")
    done = me.get(answer.headers["HX-Redirect"]) if htmx else answer
    assert done.one("h1").text_content() == "Your request is sent"
    assert "Receipt R-" in done and "Pending appointment" in done
    visit = visits()[0]
    assert (visit.state, visit.note, visit.held_until) == ("pending", "My knee hurts.", None)
    assert claimed() == 8 and deeds() == ["requested"] and messages() == ["appointment_requested"]
    assert "Pending" in me.get(f"/me/appointments/?month={a_day():%Y-%m}")


@WAYS
def test_who_comes_too_late_is_shown_the_nearest_times(browser, patient, office, open_care, htmx):
    me = browser(patient, htmx=htmx)
    page = me.get(f"{calendar_of(open_care)}?at={at(10)}")
    appointments.an_appointment(
        open_care.chart, open_care.provider, open_care.reason, datetime.fromtimestamp(at(10), HERE)
    )
    answer = me.submit(page, "#panel form", status=409)
    assert "Somebody else took this time" in answer
    near = [" ".join(link.text_content().split())[:8].strip() for link in answer.css("#problem .slots a")]
    assert near == ["9:00 AM", "9:20 AM", "10:40 AM"]
    assert len(visits("held")) == 0
    assert bool(answer.css(".cal")) != htmx, "a script puts it in the place of the panel, and the month stays"


def test_who_comes_too_late_writes_nothing_and_asks_three_things(browser, patient, open_care):
    me = browser(patient, htmx=True)
    page = me.get(f"{calendar_of(open_care)}?at={at(10)}")
    appointments.an_appointment(
        open_care.chart, open_care.provider, open_care.reason, datetime.fromtimestamp(at(10), HERE)
    )
    with statements() as ran:
        me.submit(page, "#panel form", status=409)
    assert len(ran) <= 4 and not [one for one in ran if not one.lstrip().upper().startswith("SELECT")]


@WAYS
def test_a_hold_that_lapsed_loses_no_words_and_may_still_be_had(browser, patient, open_care, htmx):
    me = browser(patient, htmx=htmx)
    page = hold(me, open_care, at(9))
    clock.shift(timedelta(minutes=11))
    me.submit(page, "textarea", status=204 if htmx else 200, note="My knee hurts.")
    assert [(one.state, one.note) for one in visits()] == [("pending", "My knee hurts.")] and claimed() == 8


@WAYS
def test_a_hold_that_lapsed_and_went_to_somebody_else(browser, patient, open_care, htmx):
    me = browser(patient, htmx=htmx)
    page = hold(me, open_care, at(9))
    clock.shift(timedelta(minutes=11))
    other = browser(a_connected_patient_of(open_care))
    hold(other, open_care, at(9))
    answer = me.submit(page, "textarea", status=409, note="My knee hurts.")
    assert answer.one("textarea").text_content().strip() == "My knee hurts."
    assert [one.get("value") for one in answer.css("[name=at]")] == [str(at(9, 40)), str(at(10)), str(at(10, 20))]
    me.submit(answer, "textarea", status=204 if htmx else 200, at=str(at(10)))
    assert [one.note for one in visits("pending")] == ["My knee hurts."]


def a_connected_patient_of(care):
    with database.writing() as session:
        office = session.get_one(Provider, care.provider).office_id
    return a_connected_patient(office, given="Jonas", family="Pemberly")


def test_a_person_holds_no_more_than_some_times(browser, patient, office, open_care):
    me, others = browser(patient), []
    for name in ("Brightwater", "Lindgren", "Ash"):
        provider = practices.a_provider(office.id, "Hana", name)
        appointments.some_hours(provider)
        others.append(open_care._replace(provider=provider))
        appointments.a_reason(office.id, provider, name=f"Talk with {name}")
    for care in (open_care, *others):
        hold(me, care, at(9))
    held = visits("held")
    assert [one.provider_id for one in held] == [care.provider for care in others[1:]]
    assert len(held) == rules.MOST_HELD
    hold(me, others[2], at(11))
    assert [one.provider_id for one in visits("held")] == [others[1].provider, others[2].provider]


@WAYS
def test_a_time_is_given_back(browser, patient, open_care, htmx):
    me = browser(patient, htmx=htmx)
    me.submit(hold(me, open_care, at(9)), "form[action$=let_go]")
    assert visits() == [] and claimed() == 0


def test_how_long_it_is_held_is_asked_by_the_page(browser, patient, open_care):
    me = browser(patient)
    left = hold(me, open_care, at(9)).one("#held").get("data-hx-get")
    assert "10 minutes left" in me.get(left, htmx=True)
    clock.shift(timedelta(minutes=7))
    assert "3 minutes left" in me.get(left, htmx=True)
    clock.shift(timedelta(minutes=10))
    late = me.get(left, htmx=True)
    assert "not held for you any more" in late and late.one("#held").get("data-hx-get") is None


def test_reasons_that_the_office_books_at_once(browser, patient, office, open_care):
    shot = appointments.a_reason(office.id, open_care.provider, name="Flu shot", minutes=10, at_once=True)
    me = browser(patient)
    panel = me.get(f"{calendar_of(open_care)}?at={at(9)}&reason={outer(VisitReason, shot)}")
    page = me.submit(panel, "#panel form")
    assert "as soon as you press Submit" in page
    assert me.submit(page, "textarea").one("h1").text_content() == "Your appointment is set"
    assert [one.state for one in visits()] == ["booked"] and visits()[0].confirmed_at
    assert deeds() == ["booked"] and messages() == ["appointment_confirmed"]


def test_six_requests_do_not_wait_at_once(browser, patient, open_care):
    for number in range(5):
        appointments.an_appointment(
            open_care.chart,
            open_care.provider,
            open_care.reason,
            datetime.fromtimestamp(at(9) + 7 * 86400 * (number + 1), HERE),
            "pending",
        )
    me = browser(patient)
    answer = me.submit(me.get(f"{calendar_of(open_care)}?at={at(9)}"), "#panel form", status=409)
    assert "5 requests of yours wait" in answer and not visits("held")


def test_a_time_that_the_office_does_not_offer_is_not_had(browser, patient, open_care):
    me = browser(patient)
    page = me.get(f"{calendar_of(open_care)}?at={at(9)}")
    assert "does not offer" in me.submit(page, "#panel form", status=409, at=str(at(9, 5)))
    me.submit(page, "#panel form", status=404, at="nonsense")
    me.submit(page, "#panel form", status=404, reason=str(uuid4()), once="x" * 22)
    assert visits() == []


def test_too_many_words_are_told_and_kept(browser, patient, open_care):
    me = browser(patient)
    answer = me.submit(hold(me, open_care, at(9)), "textarea", status=422, note="a" * 501)
    assert "500 letters or fewer" in answer and "a" * 501 in answer.source


def test_a_stranger_finds_nothing(browser, stranger, patient, open_care):
    page = hold(browser(patient), open_care, at(9))
    other = browser(stranger)
    other.get(calendar_of(open_care), status=404)
    other.get(page.url, status=404)
    fields = dict(page.form("textarea").form_values())
    fields["csrf_token"] = dict(other.get("/me/").form("form").form_values())["csrf_token"]
    for where in ("hold", "check"):
        other.post(f"{calendar_of(open_care)}{where}", fields | {"once": f"{where:x<22}"}, 404)
    other.post(f"{calendar_of(open_care)}let_go", fields | {"once": "y" * 22}, 204 if other.htmx else 303)
    assert [one.state for one in visits()] == ["held"]
    assert "not connected to an office yet" in other.get(ASK)


def test_the_list_of_providers_says_whom_to_call(browser, patient, office, open_care):
    practices.a_provider(office.id, "Hana", "Brightwater", takes_appointments=False)
    page = browser(patient).get(ASK)
    assert [one.text_content() for one in page.css("h2 a")] == ["Amara Fenwick-Osei, MD"]
    assert "Next open time:" in page and "Hana Brightwater" in page and page.css("main a[href^='tel:']")


def test_nobody_takes_requests(browser, patient, care):
    page = browser(patient).get(ASK)
    assert "Please call" in page and page.css("main a[href^='tel:']")
    assert "takes no requests here now" in browser(patient).get(calendar_of(care))


@WAYS
def test_the_month_the_week_and_the_filters(browser, patient, open_care, htmx):
    me, here = browser(patient), calendar_of(open_care)
    page = me.get(f"{here}?day={a_day()}", htmx=htmx)
    assert page.one("#day h2").text_content().startswith("Wednesday")
    assert page.css(".cal a.open[aria-current=date]")[0].get("data-hx-push-url") == "true"
    afternoon = me.get(f"{here}?day={a_day()}&part=afternoon", htmx=htmx)
    assert [one.text_content() for one in afternoon.css("#day h3")] == ["Afternoon"]
    week = me.get(f"{here}?week={a_day()}", htmx=htmx)
    assert len(week.css("#calendar h3")) == 5
    assert "Week after" in week
    assert me.get(f"{here}?week=nonsense&day=x&at=y&part=z&reason=q&place=w&month=m", htmx=htmx).css(".cal")


def test_a_time_of_the_calendar_opens_its_panel(browser, patient, open_care):
    assert browser(patient).get(f"{calendar_of(open_care)}?at={at(9)}").one("#panel h2").text_content() == "9:00 AM"

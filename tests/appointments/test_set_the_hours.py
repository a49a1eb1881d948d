"""An office sets its hours, days off and visit reasons; what is booked stays, and is listed (APT-9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portal.domain.appointments.models import OfferedReason, TimeOff, VisitReason, WeeklyHours
from portal.kernel import clock, database
from tests.factories import appointments, connections, practices
from tests.people import a_patient, staff_of
from tests.practices.office_rows import deeds_of

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def place(who, rest):
    return f"/office/{who.place}/appointments/{rest}"


def week(who, opened, rest=""):
    return place(who, f"hours/{opened.provider}/{rest}")


def rows_of(model):
    with database.writing() as session:
        found = list(session.query(model).order_by(*model.__table__.primary_key.columns))
        session.expunge_all()
        return found


@both_ways
def test_hours_are_added_on_several_days_and_one_is_changed(browser, keeper, opened, htmx):
    me = browser(keeper, htmx=htmx)
    form = me.get(week(keeper, opened, "add"))
    page = me.submit(form, "[name=starts]", weekdays=["5", "6"], starts="8 am", ends="noon", slot_minutes="30")
    assert "Saturday, 8:00 AM to 12:00 PM" in page and "Sunday, 8:00 AM to 12:00 PM" in page
    saturday = rows_of(WeeklyHours)[-2]
    assert (saturday.weekday, saturday.starts, saturday.ends, saturday.slot_minutes) == (5, 480, 720, 30)
    form = me.get(week(keeper, opened, f"{saturday.public_id}/edit"))
    page = me.submit(form, "[name=starts]", ends="1:30 PM", pause_starts="10:00 AM", pause_ends="10:30 AM")
    assert "Saturday, 8:00 AM to 1:30 PM" in page and "Break 10:00 AM to 10:30 AM" in page
    assert deeds_of(keeper) == ["hours.added", "hours.added", "hours.changed"]


@both_ways
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"starts": "5 pm", "ends": "9 am"}, "They end before they begin."),
        ({"starts": "8:00 AM", "ends": "8:15 AM"}, "shorter than one visit time of 20 minutes"),
        ({"pause_starts": "7:00 AM", "pause_ends": "7:30 AM"}, "The break must lie inside the hours"),
        ({"pause_starts": "10:00 AM", "pause_ends": ""}, "Type both times of the break, or none."),
        ({"until_day": "01/01/2021"}, "The last day is before the first one."),
        ({"weekdays": ["0"]}, "There are other hours at that time: Monday, 9:00 AM to 5:00 PM."),
        ({"starts": "8:03 AM"}, "Use a time in steps of 5 minutes"),
        ({"starts": "8"}, "Add AM or PM to the time"),
        ({"weekdays": []}, "Choose at least one day."),
    ],
)
def test_hours_that_make_no_sense_are_told_and_nothing_typed_is_lost(browser, keeper, opened, typed, words, htmx):
    me, before = browser(keeper, htmx=htmx), len(rows_of(WeeklyHours))
    fields = {"weekdays": ["5"], "starts": "8:00 AM", "ends": "11:00 AM"} | typed
    page = me.submit(me.get(week(keeper, opened, "add")), "[name=starts]", 422, **fields)
    assert words in page
    assert page.one("[name=ends]").get("value") == fields["ends"]
    assert len(rows_of(WeeklyHours)) == before


@both_ways
def test_hours_are_removed_and_what_was_booked_in_them_is_listed(browser, keeper, opened, htmx):
    chart = connections.a_connection(a_patient().person_id, opened.office.id)
    monday = _next_monday(15)
    appointments.an_appointment(chart, opened.provider_id, opened.reason_id, monday)
    me = browser(keeper, htmx=htmx)
    assert "Booked outside these hours" not in me.get(week(keeper, opened))
    rule = rows_of(WeeklyHours)[0]
    page = me.submit(me.get(week(keeper, opened, f"{rule.public_id}/remove")), "main form")
    assert "Booked outside these hours" in page and f"chart C{_number(chart)}" in page
    assert [row.weekday for row in rows_of(WeeklyHours)] == [1, 2, 3, 4]
    assert me.get(week(keeper, opened, f"{rule.public_id}/edit"), 404)


def _number(chart_id):
    from portal.domain.charts.models import Chart

    with database.writing() as session:
        return session.get_one(Chart, chart_id).number.removeprefix("C")


def _next_monday(hour):
    today = clock.now().replace(hour=hour, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


@both_ways
def test_the_second_of_two_sees_what_the_first_saved(browser, keeper, opened, htmx):
    other, rule = staff_of(opened.office, "administrator"), rows_of(WeeklyHours)[0]
    slow, fast = browser(keeper, htmx=htmx), browser(other)
    mine = slow.get(week(keeper, opened, f"{rule.public_id}/edit"))
    fast.submit(fast.get(week(other, opened, f"{rule.public_id}/edit")), "[name=starts]", ends="4:00 PM")
    answer = slow.submit(mine, "[name=starts]", 409, ends="6:00 PM")
    assert "9:00 AM to 4:00 PM" in answer.one(".problem dl").text_content()
    slow.submit(answer, "[name=starts]")
    assert rows_of(WeeklyHours)[0].ends == 18 * 60


@both_ways
def test_days_off_of_a_provider_and_a_holiday_of_the_office(browser, keeper, opened, htmx):
    me = browser(keeper, htmx=htmx)
    day = (clock.now() + timedelta(days=20)).date()
    typed = {"from_day": f"{day:%m/%d/%Y}", "starts": "1:00 PM", "ends": "5:00 PM", "why": "Training"}
    page = me.submit(me.get(place(keeper, f"time_off/add/{opened.provider}")), "[name=from_day]", **typed)
    assert "1:00 PM to 5:00 PM" in page and "Training" in page
    page = me.submit(
        me.get(place(keeper, "time_off/add")), "[name=from_day]", from_day="12/24/2031", until_day="12/26/2031"
    )
    assert "December 24, 2031 to December 26, 2031" in page
    assert "Whole office" in me.get(week(keeper, opened))
    own, holiday = rows_of(TimeOff)
    assert (own.provider_id, own.starts, own.ends, holiday.provider_id) == (opened.provider_id, 780, 1020, None)
    me.submit(me.get(place(keeper, f"time_off/{own.public_id}/remove/{opened.provider}")), "main form")
    assert [row.public_id for row in rows_of(TimeOff)] == [holiday.public_id]
    assert deeds_of(keeper) == ["time_off.added", "time_off.added", "time_off.removed"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"from_day": "12/24/2031", "until_day": "12/20/2031"}, "The last day is before the first one."),
        ({"from_day": "12/24/2020"}, "These days are over."),
        ({"from_day": "12/24/2031", "starts": "1:00 PM"}, "Type both times, or none for the whole day."),
        ({"from_day": "soon"}, "Type the date as month, day and year"),
    ],
)
def test_days_off_that_make_no_sense(browser, keeper, opened, typed, words):
    me = browser(keeper)
    assert words in me.submit(me.get(place(keeper, "time_off/add")), "[name=from_day]", 422, **typed)
    assert not rows_of(TimeOff)


@both_ways
def test_a_visit_reason_is_added_changed_taken_off_and_put_back(browser, keeper, opened, htmx):
    me = browser(keeper, htmx=htmx)
    form = me.get(place(keeper, "reasons/add"))
    assert form.css("[name=providers][checked]"), "everybody with hours is chosen"
    page = me.submit(form, "[name=name]", name="Flu shot", minutes="10", buffer_minutes="5", at_once="y")
    assert "10 minutes, 5 minutes after it, booked at once" in page
    added = rows_of(VisitReason)[-1]
    assert (added.minutes, added.buffer_minutes, added.at_once, added.by_video) == (10, 5, True, False)
    assert (opened.provider_id, added.id) in {(one.provider_id, one.reason_id) for one in rows_of(OfferedReason)}
    page = me.get(place(keeper, f"reasons/{added.public_id}/edit"))
    page = me.submit(page, "[name=name]", name_es="Vacuna", providers=[], at_once=None)
    assert "Nobody sees people for it yet." in page
    page = me.submit(page, f"form[action$='{added.public_id}/end']")
    assert "Not offered any more." in page
    me.submit(page, f"form[action$='{added.public_id}/put_back']")
    assert rows_of(VisitReason)[-1].ended_at is None
    named = [f"visit_reason.{deed}" for deed in ("added", "changed", "ended", "put_back")]
    assert deeds_of(keeper) == named


@both_ways
def test_two_change_one_reason(browser, keeper, opened, htmx):
    other, (reason,) = staff_of(opened.office, "administrator"), rows_of(VisitReason)
    slow, fast = browser(keeper, htmx=htmx), browser(other)
    url = f"reasons/{reason.public_id}/edit"
    mine = slow.get(place(keeper, url))
    fast.submit(fast.get(place(other, url)), "[name=name]", name="Theirs")
    answer = slow.submit(mine, "[name=name]", 409, name="Mine")
    assert "Theirs" in answer.one(".problem dl").text_content()
    assert rows_of(VisitReason)[0].name == "Theirs"


def test_what_another_office_has_does_not_exist(browser, keeper, opened):
    elsewhere = practices.an_office("Harbor Point Medical")
    provider = practices.a_provider(elsewhere.id)
    appointments.some_hours(provider)
    appointments.a_reason(elsewhere.id, provider)
    appointments.time_off(elsewhere.id, clock.now().date() + timedelta(days=3))
    theirs = practices_provider(provider)
    hours, reason, off = rows_of(WeeklyHours)[-1], rows_of(VisitReason)[-1], rows_of(TimeOff)[-1]
    me = browser(keeper)
    for url in (
        f"hours/{theirs}/",
        f"hours/{theirs}/add",
        f"hours/{theirs}/{hours.public_id}/edit",
        f"hours/{opened.provider}/{hours.public_id}/edit",
        f"hours/{opened.provider}/{hours.public_id}/remove",
        f"time_off/add/{theirs}",
        f"time_off/{off.public_id}/remove",
        f"reasons/{reason.public_id}/edit",
    ):
        me.get(place(keeper, url), 404)
        me.get(f"/office/{elsewhere.public_id}/appointments/{url}", 404)


def practices_provider(provider_id):
    from portal.domain.practices.models import Provider

    with database.writing() as session:
        return session.get_one(Provider, provider_id).public_id


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing"])
def test_only_who_runs_the_office_sets_its_hours(browser, opened, role):
    someone = staff_of(opened.office, role)
    for url in ("hours/", f"hours/{opened.provider}/add", "time_off/add", "reasons/", "reasons/add"):
        browser(someone).get(place(someone, url), 404)


def test_a_reason_needs_providers_of_the_office(browser, keeper, opened):
    me = browser(keeper)
    form = me.get(place(keeper, "reasons/add")).form("main form.flow")
    form.append(form.makeelement("input", {"name": "providers", "value": str(uuid4()), "type": "hidden"}))
    assert me.submit(form, status=422, name="Odd")
    assert len(rows_of(VisitReason)) == 1


def test_nine_oclock_stays_nine_oclock_after_the_clocks_change(app, opened):
    """Hours are walked on the office's wall clock: the same rule gives another moment in winter."""
    from zoneinfo import ZoneInfo

    from portal.domain.appointments import slots
    from portal.domain.appointments.types import Hours

    rules = [Hours._make(getattr(row, name) for name in Hours._fields) for row in rows_of(WeeklyHours)]
    summer = slots.expand(rules, [], [datetime(2026, 10, 30, tzinfo=UTC).date()], ZoneInfo("America/New_York"))
    winter = slots.expand(rules, [], [datetime(2026, 11, 2, tzinfo=UTC).date()], ZoneInfo("America/New_York"))
    assert (summer[0].starts_at.hour, winter[0].starts_at.hour) == (13, 14)
    assert summer[0].minute == winter[0].minute == 540

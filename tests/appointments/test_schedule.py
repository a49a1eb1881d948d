"""The office's schedule: a day of all providers, a week of one, the day as a list; each look is written down."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.kernel import clock
from tests.appointments.traces import events_of, shown
from tests.factories import appointments, connections, practices
from tests.people import staff_of

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
def made(office, patient, provider):
    """`made(day, hour, …)`: a visit of the patient at that hour of the office's clock."""
    chart = connections.a_connection(patient.person_id, office.id)
    reason = appointments.a_reason(office.id, provider, name="Blood pressure")

    def make(day: date, hour=10, state="booked", **more):
        starts_at = datetime(day.year, day.month, day.day, hour, tzinfo=NEW_YORK).astimezone(UTC)
        return appointments.an_appointment(chart, provider, reason, starts_at, state, **more)

    return make


def at(who, view="", **asked):
    words = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/office/{who.place}/appointments/schedule/{view}?{words}"


def test_a_day_shows_visits_and_open_times(browser, front_desk, patient, made, monday):
    made(monday)
    made(monday, 14, "pending")
    page = browser(front_desk).get(at(front_desk, day=monday))
    assert "Lindgren-Ash, Imre" in page
    assert "Oakhurst, M" in page.one("td a.confirmed").text_content()
    assert "Waits for your answer" in page.one("td a.pending").text_content()
    assert len(page.css("td .open")) == 7 * 3 - 2
    assert events_of("staff", front_desk.staff_id)[1:] == ["appointments.scheduled"] and shown() == [patient.person_id]


def test_a_week_of_one_provider(browser, front_desk, made, monday, office):
    made(monday + timedelta(days=2))
    other = practices.a_provider(office.id, "Amara", "Aaronson")
    appointments.some_hours(other)
    page = browser(front_desk).get(at(front_desk, "week", day=monday))
    assert "Aaronson, Amara" in page and not page.css("td a.confirmed")
    option = next(one.get("value") for one in page.css("option") if "Lindgren" in one.text_content())
    page = browser(front_desk).get(at(front_desk, "week", day=monday, provider=option))
    assert len(page.css("td a.confirmed")) == 1 and len(page.css("thead th")) == 5


def test_the_day_as_a_list(browser, front_desk, made, monday):
    made(monday, 14)
    made(monday, 9)
    page = browser(front_desk).get(at(front_desk, "list", day=monday))
    assert "2 visits" in page and "800-555-0143" in page and "05/14/1958" in page
    assert [one.text_content() for one in page.css("#schedule li b.num")] == ["9:00 AM", "2:00 PM"]


def test_by_htmx_only_the_schedule_comes(browser, front_desk, made, monday):
    made(monday)
    part = browser(front_desk).get(at(front_desk, day=monday), htmx=True)
    assert part.css("div#schedule") and not part.css("main")


def test_what_somebody_only_chooses_has_no_name(browser, front_desk, made, monday):
    made(monday, state="held")
    page = browser(front_desk).get(at(front_desk, day=monday))
    assert "Being chosen" in page and "Oakhurst" not in page
    assert shown() == []
    assert "No visits that day." in browser(front_desk).get(at(front_desk, "list", day=monday))


@pytest.mark.parametrize("asked", ["never", "9999-01-01", "2027-13-01"])
def test_a_day_that_cannot_be_read_is_today(browser, front_desk, asked):
    assert browser(front_desk).get(at(front_desk, day=asked)).one("#day").get("value") == str(
        clock.now().astimezone(NEW_YORK).date()
    )


def test_others_see_no_schedule(browser, office, front_desk, made, monday):
    made(monday)
    elsewhere = staff_of(practices.an_office("Harbor Point Medical"))
    assert "Oakhurst" not in browser(elsewhere).get(at(elsewhere, day=monday))
    for view in ("", "week", "list"):
        browser(elsewhere).get(at(front_desk, view, day=monday), status=404)
        browser(staff_of(office, "billing")).get(at(front_desk, view, day=monday), status=404)


def test_another_offices_provider_is_nobody_here(browser, front_desk, monday):
    browser(front_desk).get(
        at(front_desk, "week", day=monday, provider="7b0f3e0e-6d5f-4a55-9a3e-3f0f3d0f6a11"), status=404
    )

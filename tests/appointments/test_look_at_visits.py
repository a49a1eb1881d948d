"""The month and the list of what comes, the past, and each visit's details (APT-1, APT-4, APT-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from portal.blueprints.appointments import month
from tests.factories.appointments import an_appointment

MINE = "/me/appointments/"
HERE = ZoneInfo("America/New_York")


@pytest.fixture
def next_month():
    """The first of the next month, as an office's calendar shows it."""
    return (datetime.now(HERE).replace(day=1) + timedelta(days=31)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )


def test_somebody_without_visits_is_told_what_will_be_here(browser, patient):
    page = browser(patient).get(MINE)
    assert "no visits ahead" in page
    assert page.one(".menu [aria-current=page]").text_content().strip() == "Appointments"


def test_what_comes_stands_in_the_list_soonest_first(browser, patient, care):
    care.visit(12, "pending")
    care.visit(4)
    care.visit(5, "cancelled")
    care.visit(3, "held")
    care.visit(-4, "fulfilled")
    page = browser(patient).get(MINE)
    assert [one.text_content().strip() for one in page.css(".rows .tag")] == [
        "Confirmed",
        "Canceled",
        "Pending appointment",
    ]
    assert "Yearly check-up" in page


@pytest.mark.parametrize(
    ("state", "words", "kind"),
    [
        ("booked", "Visit", "confirmed"),
        ("pending", "Pending", "pending"),
        ("proposed", "Choose", "pending"),
        ("cancelled", "Canceled", "gone"),
        ("noshow", "Missed", "gone"),
    ],
)
def test_a_day_says_it_in_words_as_well_as_in_color(browser, patient, care, next_month, state, words, kind):
    at = next_month.replace(day=25, hour=14)
    an_appointment(care.chart, care.provider, care.reason, at.astimezone(UTC), state)
    day = browser(patient).get(f"{MINE}?month={at:%Y-%m}").one(".cal a")
    assert " ".join(day.text_content().split()) == f"25: {words} 2:00"
    assert day.get("class") == kind


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "page"])
def test_the_months_are_turned(browser, patient, next_month, htmx):
    later = next_month + timedelta(days=31)
    page = browser(patient).get(f"{MINE}?month={next_month:%Y-%m}", htmx=htmx)
    assert page.one("caption").text_content() == f"{next_month:%B %Y}"
    to_other_months = [link.get("href") for link in page.css(".calnav a")]
    assert to_other_months == [f"{MINE}?month={datetime.now(HERE):%Y-%m}", f"{MINE}?month={later:%Y-%m}"]
    assert all(link.get("data-hx-push-url") == "true" for link in page.css(".calnav a"))
    assert len(page.css("h1")) == (0 if htmx else 1)


@pytest.mark.parametrize("written", ["2027-13", "nonsense", "", "2027-1", "9999-01", "0000-01", "2028-04", "2026-02"])
def test_what_is_no_month_in_reach_is_the_present_one(written):
    assert month.first_of(written, date(2027, 3, 9)) == date(2027, 3, 1)


def test_no_link_leads_out_of_reach():
    today = date(2027, 3, 9)
    assert month.beside(date(2027, 1, 1), today) == (date(2026, 12, 1), date(2027, 2, 1))
    assert month.beside(date(2028, 3, 1), today) == (date(2028, 2, 1), None)
    assert month.beside(date(2026, 3, 1), today) == (None, date(2026, 4, 1))


def test_a_visit_late_on_the_last_day_stands_on_that_day(browser, patient, care, next_month):
    late = next_month - timedelta(minutes=30)  # in UTC that is the next month already
    an_appointment(care.chart, care.provider, care.reason, late.astimezone(UTC))
    me = browser(patient)
    words = " ".join(me.get(f"{MINE}?month={late:%Y-%m}").one(".cal a").text_content().split())
    assert words == f"{late.day}: Visit 11:30"
    assert not me.get(f"{MINE}?month={next_month:%Y-%m}").css(".cal a")


def test_details_say_when_with_whom_and_where(browser, patient, care):
    visit = care.visit(state="pending", note="My numbers <b>are</b> high.")
    page = browser(patient).get(f"{MINE}{visit}/")
    assert page.one("h1").text_content() == "Yearly check-up"
    for words in ("Pending appointment", "Where", "You wrote", "My numbers <b>are</b> high."):
        assert words in page
    assert page.css("a[href^='tel:+1']")


def test_a_visit_goes_into_a_calendar_without_what_it_is_for(browser, patient, care):
    visit = care.visit()
    me = browser(patient)
    link = me.get(f"{MINE}{visit}/").one("a[download]")
    file = me.get(link.get("href"))
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "attachment" in file.headers["Content-Disposition"]
    assert "SEQUENCE:0" in file.source and "BEGIN:VTIMEZONE" in file.source
    assert "check-up" not in file.source
    again = me.get(link.get("href"))
    uids = [next(line for line in one.source.splitlines() if line.startswith("UID:")) for one in (file, again)]
    assert uids[0] == uids[1]


def test_somebody_elses_visit_goes_into_nobodys_calendar(browser, stranger, patient, care):
    browser(stranger).get(f"{MINE}{care.visit()}/appointment.ics", status=404)


def test_directions_name_the_destination_alone(browser, patient, care):
    page = browser(patient).get(f"{MINE}{care.visit()}/")
    (link,) = [one for one in page.css("a[target]") if "directions" in one.get("href")]
    assert link.get("href").startswith("https://www.openstreetmap.org/directions?to=")
    assert "noreferrer" in link.get("rel")


def test_a_visit_by_video_is_joined_by_https_alone(browser, patient, care):
    me = browser(patient)
    joined = me.get(f"{MINE}{care.visit(3, video_link='https://video.example.com/room')}/")
    assert "Join the video visit" in joined
    assert "Join the video visit" not in me.get(f"{MINE}{care.visit(4, video_link='javascript:alert(1)')}/")


def test_the_past_is_shown_in_parts_latest_first(browser, patient, care):
    for number in range(23):
        care.visit(-2 - number, "fulfilled")
    me = browser(patient)
    page = me.get(f"{MINE}past")
    assert len(page.css(".rows li")) == 20
    older = me.get(page.one("main p a.hit").get("href"))
    assert len(older.css(".rows li")) == 3
    assert not older.css("main p a.hit")


def test_somebody_elses_visit_does_not_exist(browser, stranger, patient, care):
    visit = care.visit()
    there = browser(stranger).get(f"{MINE}{visit}/", status=404)
    nothing = browser(stranger).get(f"{MINE}{uuid4()}/", status=404)
    assert there.source.replace(str(visit), "") == nothing.source.replace(nothing.url.split("/")[-2], "")
    assert not browser(stranger).get(MINE).css(".rows li")


def test_a_time_that_is_only_held_is_no_visit(browser, patient, care):
    visit = care.visit(state="held")
    browser(patient).get(f"{MINE}{visit}/", status=404)

"""End an announcement now, after being asked; or let it end by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.kernel import clock
from tests.announcements.traces import audited
from tests.factories.announcements import HOUR, an_announcement, stored
from tests.people import staff_of


def end(who, announcement):
    return f"/office/{who.place}/announcements/{announcement}/end"


def test_it_asks_then_nobody_sees_it(browser, front_desk, patient):
    announcement = an_announcement(front_desk.office_id)
    writer = browser(front_desk)
    asked = writer.get(end(front_desk, announcement))
    assert asked.one("h1").text == "End this announcement now?" and "Keep it" in asked
    assert browser(patient).get("/me/").css(".announce"), "asking ends nothing"
    listing = writer.submit(asked, "#ending form")
    assert "Short outage" in listing.one("[aria-labelledby=ended-h]").text_content()
    assert not browser(patient).get("/me/").css(".announce")
    assert audited("staff", front_desk.staff_id, "announcement.ended")


def test_a_planned_one_is_taken_back(browser, front_desk):
    announcement = an_announcement(front_desk.office_id, starts_in=HOUR)
    writer = browser(front_desk)
    listing = writer.submit(writer.get(end(front_desk, announcement)), "#ending form")
    assert stored(announcement) is None and "Short outage" not in listing.one("#announcements").text_content()
    assert audited("staff", front_desk.staff_id, "announcement.withdrawn")


def test_twice_says_that_it_is_over(browser, front_desk):
    announcement = an_announcement(front_desk.office_id)
    writer = browser(front_desk)
    first, second = (writer.get(end(front_desk, announcement)) for _ in range(2))
    writer.submit(first, "#ending form")
    assert "has ended" in writer.submit(second, "#ending form", 409)
    assert not writer.get(end(front_desk, announcement)).css("#ending form")


@pytest.mark.parametrize("role", ["clinician", "billing"])
def test_who_may_only_read_can_not_end_it(browser, office, role):
    announcement, reader, desk = an_announcement(office.id), staff_of(office, role), staff_of(office)
    page = browser(reader).get(end(reader, announcement))
    assert not page.css("#ending form") and "Only the front desk" in page
    form = browser(desk).get(end(desk, announcement)).form("#ending form")
    browser_of_reader = browser(reader)
    token = dict(browser_of_reader.get(end(reader, announcement)).form(".menu form").form_values())
    browser_of_reader.submit(form, status=409, **token)
    assert stored(announcement).ends_at > clock.now()


def test_it_goes_by_itself(browser, patient, front_desk):
    an_announcement(front_desk.office_id, starts_in=timedelta(minutes=5), lasts=timedelta(minutes=5))
    reader, today = browser(patient), f"/office/{front_desk.place}/"
    assert not reader.get("/me/").css(".announce")
    assert "Planned" in browser(front_desk).get(today)
    clock.shift(timedelta(minutes=6))
    assert reader.get("/me/").css(".announce")
    assert browser(front_desk).get(today).css(".announce")
    clock.shift(timedelta(minutes=11))
    assert not reader.get("/me/").css(".announce")
    assert not browser(front_desk).get(today).css(".announce, #own-announcements li")

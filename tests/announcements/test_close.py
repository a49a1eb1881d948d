"""Close a banner: gone for this reader, for good; still there for all others."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.kernel import clock
from tests.factories import connections, practices
from tests.factories.announcements import HOUR, an_announcement, times_closed
from tests.people import a_connected_patient

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@BOTH
def test_a_patient_closes_it_for_good(browser, patient, office, htmx):
    announcement = an_announcement(office.id)
    reader = browser(patient, htmx=htmx)
    answer = reader.submit(reader.get("/me/"), ".announce form")
    assert answer.status == 200
    assert answer.source == "" if htmx else answer.css("h1")
    assert not reader.get("/me/").css(".announce")
    clock.shift(timedelta(minutes=30))
    assert not browser(patient).get("/me/").css(".announce"), "the next session must not bring it back"
    assert times_closed(announcement) == 1


def test_the_others_still_see_it(browser, patient, office):
    an_announcement(office.id)
    reader = browser(patient)
    reader.submit(reader.get("/me/"), ".announce form")
    other = a_connected_patient(office.id, given="Ivy", family="Castellane")
    assert browser(other).get("/me/").css(".announce")


def test_only_that_one_goes(browser, patient, office):
    an_announcement(office.id, title="Flu shots are here", starts_in=-2 * HOUR, lasts=4 * HOUR)
    an_announcement(office.id, title="Closed on Friday")
    reader = browser(patient)
    left = reader.submit(reader.get("/me/"), ".announce form")
    assert [title.text_content() for title in left.css(".announce h2")] == ["Closed on Friday"]


@BOTH
def test_staff_close_theirs_on_today(browser, front_desk, office, htmx):
    an_announcement(office.id, "staff", title="Fire drill at noon")
    reader = browser(front_desk, htmx=htmx)
    today = f"/office/{front_desk.place}/"
    answer = reader.submit(reader.get(today), ".announce form")
    assert answer.source == "" if htmx else answer.one("h1").text == "Today"
    assert not reader.get(today).css(".announce")


@BOTH
def test_closing_twice_is_fine(browser, patient, office, htmx):
    announcement = an_announcement(office.id)
    reader = browser(patient, htmx=htmx)
    page = reader.get("/me/")
    reader.submit(page, ".announce form")
    assert reader.submit(page, ".announce form").status == 200
    assert times_closed(announcement) == 1


def test_closing_from_a_page_left_open_past_the_end_is_fine(browser, patient, office):
    an_announcement(office.id)
    reader = browser(patient)
    page = reader.get("/me/")
    clock.shift(timedelta(minutes=5) + HOUR - timedelta(minutes=55))  # within the session's idle time
    assert reader.submit(page, ".announce form").status == 200


def test_a_stranger_cannot_close_it(browser, stranger, office):
    announcement = an_announcement(office.id)
    own = an_announcement(None, title="For all offices")
    reader = browser(stranger)
    form = reader.get("/me/").form(".announce form")
    assert str(own) in form.get("action")
    form.set("action", f"/me/announcements/{announcement}/close")
    theirs = reader.submit(form, status=404)
    form.set("action", f"/me/announcements/{uuid4()}/close")
    assert reader.submit(form, status=404).text == theirs.text
    assert times_closed(announcement) == 0


def test_what_is_not_for_them_or_not_yet_shown_does_not_exist(browser, patient, office):
    for_staff = an_announcement(office.id, "staff")
    planned = an_announcement(office.id, starts_in=HOUR)
    an_announcement(office.id)
    reader = browser(patient)
    form = reader.get("/me/").form(".announce form")
    for announcement in (for_staff, planned):
        form.set("action", f"/me/announcements/{announcement}/close")
        reader.submit(form, status=404)


def test_staff_of_another_office_cannot_close_it(browser, front_desk):
    elsewhere = an_announcement(practices.an_office("Harbor Point Medical").id, "staff")
    an_announcement(front_desk.office_id, "staff")
    reader = browser(front_desk)
    form = reader.get(f"/office/{front_desk.place}/").form(".announce form")
    form.set("action", f"/office/{front_desk.place}/announcements/{elsewhere}/close")
    reader.submit(form, status=404)
    assert times_closed(elsewhere) == 0


def test_without_a_token_nothing_is_closed(app, browser, patient, office):
    announcement = an_announcement(office.id)
    app.config["WTF_CSRF_ENABLED"] = True
    browser(patient).post(f"/me/announcements/{announcement}/close", {}, status=403)
    assert times_closed(announcement) == 0


def test_a_reader_of_two_offices_closes_each_by_itself(browser, patient, office):
    other = practices.an_office("Harbor Point Medical")
    connections.a_connection(patient.person_id, other.id)
    an_announcement(office.id, title="From Larkfield")
    an_announcement(other.id, title="From Harbor Point")
    reader = browser(patient)
    page = reader.get("/me/")
    assert "Harbor Point Medical" in page.css(".announce")[1].text_content()
    assert len(reader.submit(page, ".announce form").css(".announce")) == 1

"""Where a person is signed in, and the browsers that are known (SECURITY A24)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.kernel import clock
from tests.security.traces import devices, events_of, open_sessions

URL = "/me/sign_in/security"
both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def test_the_page_says_how_and_where_one_signs_in(browser, patient):
    browser(patient)
    page = browser(patient).get(URL)
    assert patient.username in page and "Cannot be changed" in page
    assert page.text.count("Now. This device.") == 1
    assert len(page.css("#places > ul.first > li")) == 2
    assert page.one(".tabs [aria-current]").text_content() == "Security"
    assert page.css(".menu [aria-current]")[0].text_content().strip() == "Settings"


@both
def test_another_browser_is_signed_out(browser, patient, htmx):
    other, me = browser(patient), browser(patient, htmx=htmx)
    page = me.submit(me.get(URL), "#places > ul.first form")
    assert "Now. This device." in page and not page.css("#places > ul.first form")
    other.get("/me/", status=303)
    me.get("/me/")
    assert events_of(patient) == ["session.ended"]


@both
def test_all_other_browsers_are_signed_out(browser, patient, htmx):
    others, me = [browser(patient) for _ in range(3)], browser(patient, htmx=htmx)
    me.submit(me.get(URL), "#places > form")
    for other in others:
        other.get("/me/", status=303)
    assert len(open_sessions(patient)) == 1
    assert events_of(patient) == ["sessions.ended"]


def test_signing_out_everywhere_asks_for_the_password_after_five_minutes(browser, patient):
    """SECURITY A23."""
    other, me = browser(patient), browser(patient)
    page = me.get(URL)
    clock.shift(timedelta(minutes=6))
    asked = me.submit(page, "#places > form")
    assert "Is it you?" in asked
    other.get("/me/")


@both
def test_a_known_device_is_forgotten_and_its_next_sign_in_is_told(browser, patient, htmx):
    me = browser(patient, htmx=htmx)
    me.submit(me.get(URL), "#places > ul:last-child form")
    assert devices(patient) == [] and events_of(patient) == ["device.forgotten"]
    me.get("/me/")


def test_what_is_not_ones_own_does_not_exist(browser, patient, stranger):
    """SECURITY Z2, Z3."""
    browser(patient)
    foe = browser(stranger)
    page = foe.get(URL)
    fields = {"csrf_token": page.css("[name=csrf_token]")[0].get("value")}
    session, device = open_sessions(patient)[0].public_id, devices(patient)[0].token_hash.hex()
    places = (f"sessions/{session}/end", f"devices/{device}/forget", "devices/nonsense/forget")
    for number, place in enumerate(places):
        foe.post(f"/me/sign_in/{place}", fields | {"once": f"{number:022}"}, 404)
    assert open_sessions(patient) and devices(patient)


def test_the_list_leaves_out_what_is_over(browser, patient):
    browser(patient)
    clock.shift(timedelta(minutes=20))
    page = browser(patient).get(URL)
    assert len(page.css("#places > ul.first > li")) == 1

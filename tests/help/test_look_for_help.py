"""Help is for everybody, before and after signing in, and has answers about whatever a person can use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config import BadSetting, read_settings
from portal.blueprints import DOORS
from portal.blueprints.help.topics import ORDER, of_capabilities

#: Doors of patients whose questions stand elsewhere: announcements are read on Home.
_ELSEWHERE = {"announcements"}


def test_everybody_may_read_it(browser):
    page = browser().get("/help/")
    assert "If this is an emergency call 911." in page
    assert page.css("section#support") and not page.css("main form") and not page.css("script")
    for word in ("sign_in", "browsers", "privacy", "access"):
        assert page.css(f"main a[href='/help/{word}']"), word
        assert browser().get(f"/help/{word}").css("main .card")


def test_there_is_no_help_about_nothing(browser):
    assert browser().get("/help/nonsense", 404)


def test_it_reads_spanish_for_who_asks(browser):
    assert browser().get("/help/?lang=es").one("h1").text == "Ayuda y contacto"


def test_who_is_signed_in_keeps_the_menu(browser, patient):
    page = browser(patient).get("/help/")
    assert page.css("nav.menu a[href='/me/address_book/']")
    assert "Maribel" in page.one(".who").text_content()


def test_it_is_linked_at_the_foot_of_every_page(browser, patient, front_desk):
    for who, url in (
        (None, "/sign_in/"),
        (None, "/help/"),
        (patient, "/me/"),
        (front_desk, f"/office/{front_desk.place}/"),
    ):
        assert browser(who).get(url).css("footer a[href='/help/']"), url


def test_reading_it_opens_nothing(browser, patient):
    """SECURITY Z1: the menu of the signed-in person is not a way in for the one who is not."""
    made = browser(patient)
    made.get("/help/")
    made.client.delete_cookie("sid")
    assert "Sign out" not in made.get("/help/")
    assert made._send("get", "/me/").status_code == 303


def test_every_capability_has_its_answers():
    doors = [door.blueprint for door in DOORS if door.prefix.startswith("/<person:")]
    words = {blueprint.import_name.split(".")[2] for blueprint in doors} - _ELSEWHERE
    assert not sorted(words - set(of_capabilities()))
    assert not sorted(set(of_capabilities()) - set(ORDER)), "say in ORDER where it stands"


def test_support_can_be_reached(app, browser):
    app.config["PORTAL"] = replace(
        app.config["PORTAL"], support_email="help@clinic.example", support_phone="+15415550142"
    )
    page = browser().get("/help/")
    assert page.one("#support a[href='tel:+15415550142']").text_content().strip() == "541-555-0142"
    assert page.css("#support a[href='mailto:help@clinic.example']")


def test_a_portal_without_support_sends_people_to_their_office(browser):
    assert "Ask at your doctor's office." in browser().get("/help/")


@pytest.mark.parametrize("number", ["555-0142", "call us", "+1 541 555 0142"])
def test_a_number_that_no_phone_can_call_stops_the_start(number):
    with pytest.raises(BadSetting, match="SUPPORT_PHONE"):
        read_settings({"SUPPORT_PHONE": number})


def test_the_demonstration_shows_an_invented_support():
    assert read_settings({"DEMO": "1"}).support_phone and not read_settings({}).support_phone

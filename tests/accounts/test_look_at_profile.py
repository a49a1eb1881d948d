"""Settings, Profile: who the person is and where they live (ACC-5)."""

from __future__ import annotations

from datetime import date

import pytest

from portal.domain.accounts.models import Person
from portal.kernel import database
from tests.factories import accounts
from tests.people import Patient, a_patient
from tests.statements import statements

PROFILE = "/me/accounts/profile"


def test_the_profile_says_who_and_where_in_plain_words(browser, patient):
    page = browser(patient).get(PROFILE)
    assert page.one("h1").text_content() == "Settings"
    assert page.one(".tabs [aria-current=page]").text_content().strip() == "Profile"
    for words in (
        "Maribel Oakhurst",
        "May 14, 1958",
        "To fix your date of birth, call the clinic.",
        "Not said",
        "English",
        "Eastern (New York, Miami)",
        "27 Thistle Lane",
        "Larkfield, OR 97000",
    ):
        assert words in page, words
    assert len(page.css("#addresses .tag.confirmed")) == 1
    assert page.one(".btn.go").text_content().strip() == "Add Address"


def test_the_name_to_be_called_by_stands_there_only_when_there_is_one(app, browser, patient):
    assert "Preferred name" not in browser(patient).get(PROFILE)
    assert "Preferred name Mari " in browser(a_patient(preferred="Mari")).get(PROFILE)


def test_somebody_without_an_address_is_told_what_to_do(app, browser):
    person = accounts.a_person()
    made = accounts.an_account(person)
    page = browser(Patient(person, made.account_id, made.username, made.password)).get(PROFILE)
    assert "You have no address here yet." in page


@pytest.mark.parametrize("path", ["", "/about", "/addresses", "/addresses/new"])
def test_one_statement_reads_it_all(browser, patient, path):
    me = browser(patient)
    with statements() as ran:
        me.get(PROFILE + path)
    assert len(ran) <= 3, ran  # who it is, the profile, the audit row


def test_parts_of_it_come_alone_for_htmx(browser, patient):
    me = browser(patient)
    assert me.get(PROFILE, htmx=True).root[0].get("id") == "about"
    assert me.get(f"{PROFILE}/addresses", htmx=True).root[0].get("id") == "addresses"


def test_a_zone_outside_the_list_is_named_and_kept(app, browser):
    someone = a_patient(time_zone="America/Detroit", birth_date=date(2000, 2, 29))
    me = browser(someone)
    assert "February 29, 2000" in me.get(PROFILE)
    page = me.get(f"{PROFILE}/about")
    assert page.one("#time_zone option[selected]").get("value") == "America/Detroit"
    me.submit(page, "#about form", given="Anna")
    assert me.get(f"{PROFILE}/about").one("#time_zone option[selected]").get("value") == "America/Detroit"


def test_nobody_looks_without_signing_in(browser):
    answer = browser()._send("get", PROFILE)
    assert answer.status_code == 303
    assert "/sign_in/" in answer.headers["Location"]


def test_another_persons_profile_does_not_exist(app, browser, patient, stranger):
    other = database.session().get_one(Person, patient.person_id).public_id
    database.session().rollback()
    browser(stranger).get(f"/{other}/accounts/profile", 404)


def test_all_pages_of_settings_are_listed_for_screens_without_room(browser, patient):
    """The row of tabs and the way to this list are both in the page; the stylesheet shows one of them."""
    me = browser(patient)
    page = me.get(PROFILE)
    tabs = [one.get("href") for one in page.css(".tabs.many a")]
    listed = me.get(page.one(".narrow a").get("href"))
    assert [one.get("href") for one in listed.css("main .rows h2 a")] == tabs and len(tabs) > 4

"""The link of an invitation: a sign-in is set up, and is there only when a code of its app was right (OFF-1)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pyotp
import pytest

from portal.domain.accounts.enrolling import totp_secret_of
from portal.kernel import clock
from tests.factories import practices
from tests.people import staff_of
from tests.practices.conftest import link_in
from tests.practices.office_rows import invitations_of, member_row, place_of
from tests.practices.test_invite_staff import invite

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
CHOSEN = {"username": "Bo.Day", "password": "copper ferry window", "again": "copper ferry window"}


@pytest.fixture
def link(browser, administrator, posted):
    """Where Bo, who was asked to work at the front desk, is led to."""
    invite(browser(administrator), administrator)
    return link_in(posted()[0])


def secret_on(page):
    return page.one("p.code").text_content().replace(" ", "").strip()


def code_of(page, minutes=0):
    return pyotp.TOTP(secret_on(page)).at(clock.now() + timedelta(minutes=minutes))


@both_ways
def test_somebody_new_sets_up_their_sign_in(browser, administrator, link, htmx):
    bo = browser(htmx=htmx)
    page = bo.submit(bo.get(link), **CHOSEN)
    assert page.css("svg[role=img]") and len(secret_on(page)) == 32
    assert member_row("bo.day") is None, "not before the app was tried"
    code = code_of(page)
    assert "You are set up" in bo.submit(page, code=code)
    member = member_row("bo.day")
    assert (member.state, member.given, member.email) == ("active", "Bo", "Bo.Dayton@example.com")
    assert place_of(administrator.office_id, member.id) == ("front_desk", True)
    (row,) = invitations_of(administrator.office_id)
    assert (row.state, row.accepted_by, row.password_hash, row.authenticator) == ("accepted", member.id, None, None)

    page = bo.submit(bo.get("/sign_in/office"), username="bo.day", password=CHOSEN["password"])
    bo.submit(page, status=422, code=code)  # used for the set-up
    clock.shift(timedelta(seconds=31))
    page = bo.submit(page, code=pyotp.TOTP(_secret(member)).at(clock.now()))
    assert "Signed in as Bo Dayton, front desk" in page


def _secret(member):
    return totp_secret_of(member.username_key, member.data_key, member.authenticator)


def test_opening_the_link_uses_nothing_up(browser, link):
    for _ in range(3):
        assert "Set up your sign-in" in browser().get(link)
    assert browser()._send("head", link).status_code == 200


def test_a_wrong_code_makes_nobody(browser, link):
    bo = browser()
    page = bo.submit(bo.get(link), **CHOSEN)
    for code in ("000000", "", code_of(page, minutes=5)):
        bo.submit(page, status=422, code=code)
    assert member_row("bo.day") is None
    bo.submit(page, code=code_of(page))
    assert member_row("bo.day") is not None


@pytest.mark.parametrize(
    "typed,why",
    [
        ({"password": "short", "again": "short"}, "That is too short."),
        ({"again": "something else here"}, "The two passwords are not the same."),
        ({"username": "b"}, "Use 3 to 64 letters"),
        ({"username": "bo day"}, "Use 3 to 64 letters"),
        ({"username": ""}, "Type the username that you want."),
        ({"password": "dayton bo dayton", "again": "dayton bo dayton"}, "Others could guess that"),
        ({"password": "x" * 300, "again": "x" * 300}, "That is too long."),
    ],
)
def test_what_can_not_be_chosen_says_why(browser, link, typed, why):
    bo = browser()
    answer = bo.submit(bo.get(link), status=422, **CHOSEN | typed)
    assert why in answer.one(".problem").text_content()
    assert not answer.css("input[type=password][value]")


def test_a_username_is_given_once(browser, administrator, link):
    bo = browser()
    answer = bo.submit(bo.get(link), status=422, **CHOSEN | {"username": administrator.username.upper()})
    assert "Somebody else has that username." in answer


def test_a_username_that_was_taken_meanwhile(browser, administrator, link, posted):
    invite(browser(administrator), administrator, email="another@example.com")
    other_link, bo, other = link_in(posted()[0]), browser(), browser()
    mine, theirs = bo.submit(bo.get(link), **CHOSEN), other.submit(other.get(other_link), **CHOSEN)
    other.submit(theirs, code=code_of(theirs))
    answer = bo.submit(mine, status=422, code=code_of(mine))
    assert "Somebody else has that username." in answer
    page = bo.submit(answer, **CHOSEN | {"username": "bo.two"})
    bo.submit(page, code=code_of(page))
    assert member_row("bo.two") is not None


def test_choosing_again_makes_another_key(browser, link):
    bo = browser()
    first = bo.submit(bo.get(link), **CHOSEN)
    second = bo.submit(bo.get(link), **CHOSEN | {"username": "bo.again"})
    assert secret_on(first) != secret_on(second)
    bo.submit(second, code=code_of(second))
    assert member_row("bo.again") is not None and member_row("bo.day") is None


def test_the_second_page_alone_leads_back_to_the_first(browser, link):
    bo = browser()
    assert bo.get(f"{link}/authenticator", 303).headers["Location"] == link


def test_a_link_works_for_seven_days(browser, link):
    clock.shift(timedelta(days=7) - timedelta(seconds=5))
    browser().get(link)
    clock.shift(timedelta(days=7) + timedelta(seconds=5))
    page = browser().get(link, 409)
    assert "worked for 7 days" in page and "800-555-0100" in page


def test_a_link_works_once(browser, link):
    bo = browser()
    page = bo.submit(bo.get(link), **CHOSEN)
    bo.submit(page, code=code_of(page))
    again = browser()
    assert "was used before" in again.get(link, 409)
    again.get(f"{link}/authenticator", 409)
    bo.submit(page, status=409, code=code_of(page))


def test_a_link_that_nobody_was_sent(browser, link):
    for url in ("/practices/join/x", f"/practices/join/{'a' * 43}", f"/practices/join/{'a' * 43}/authenticator"):
        browser().get(url, 404)


@both_ways
def test_who_works_elsewhere_takes_it_with_the_sign_in_that_they_have(browser, office, link, htmx):
    elsewhere = practices.an_office("Harbor Point Medical")
    ferris = staff_of(elsewhere, "billing")
    me = browser(ferris, htmx=htmx)
    page = me.get(link)
    assert "You are signed in as Dana Whitlock" in page
    chosen = me.submit(page)
    assert {link.text for link in chosen.css("main li a")} == {"Harbor Point Medical", "Larkfield Family Clinic"}
    assert place_of(office.id, ferris.staff_id) == ("front_desk", True)
    assert place_of(elsewhere.id, ferris.staff_id) == ("billing", True)
    me.get(f"/office/{office.public_id}/")


def test_who_works_elsewhere_and_is_not_signed_in_is_led_back_after_it(browser, link):
    page = browser().get(link)
    (way,) = [a.get("href") for a in page.css("main a") if "already" in a.text_content()]
    assert way == f"/sign_in/office?next={quote(link)}"


def test_taking_it_without_being_signed_in_leads_to_the_sign_in(browser, link):
    made = browser()
    form = made.get(link).form()
    form.set("action", f"{link}/accept")
    assert "Office sign in" in made.submit(form)


def test_who_works_here_already_keeps_their_role(browser, office, administrator, link):
    me = browser(administrator)
    assert "You work in this office already." in me.submit(me.get(link), status=409)
    assert place_of(office.id, administrator.staff_id) == ("administrator", True)


def test_a_patient_who_is_signed_in_gets_the_same_page_as_anybody(browser, patient, link):
    assert "Set up your sign-in" in browser(patient).get(link)

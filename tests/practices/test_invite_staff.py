"""Somebody is asked by email to work in an office, and again, and not any more (OFF-1)."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from portal.kernel import clock
from tests.factories import practices
from tests.people import staff_of
from tests.practices.conftest import link_in
from tests.practices.office_rows import deeds_of, invitations_of

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
BO = {"given": "Bo", "family": "Dayton", "email": "Bo.Dayton@Example.com", "role": "front_desk"}


def staff_page(who, rest=""):
    return f"/office/{who.place}/staff/{rest}"


def invite(browser, who, status=200, **changed):
    return browser.submit(browser.get(staff_page(who, "invite")), "main form.flow", status, **BO | changed)


@both_ways
def test_an_administrator_asks_somebody(browser, administrator, posted, htmx):
    listing = invite(browser(administrator, htmx=htmx), administrator)
    assert "Bo Dayton" in listing and "The link works until" in listing
    (letter,) = posted()
    assert letter.to == "Bo.Dayton@example.com" and "Larkfield Family Clinic asks you to join" in letter.body
    assert "7 days" in letter.body and link_in(letter)
    (row,) = invitations_of(administrator.office_id)
    assert (row.state, row.role, row.expires_at - row.sent_at) == ("waiting", "front_desk", timedelta(days=7))
    assert link_in(letter).rsplit("/", 1)[1].encode() not in row.token_hash, "only the hash is kept"
    assert deeds_of(administrator) == ["staff.invited"]


def test_in_spanish_too(browser, administrator, posted):
    invite(browser(administrator), administrator, language="es")
    assert "le pide que se una a su personal" in posted()[0].body


@pytest.mark.parametrize(
    "field,typed",
    [("given", ""), ("email", "bo"), ("email", ""), ("role", "operator"), ("role", None), ("language", "fr")],
)
def test_what_is_wrong_is_said_and_nobody_is_asked(browser, administrator, field, typed):
    answer = invite(browser(administrator), administrator, 422, **{field: typed})
    assert answer.css(".problem li") and not invitations_of(administrator.office_id)


def test_who_works_here_is_not_asked(browser, administrator, office):
    colleague = staff_of(office, "billing")
    answer = invite(browser(administrator), administrator, 409, email=f"{colleague.username}@EXAMPLE.com")
    assert "works in your office already" in answer and not invitations_of(office.id)


def test_a_new_invitation_makes_the_old_one_void(browser, administrator, posted):
    me = browser(administrator)
    listing = invite(me, administrator)
    old = link_in(posted()[0])
    me.submit(listing, "form[action$=again]")
    new = link_in(posted()[0])
    assert new != old
    assert "does not work any more" in browser().get(old, 409)
    assert "Set up your sign-in" in browser().get(new)
    assert [row.state for row in invitations_of(administrator.office_id)] == ["void", "waiting"]


def test_asking_the_same_address_again_makes_the_old_one_void(browser, administrator, posted):
    me = browser(administrator)
    invite(me, administrator)
    invite(me, administrator, email="bo.dayton@example.com", role="billing")
    assert [(row.state, row.role) for row in invitations_of(administrator.office_id)] == [
        ("void", "front_desk"),
        ("waiting", "billing"),
    ]


def test_an_invitation_is_taken_back(browser, administrator, posted):
    me = browser(administrator)
    listing = invite(me, administrator)
    assert "Bo Dayton" not in me.submit(listing, "form[action$=take_back]")
    browser().get(link_in(posted()[0]), 409)
    assert deeds_of(administrator)[-1] == "staff.invitation_withdrawn"


def test_a_step_that_gives_a_place_asks_for_the_password_once_more(browser, administrator):
    me = browser(administrator)
    page = me.get(staff_page(administrator, "invite"))
    clock.shift(timedelta(minutes=6))
    assert "/sign_in/again" in me.get(staff_page(administrator, "invite"), 303).headers["Location"]
    again = me.submit(page, "main form.flow", **BO)
    assert "Is it you?" in again and not invitations_of(administrator.office_id)
    code = pyotp.TOTP(administrator.totp_secret).at(clock.now())
    back = me.submit(again, password=administrator.password, code=code)
    assert dict(back.form("main form.flow").form_values())["email"] == BO["email"], "what was typed is kept"
    me.submit(back, "main form.flow")
    assert len(invitations_of(administrator.office_id)) == 1


def test_the_operator_asks_from_inside(browser, operator, office):
    me = browser(operator)
    me.submit(me.get(f"/office/{office.public_id}/staff/invite"), "main form.flow", **BO)
    assert len(invitations_of(office.id)) == 1


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing"])
def test_who_does_not_run_the_office_asks_nobody(browser, office, role):
    me = browser(staff_of(office, role))
    for url in ("", "invite"):
        me.get(f"/office/{office.public_id}/staff/{url}", 404)


def test_another_offices_invitations_do_not_exist(browser, administrator, office):
    elsewhere = practices.an_office("Harbor Point Medical")
    other = staff_of(elsewhere, "administrator")
    invite(browser(other), other)
    (row,) = invitations_of(elsewhere.id)
    me = browser(administrator)
    form = me.submit(me.get(staff_page(administrator, "invite")), "main form.flow", **BO).form("form[action$=again]")
    for deed in ("again", "take_back"):
        form.set("action", staff_page(administrator, f"invitations/{row.public_id}/{deed}"))
        me.submit(form, status=404)
    assert [one.state for one in invitations_of(elsewhere.id)] == ["waiting"]

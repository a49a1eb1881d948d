"""Before a step that could hurt somebody says once more that it is them: with all the steps of their sign-in (A23)."""

from __future__ import annotations

import json
from datetime import timedelta

import pyotp
import pytest

from portal.kernel import clock
from tests.factories.security import a_passkey, a_second_step
from tests.security.device import Device
from tests.security.traces import account, told

EMAIL, PASSKEYS = "/me/sign_in/email", "/me/sign_in/passkeys/"
both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def later(made, minutes=6):
    """The question, which comes back to the form of a new email."""
    clock.shift(timedelta(minutes=minutes))
    return made.get(made.get(EMAIL, status=303).headers["Location"])


def code_of(secret):
    return pyotp.TOTP(secret).at(clock.now())


def cookie(made):
    return made.client.get_cookie("sid").value


def options_of(page):
    return json.loads(page.one("[data-passkey]").get("data-passkey"))


@both
def test_the_password_is_enough_where_it_is_the_only_step(browser, patient, htmx):
    me = browser(patient, htmx=htmx)
    form, before = me.get(EMAIL, htmx=htmx), cookie(me)
    clock.shift(timedelta(minutes=6))
    page = me.submit(form, "#signing-in form", 204 if htmx else 200, email="mara@example.org")
    page = me.get(page.headers["HX-Redirect"]) if htmx else page
    assert not page.css("[name=code]") and "Use a passkey" not in page
    assert "not your password" in me.submit(page, status=422, password="wrong wrong wrong")
    page = me.submit(page, password=patient.password)
    assert page.one("[name=email]").get("value") == "mara@example.org", "what was typed is kept"
    assert cookie(me) != before, "SECURITY A18"


def test_with_a_second_step_both_are_asked_for(browser, patient):
    step = a_second_step(patient.account_id)
    me = browser(patient)
    page = later(me)
    me.submit(page, status=422, password=patient.password)
    me.submit(page, status=422, code=code_of(step.secret))
    assert "That code is not right" in me.submit(page, status=422, password=patient.password, code="000000")
    code = code_of(step.secret)
    assert "not your password" in me.submit(page, status=422, password="wrong wrong wrong", code=code)
    assert me.submit(page, password=patient.password, code=code).url == EMAIL, "only what opened something is used up"


def test_a_code_opens_one_thing(browser, patient):
    step = a_second_step(patient.account_id)
    me, other = browser(patient), browser(patient)
    pages = [later(one) for one in (me, other)]
    code = code_of(step.secret)
    me.submit(pages[0], password=patient.password, code=code)
    assert "used before" in other.submit(pages[1], status=422, password=patient.password, code=code)


def test_a_recovery_code_does_it_without_the_phone(browser, patient):
    step = a_second_step(patient.account_id)
    me = browser(patient)
    page = later(me)
    (link,) = [one.get("href") for one in page.css("main a") if "printed=1" in one.get("href")]
    page = me.get(link)
    assert "recovery codes that you printed" in page
    assert me.submit(page, password=patient.password, code=step.codes[0]).url == EMAIL
    assert told()[-1] == "recovery_code_used"


def test_staff_show_their_code_too(browser, administrator):
    me, place = browser(administrator), f"/office/{administrator.place}/staff/invite"
    clock.shift(timedelta(minutes=6))
    page = me.get(me.get(place, status=303).headers["Location"])
    assert not [one for one in page.css("main a") if "printed" in one.get("href")]
    me.submit(page, status=422, password=administrator.password)
    code = code_of(administrator.totp_secret)
    assert me.submit(page, password=administrator.password, code=code).url == place


def test_the_second_step_is_not_turned_off_with_the_password_alone(browser, patient):
    a_second_step(patient.account_id)
    me, off = browser(patient), "/me/sign_in/second_step/off"
    page = me.get(off)
    clock.shift(timedelta(minutes=6))
    assert "Is it you?" in me.submit(page, password=patient.password)
    me.get(off, status=303)
    assert account(patient).authenticator


def test_a_passkey_is_both(browser, patient):
    device, me = Device(), browser(patient)
    page = me.submit(me.get(PASSKEYS), "#main section form[action$='passkeys/']", name="My phone")
    me.submit(page, "[data-passkey]", credential=device.make(options_of(page)))
    a_second_step(patient.account_id)
    page = me.submit(later(me), "form[action$=begin]")
    assert "Is it you?" in page and patient.username not in page.source
    before = cookie(me)
    assert me.submit(page, "[data-passkey]", credential=device.sign(options_of(page))).url == EMAIL
    assert cookie(me) != before


def test_somebody_elses_passkey_says_nothing_of_this_person(browser, patient, stranger):
    device, foe = Device(), browser(stranger)
    page = foe.submit(foe.get(PASSKEYS), "#main section form[action$='passkeys/']", name="My phone")
    foe.submit(page, "[data-passkey]", credential=device.make(options_of(page)))
    a_passkey(patient.account_id)
    me = browser(patient)
    page = me.submit(later(me), "form[action$=begin]")
    page = me.submit(page, "[data-passkey]", 422, credential=device.sign(options_of(page)))
    assert "does not open an account" in page
    me.get(EMAIL, status=303)


def test_what_was_not_begun_leads_back_to_the_question(browser, patient):
    me = browser(patient)
    later(me)
    assert me.get("/sign_in/again/passkey?next=/me/", 303).headers["Location"] == "/sign_in/again?next=/me/"


@pytest.mark.parametrize("place", ["/sign_in/again", "/sign_in/again/passkey"])
def test_who_is_not_signed_in_is_led_to_the_doorway(browser, place):
    assert browser().get(place, 303).headers["Location"].startswith("/sign_in/")


def test_it_leads_nowhere_else(browser, patient):
    me = browser(patient)
    page = me.get("/sign_in/again?next=https://evil.example/")
    assert me.submit(page, password=patient.password).url in {"/", "/me/"}

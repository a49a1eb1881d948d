"""A patient switches the second step on, signs in with it, uses printed codes, and switches it off (ACC-1, ACC-4)."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from portal.domain.notifications.models import Receipt
from portal.domain.sign_in import actions
from portal.domain.sign_in.actions import Try
from portal.domain.sign_in.models import RecoveryCode
from portal.kernel import clock, database
from tests.factories.security import a_second_step
from tests.security.traces import account, events_of, open_sessions, told

URL = "/me/sign_in/second_step/"
both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def now_of(secret, minutes=0):
    return pyotp.TOTP(secret).at(clock.now() + timedelta(minutes=minutes))


def set_up(me):
    """As far as the picture; the secret that stands below it."""
    page = me.submit(me.get(URL))
    return page, page.one("b.num").text_content().replace(" ", "")


def switch_on(me):
    page, secret = set_up(me)
    page = me.submit(page, code=now_of(secret))
    return secret, [one.text_content() for one in page.css("ol.num li")]


def enter(browser, who, status=200, **typed):
    """The first step; the page after it."""
    made = browser()
    typed = {"username": who.username, "password": who.password} | typed
    return made, made.submit(made.get("/sign_in/"), status=status, **typed)


@both
def test_it_is_on_once_a_code_of_the_app_came_back(browser, patient, htmx):
    other, me = browser(patient), browser(patient, htmx=htmx)
    page, secret = set_up(me)
    assert page.css("svg[role=img]") and account(patient).authenticator is None
    enter(browser, patient)[0].get("/me/")
    page = me.submit(page, code=now_of(secret))
    assert len(page.css("ol.num li")) == 10 and "We cannot show them again" in page
    assert account(patient).authenticator and secret.encode() not in account(patient).authenticator
    other.get("/me/", status=303)
    page = me.get("/me/sign_in/security")
    assert "On. An app on your phone." in page
    assert events_of(patient) == ["second_step.on"] and told()[-1] == "second_step_on"


def test_a_wrong_first_code_turns_nothing_on(browser, patient):
    me = browser(patient)
    page, secret = set_up(me)
    assert "That code is not right" in me.submit(page, status=422, code="000000")
    me.submit(page, status=422, code=now_of(secret, minutes=-5))
    assert account(patient).authenticator is None and events_of(patient) == []


def test_the_page_that_shows_the_codes_goes_on_with_the_new_token(browser, patient):
    me = browser(patient)
    page, secret = set_up(me)
    page = me.submit(page, code=now_of(secret))
    out = me.post("/sign_in/out", dict(page.form(".who form").form_values()), 303)
    assert "why=out" in out.headers["Location"]


def test_the_codes_are_kept_as_slow_hashes_only(browser, patient):
    """SECURITY A14. Neither the rows nor the receipt's answer say them."""
    _, codes = switch_on(browser(patient))
    with database.apart() as session:
        kept = session.scalars(select(RecoveryCode.code_hash)).all()
        answers = session.scalars(select(Receipt.answer).where(Receipt.deed == "security_second_step.turn_on")).all()
    assert len(set(codes)) == len(set(kept)) == 10 and all("$m=8,t=1" in one for one in kept)
    assert answers == [None]
    assert all(len(code.replace("-", "")) == 16 for code in codes)


def test_the_same_form_again_says_that_it_was_sent(browser, patient):
    me = browser(patient)
    form = me.get(URL)
    me.submit(form)
    assert "/second_step/app" in me.submit(form).url


def test_after_the_password_the_code_is_asked_for(browser, patient):
    secret = a_second_step(patient.account_id).secret
    made, page = enter(browser, patient)
    assert page.url == "/sign_in/code" and not page.css("a[href*=office]")
    assert made.submit(page, code=now_of(secret)).url == "/me/"


def test_the_way_that_was_asked_for_opens_after_both_steps(browser, patient):
    secret = a_second_step(patient.account_id).secret
    made = browser()
    page = made.get(made.get("/me/address_book/", status=303).headers["Location"])
    page = made.submit(page, username=patient.username, password=patient.password)
    page = made.submit(page, status=422, code="000000")
    assert made.submit(page, code=now_of(secret)).url == "/me/address_book/"


def test_a_printed_code_opens_once_and_is_told(browser, patient):
    step = a_second_step(patient.account_id)
    made, page = enter(browser, patient)
    page = made.get(page.one("main p a[href*=printed]").get("href"))
    page = made.submit(page, code=step.codes[3].lower().replace("-", " "))
    assert page.url == "/me/"
    assert told() == ["recovery_code_used"] and events_of(patient) == ["recovery_code.used"]
    assert "9 codes are left" in made.get(URL)
    again, page = enter(browser, patient)
    assert "was used before" in again.submit(again.get("/sign_in/code?printed=1"), status=422, code=step.codes[3])
    assert "not one of your recovery codes" in again.submit(
        again.get("/sign_in/code?printed=1"), status=422, code="X" * 16
    )


def test_somebody_elses_printed_code_is_none(browser, patient, stranger):
    a_second_step(patient.account_id)
    theirs = a_second_step(stranger.account_id)
    made, page = enter(browser, patient)
    made.submit(page, status=422, code=theirs.codes[0])
    made.submit(page, status=422, code=now_of(theirs.secret))


def test_a_code_works_once(browser, patient):
    """SECURITY N11."""
    secret = a_second_step(patient.account_id).secret
    code = now_of(secret)
    made, page = enter(browser, patient)
    made.submit(page, code=code)
    again, page = enter(browser, patient)
    assert "used before" in again.submit(page, status=422, code=code)


def test_the_sixth_wrong_code_makes_one_wait_and_a_printed_one_too(browser, patient):
    """SECURITY A8, N10: the app and the paper share one count."""
    step = a_second_step(patient.account_id)
    made, page = enter(browser, patient)
    for _ in range(5):
        page = made.submit(page, status=422, code="000000")
    page = made.submit(page, status=429, code=now_of(step.secret))
    assert "too many tries" in page and int(page.headers["Retry-After"]) > 0
    made.submit(page, status=429, code=step.codes[0])
    clock.shift(timedelta(minutes=5, seconds=1))
    assert made.submit(page, code=now_of(step.secret)).url == "/me/"


def test_right_codes_do_not_use_up_the_tries(browser, patient):
    step = a_second_step(patient.account_id)
    for code in step.codes[:7]:
        made, page = enter(browser, patient)
        made.submit(page, code=code)


def test_who_has_the_password_alone_pushes_nobody_out(browser, patient):
    step = a_second_step(patient.account_id)
    owner, page = enter(browser, patient)
    owner.submit(page, code=now_of(step.secret))
    attempt = Try("patient", "", "", "127.0.0.1", "127.0.0.0/24", None, "tests")
    for _ in range(12):
        with database.writing():
            actions.open_session(patient.actor, attempt, awaiting_code=True)
    owner.get("/me/")


def test_new_codes_take_the_place_of_the_old_ones(browser, patient):
    step = a_second_step(patient.account_id)
    me = browser(patient)
    page = me.submit(me.get(URL), "#main form[action$=codes]")
    codes = [one.text_content() for one in page.css("ol.num li")]
    assert len(codes) == 10 and not set(codes) & set(step.codes)
    assert events_of(patient) == ["recovery_codes.made"] and told() == ["recovery_codes_made"]
    made, page = enter(browser, patient)
    made.submit(page, status=422, code=step.codes[0])
    assert made.submit(page, code=codes[0]).url == "/me/"


@both
def test_it_is_turned_off_with_the_password(browser, patient, htmx):
    a_second_step(patient.account_id)
    other, me = browser(patient), browser(patient, htmx=htmx)
    page = me.get(URL + "off")
    assert "not your password" in me.submit(page, status=422, password="wrong wrong wrong")
    me.submit(page, password=patient.password)
    assert account(patient).authenticator is None and events_of(patient) == ["second_step.off"]
    assert told()[-1] == "second_step_off" and len(open_sessions(patient)) == 1
    other.get("/me/", status=303)
    assert enter(browser, patient)[1].url == "/me/"
    with database.apart() as session:
        assert not session.scalars(select(RecoveryCode)).all()


def test_a_password_that_is_too_short_alone_must_grow_first(browser, patient):
    """SECURITY A1: twelve letters are enough with a second step only."""
    a_second_step(patient.account_id)
    me, short = browser(patient), "twelve short"
    me.submit(me.get("/me/sign_in/password"), "#signing-in form", current=patient.password, new=short, again=short)
    page = me.submit(me.get(URL + "off"), status=409, password=short)
    assert "needs 15 letters or more" in page and account(patient).authenticator


@pytest.mark.parametrize("place", ["", "codes"])
def test_setting_up_and_new_codes_need_a_fresh_password(browser, patient, place):
    """SECURITY A23."""
    if place:
        a_second_step(patient.account_id)
    me = browser(patient)
    page = me.get(URL)
    clock.shift(timedelta(minutes=6))
    assert "Is it you?" in me.submit(page, f"#main form[action='{URL}{place}']")
    me.get(URL + "app", status=303)


def test_what_is_off_has_no_codes_and_no_app(browser, patient):
    me = browser(patient)
    me.get(URL + "app", status=404)
    assert "off already" in me.get(URL + "off")

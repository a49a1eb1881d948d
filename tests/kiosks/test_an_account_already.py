"""Somebody with an account at a kiosk: they sign in to it there, and the chart joins that account (ENR-6)."""

from __future__ import annotations

from datetime import date

import pyotp
import pytest

from portal.domain.accounts.models import Account
from portal.domain.audit.models import AuditEntry
from portal.domain.connections.models import Connection
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.kiosks.models import KioskSession
from portal.domain.sign_in import rules, throttles
from portal.domain.sign_in.models import SignInSession
from portal.kernel import clock
from tests.factories import accounts, enrollment
from tests.factories.enrollment import chart_of
from tests.journeys.stored import rows
from tests.kiosks import counter
from tests.kiosks.counter import BORN
from tests.people import Patient
from tests.recovery.test_reset_password import turn_on_second_step

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def somebody(born=date(1968, 9, 3), **account):
    """A person with an account and no connection here."""
    person = accounts.a_person(given="Clementine", family="Ashgrove", birth_date=born)
    made = accounts.an_account(person, **account)
    return Patient(person, made.account_id, made.username, made.password)


@pytest.fixture
def owner(app):
    """The account of whom the chart is about."""
    return somebody()


@pytest.fixture
def at_login(device, sent):
    """The kiosk, where a user name is asked for."""
    counter.start(device)
    counter.answer(device, **BORN)
    counter.prove_phone(device)
    return device


def say_name(device, username):
    link = next(one for one in device.page.css("#step a.btn") if "have an account already" in one.text_content())
    device.get(link.get("href"))
    return counter.answer(device, username=username)


@both_ways
def test_the_chart_joins_the_account(browser, front_desk, chart, at_login, owner, sent, htmx):
    page = say_name(at_login, owner.username)
    assert page.url == "/kiosk/account_password" and owner.username in page
    page = counter.answer(at_login, password=owner.password)
    assert "All set, Clementine" in page and owner.username in page
    assert chart_of(chart.id).person_id == owner.person_id
    assert len(rows(Connection, chart_id=chart.id, person_id=owner.person_id)) == 1
    assert len(rows(Account)) == 1 and not rows(SignInSession, account_id=owner.account_id)
    theirs = {one.event for one in rows(AuditEntry, chain="person", subject_id=owner.person_id)}
    assert {"enrollment.joining", "enrollment.papers.passport"} <= theirs
    desk = browser(front_desk, htmx=htmx)
    assert "Done" in desk.get(counter.session_url(sent))
    assert "Larkfield" in browser(owner).get("/me/connections/")


def test_the_second_step_is_asked_for(at_login, owner, chart):
    secret = turn_on_second_step(owner)
    say_name(at_login, owner.username)
    page = counter.answer(at_login, password=owner.password)
    assert page.url == "/kiosk/account_code" and not rows(Connection)
    assert "That code is not right" in counter.answer(at_login, code="000000")
    assert "All set" in counter.answer(at_login, code=pyotp.TOTP(secret).at(clock.now()))
    assert chart_of(chart.id).person_id == owner.person_id


def test_a_wrong_name_and_a_wrong_password_get_the_same_words(at_login, owner):
    told = []
    for username, password in ((owner.username, "no"), ("nobody.at.all", owner.password)):
        say_name(at_login, username)
        page = counter.answer(at_login, password=password)
        told.append(page.one(".problem").text_content())
        assert page.url == "/kiosk/account_password" and not page.one("input[name=password]").get("value")
        at_login.get("/kiosk/login?again=1")
    assert "is not right" in told[0] and told[0] == told[1]


def test_after_too_many_tries_from_elsewhere_the_way_out_is_one_that_is_there(at_login, owner):
    everywhere = (f"cap:patient:{owner.username}:unknown", rules.UNKNOWN_DEVICES)
    for _ in range(rules.UNKNOWN_DEVICES.most):
        throttles.take_a_try([everywhere], clock.now())
    say_name(at_login, owner.username)
    page = counter.answer(at_login, password=owner.password)
    assert "ask the front desk" in page and "below" not in page.one(".problem").text_content()


def test_the_account_of_somebody_else(at_login, chart):
    other = somebody(born=date(1990, 1, 1))
    say_name(at_login, other.username)
    assert "This account is for another person" in counter.answer(at_login, password=other.password)
    assert chart_of(chart.id).person_id is None and not rows(Connection)


def test_an_account_that_waits_for_its_code(at_login):
    waiting = somebody(state="waiting")
    say_name(at_login, waiting.username)
    assert "Activate it with the code from your email" in counter.answer(at_login, password=waiting.password)
    assert rows(Account, id=waiting.account_id)[0].state == "waiting"


def test_a_new_account_after_all(at_login, owner):
    turn_on_second_step(owner)
    say_name(at_login, owner.username)
    counter.answer(at_login, password=owner.password)
    at_login.get("/kiosk/login?again=1")
    counter.choose_login(at_login)
    assert rows(EnrollmentRun)[0].awaited_account_id is None
    assert "All set" in counter.prove_email(at_login)
    assert len(rows(Account)) == 2


def test_whom_the_portal_knows_by_the_chart_signs_in_and_makes_no_second_account(
    browser, front_desk, office, kiosk, device, owner
):
    """Staff are told before they send; the kiosk asks for the account alone."""
    chart = enrollment.a_chart(office.id, person_id=owner.person_id)
    desk = browser(front_desk)
    assert "has an account in this portal" in desk.get(f"/office/{front_desk.office}/kiosks/send/{chart.public_id}")
    counter.send(desk, front_desk, chart, kiosk)
    counter.start(device)
    counter.answer(device, **BORN)
    page = counter.prove_phone(device)
    assert page.url == "/kiosk/account" and "I have no account" not in page
    assert device._send("get", "/kiosk/login?again=1").headers["Location"] == "/kiosk/account"
    counter.answer(device, username=owner.username)
    assert "All set" in counter.answer(device, password=owner.password)


def test_afterwards_the_kiosk_is_wiped_and_start_over_leaves_nothing(at_login, owner):
    turn_on_second_step(owner)
    say_name(at_login, owner.username)
    counter.answer(at_login, password=owner.password)
    counter.press(at_login, "start-over")
    run = rows(EnrollmentRun)[0]
    assert (run.awaited_account_id, run.account_id, run.way) == (None, None, "in_person")
    assert rows(KioskSession)[0].draft is None
    counter.start(at_login)
    counter.answer(at_login, **BORN)
    assert "Choose your username" in counter.prove_phone(at_login)
    say_name(at_login, owner.username)
    secret = turn_on_second_step(owner)
    counter.answer(at_login, password=owner.password)
    assert "All set" in counter.answer(at_login, code=pyotp.TOTP(secret).at(clock.now()))
    assert "Clear-Site-Data" in at_login._send("get", "/kiosk/over").headers


def test_from_home_no_password_of_an_account_is_taken(browser, device, sent, owner):
    """Before the phone is proven the page is not there, and its address does nothing."""
    counter.start(device)
    counter.answer(device, **BORN)
    assert device._send("get", "/kiosk/account?again=1").headers["Location"].startswith("/kiosk/phone")
    fields = dict(device.get("/kiosk/phone").form("#step").form_values()) | {"password": owner.password}
    device.post("/kiosk/account_password", fields, status=303)
    assert not rows(Connection) and rows(EnrollmentRun)[0].account_id is None
    assert browser()._send("get", "/kiosk/account").headers["Location"] == "/kiosk/pair"

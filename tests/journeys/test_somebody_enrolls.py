"""In for the first time: by the link of an email, with the code of a letter, by oneself. In three browsers."""

from __future__ import annotations

import re

import pytest

from portal.domain.accounts.models import Account
from portal.domain.connections.models import Connection
from tests.enrollment import conftest as enrollment_fixtures
from tests.enrollment.trip import PASSWORD
from tests.factories import enrollment, practices
from tests.journeys.stored import deeds_of, rows
from tests.journeys.test_somebody_gets_back_in import arrived

assert arrived
chart, desk = enrollment_fixtures.chart, enrollment_fixtures.desk
_SIX, _TEN = re.compile(r"\b\d{6}\b"), re.compile(r"\b[0-9A-HJKMNP-TV-Z]{10}\b")


@pytest.fixture
def office(app):
    found = practices.an_office(enrolls_by_invitation=True, enrolls_openly=True)
    practices.a_provider(found.id)
    return found


def code_in(arrived, channel, found=_SIX):
    """The newest code that came by a channel."""
    newest = [one for one in arrived() if one.channel == channel and one.message == "code"][-1]
    (code,) = newest.words.codes
    assert found.fullmatch(code)
    return code


def says_who(visitor):
    visitor.sees("Tell us who you are")
    visitor.fill("Date of birth", "09/03/1968")
    visitor.fill("ZIP code", "00101")
    visitor.press("Go on")


def proves_phone(visitor, arrived, way="By text message", channel="sms"):
    visitor.sees("ends in 70")
    visitor.tick(way)
    visitor.press("Send code")
    visitor.sees("6 numbers")
    visitor.fill("Code from your phone", code_in(arrived, channel))
    visitor.press("Go on")


def chooses(visitor, username):
    visitor.sees("Make your username and password")
    visitor.fill("Username", username)
    visitor.fill("Password", PASSWORD)
    visitor.fill("Type it again", PASSWORD)
    visitor.press("Go on")


def proves_email(visitor, arrived):
    visitor.sees("Check your email")
    visitor.press("Send code")
    visitor.sees("10 letters and numbers")
    visitor.fill("Code from your email", code_in(arrived, "email", _TEN))
    visitor.press("Go on")


def signs_in(visitor, username):
    visitor.follow("Sign in")
    visitor.fill("Username", username)
    visitor.fill("Password", PASSWORD)
    visitor.press("Sign in")
    visitor.sees("For you today")


def test_by_the_link_of_an_email(visitor, office, chart, desk, arrived):
    enrollment.invited(desk, chart, "email")
    (mail,) = arrived()
    assert mail.words.to == "clementine@example.com"
    path = re.search(r"http://[^/]+(/enroll/link/\S+)", mail.words.body)[1]
    visitor.open(path)
    visitor.press("Begin")
    says_who(visitor)
    proves_phone(visitor, arrived)
    chooses(visitor, "clementine68")
    proves_email(visitor, arrived)
    visitor.sees("One last click")
    assert not rows(Account)
    visitor.press("Finish")
    visitor.sees("All set, Clementine")
    signs_in(visitor, "clementine68")
    (account,), (connection,) = rows(Account), rows(Connection)
    assert (account.state, connection.chart_id, connection.person_id) == ("active", chart.id, account.person_id)
    assert deeds_of(account.person_id)[:1] == ["enrollment.invited"]
    visitor.open(path)
    visitor.sees("This code was used before")


def test_with_the_code_of_a_letter(visitor, office, chart, desk, arrived):
    letter = enrollment.invited(desk, chart, "letter")
    visitor.open("/sign_in/")
    visitor.follow("I have an activation code")
    visitor.fill("Activation code", letter.code.lower().replace("0", "o"))
    visitor.press("Go on")
    says_who(visitor)
    visitor.follow("That is not my phone any more")
    visitor.sees("front desk of Larkfield Family Clinic")
    visitor.follow("Back")
    proves_phone(visitor, arrived, "By phone call", "voice")
    chooses(visitor, "clementine68")
    proves_email(visitor, arrived)
    visitor.press("Finish")
    visitor.sees("All set, Clementine")
    signs_in(visitor, "clementine68")


def test_by_oneself(visitor, office, arrived):
    visitor.open("/sign_in/")
    visitor.follow("Register")
    visitor.fill("Legal first name", "Lysander")
    visitor.fill("Legal last name", "Wickham-Dale")
    visitor.fill("Date of birth", "02/20/1987")
    visitor.fill("Email", "lysander@example.com")
    visitor.fill("Phone number", "315-555-0170")
    visitor.press("Go on")
    proves_email(visitor, arrived)
    proves_phone(visitor, arrived)
    chooses(visitor, "lysander")
    visitor.press("Finish")
    visitor.sees("One thing is left")
    assert rows(Account)[0].state == "waiting"
    visitor.open("/sign_in/")
    visitor.fill("Username", "lysander")
    visitor.fill("Password", PASSWORD)
    visitor.press("Sign in")
    visitor.sees("Your account waits for its activation code")
    (mail,) = [one for one in arrived() if one.message == "activation"]
    visitor.follow("Type the activation code")
    visitor.fill("Activation code", mail.words.codes[0])
    visitor.press("Go on")
    visitor.sees("Tell us who you are")
    visitor.fill("Date of birth", "02/20/1987")
    visitor.press("Go on")
    visitor.press("Finish")
    visitor.sees("Your account is active")
    signs_in(visitor, "lysander")
    assert rows(Account)[0].state == "active" and not rows(Connection)

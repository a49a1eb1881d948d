"""A new office on screens alone: the operator adds it, its administrator comes by the link in the mail and sets it up,
and everybody can read how. With script and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest

from portal.domain.practices.models import Location, Office, Position, Provider
from portal.kernel import clock
from tests.journeys.conftest import new_context
from tests.journeys.stored import rows
from tests.journeys.test_the_office_tells_something import come_in
from tests.journeys.visitors import InChromium
from tests.practices.conftest import link_in, posted
from tests.practices.office_rows import deeds_of

assert posted
PASSWORD = "copper ferry window"


@pytest.fixture(params=[True, False], ids=["htmx", "no script"])
def people(request, live, chromium) -> Iterator[tuple[InChromium, InChromium]]:
    """The operator and the administrator, each at a Chromium of their own."""
    how = {"java_script_enabled": request.param}
    with new_context(chromium, **how) as one, new_context(chromium, **how) as other:
        yield InChromium(live, one), InChromium(live, other)


def test_an_office_is_set_up_from_nothing(people, operator, posted):
    boss, ada = people
    come_in(boss, operator)
    boss.follow("Offices")
    boss.sees("There is no office yet")
    boss.follow("Add an office")
    for label, words in {
        "Name of the office": "Fernhill Practice",
        "Phone number": "800-555-0155",
        "Email": "desk@fernhill.example.com",
        "First name": "Ada",
        "Last name": "Fernhill",
        "Their own email": "ada@example.com",
    }.items():
        boss.fill(label, words)
    boss.choose("Time zone", "Central (Chicago, Houston)")
    boss.press("Add the office")
    boss.sees("Waits for its administrator")

    ada.open(link_in(posted()[0]))
    sign_in_of(ada)
    ada.sees("Your office has no address yet")
    set_up(ada)
    add_who_and_where(ada)
    (office,) = rows(Office)
    assert (office.line1, office.state, office.code_days, office.palette) == ("9 Fernhill Road", "IL", 30, "lagoon")
    assert (office.enrolls_by_invitation, office.enrolls_in_person) == (True, True)
    assert [row.name for row in rows(Location)] == ["Main Street"]
    assert [(row.family, row.takes_payments) for row in rows(Provider)] == [("Alderquist", False)]
    assert len(rows(Position, role="administrator")) == 1
    boss.follow("Offices")
    boss.sees("1 administrator")
    assert deeds_of(operator) == ["practice.created", "staff.invited"]


def sign_in_of(ada):
    """The link of the mail, an authenticator app, and in."""
    ada.fill("Username", "ada")
    ada.fill("Password", PASSWORD)
    ada.fill("Password again", PASSWORD)
    ada.press("Next")
    ada.sees("Connect your authenticator app")
    words = ada.tab.locator("main").inner_text()
    secret = re.search(r"(?:[A-Z2-7]{4} ?){8}", words)[0].replace(" ", "")
    ada.fill("Code from your authenticator app", pyotp.TOTP(secret).at(clock.now()))
    ada.press("Verify")
    ada.sees("You are set up")
    ada.follow("Sign in")
    clock.shift(timedelta(seconds=31))  # the code that connected the app works for nothing else
    ada.fill("Username", "ada")
    ada.fill("Password", PASSWORD)
    ada.press("Sign in")
    ada.fill("Code from your authenticator app", pyotp.TOTP(secret).at(clock.now()))
    ada.press("Verify")
    ada.sees("Signed in as Ada Fernhill, office administrator")


def set_up(ada):
    """The address, how people enroll, the colors."""
    ada.follow("Your office has no address yet")
    for label, words in {"Street": "9 Fernhill Road", "City": "Fernhill", "ZIP code": "60001"}.items():
        ada.fill(label, words)
    ada.choose("State", "Illinois")
    ada.press("Save")
    ada.sees("9 Fernhill Road, Fernhill, IL 60001")
    ada.follow("Edit How people enroll")
    ada.tick("You invite them by email or letter")
    ada.fill("Days that a code works", "30")
    ada.press("Save")
    ada.sees("by invitation, in person")
    ada.follow("Edit Colors")
    ada.tick("Lagoon")
    ada.press("Save")
    ada.sees("Lagoon (blue green)")


def add_who_and_where(ada):
    """A location, a provider; then as everybody reads it."""
    ada.follow("Locations")
    ada.follow("Add a location")
    for label, words in {
        "Name of the location": "Main Street",
        "Street": "9 Fernhill Road",
        "City": "Fernhill",
        "ZIP code": "60001",
        "Phone number": "800-555-0156",
    }.items():
        ada.fill(label, words)
    ada.choose("State", "Illinois")
    ada.press("Save")
    ada.sees("Main Street")
    ada.follow("Providers")
    ada.follow("Add a provider")
    for label, words in {
        "First name": "Imogen",
        "Last name": "Alderquist",
        "Letters after the name": "MD",
        "Specialty": "Family medicine",
    }.items():
        ada.fill(label, words)
    ada.tab.get_by_label("Bill Pay").uncheck()
    ada.press("Save")
    ada.sees("Not in: Bill Pay")
    ada.follow("Settings")
    ada.follow("See what everybody can read")
    ada.sees("It has a code that works for 30 days.")
    ada.sees("You cannot pay bills. Please call us: 800-555-0155")


def test_a_colleague_is_asked_and_switched_off(people, office, administrator, posted):
    boss, bo = people
    come_in(boss, administrator)
    boss.open(f"/office/{office.public_id}/staff/")
    boss.follow("Invite somebody")
    for label, words in {"First name": "Bo", "Last name": "Dayton", "Their own email": "bo@example.com"}.items():
        boss.fill(label, words)
    boss.tick("Front desk")
    boss.press("Send the invitation")
    boss.sees("The link works until")
    bo.open(link_in(posted()[0]))
    bo.fill("Username", "ada")
    bo.fill("Password", "short")
    bo.fill("Password again", "short")
    bo.press("Next")
    bo.sees("That is too short.")
    bo.fill("Password", PASSWORD)
    bo.fill("Password again", PASSWORD)
    bo.press("Next")
    words = bo.tab.locator("main").inner_text()
    secret = re.search(r"(?:[A-Z2-7]{4} ?){8}", words)[0].replace(" ", "")
    bo.fill("Code from your authenticator app", pyotp.TOTP(secret).at(clock.now()))
    bo.press("Verify")
    bo.sees("You are set up")
    boss.open(f"/office/{office.public_id}/staff/")
    boss.follow("Switch off Bo Dayton")
    boss.press("Switch off")
    boss.sees("Switched off")
    assert [row.ended_at is None for row in rows(Position, role="front_desk")] == [False]
    boss.follow("Switch on again Bo Dayton")
    boss.press("Switch on again")
    boss.misses("Switched off")
    assert [row.ended_at is None for row in rows(Position, role="front_desk")] == [True]

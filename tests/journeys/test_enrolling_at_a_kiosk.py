"""In person: from pairing a device to the first sign-in at home, in browsers with and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from portal.domain.accounts.models import Account
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.practices.models import Office
from portal.kernel import clock, database
from tests.factories.enrollment import a_chart, sent_code
from tests.journeys.conftest import new_context
from tests.journeys.stored import rows
from tests.journeys.visitors import InChromium
from tests.kiosks.counter import BORN, LOGIN, sessions
from tests.kiosks.test_an_account_already import somebody

PASSWORD = LOGIN["password"]


@pytest.fixture(params=[True, False], ids=["htmx", "no script"])
def script(request) -> bool:
    """Whether the browsers run scripts."""
    return bool(request.param)


@pytest.fixture
def tabs(script, live, chromium) -> Iterator[list[InChromium]]:
    """Three browsers of three people: the counter's, the kiosk's, and one at home."""
    with ExitStack() as stack:
        sizes = ({"width": 1280, "height": 900}, {"width": 800, "height": 1280}, {"width": 360, "height": 740})
        hows = [{"java_script_enabled": script, "viewport": size} for size in sizes]
        yield [InChromium(live, stack.enter_context(new_context(chromium, **how))) for how in hows]


@pytest.fixture
def paired(tabs, front_desk, office) -> list[InChromium]:
    """The kiosk shows "Welcome", the counter has the chart of somebody to enroll open."""
    desk, kiosk, _ = tabs
    chart = a_chart(office.id)
    come_in(desk, front_desk)
    desk.follow("Kiosks")
    desk.follow("Add a kiosk")
    desk.fill("Name", "By the door")
    desk.press("Add and make a code")
    desk.sees("Type this code on the device")
    kiosk.open("/kiosk/")
    kiosk.fill("Pairing code", desk.tab.locator(".code").inner_text())
    kiosk.press("Pair this device")
    kiosk.sees("Bienvenidos")
    desk.open(f"/office/{front_desk.office}/charts/{chart.public_id}/")
    return tabs


def come_in(desk, member):
    desk.open("/sign_in/office")
    desk.fill("Username", member.username)
    desk.fill("Password", member.password)
    desk.press("Sign in")
    desk.fill("Code from your authenticator app", pyotp.TOTP(member.totp_secret).at(clock.now()))
    desk.press("Verify")
    desk.sees("Signed in as")


def send(desk):
    desk.follow("Enroll at a kiosk")
    desk.tick("Passport")
    desk.press("Send to kiosk")
    desk.sees("Nobody has pressed Start yet")


def say_who(kiosk):
    """The kiosk came to the first page by itself."""
    kiosk.sees("Let us set up your portal")
    kiosk.press("Start")
    for label, value in (("Month", "month"), ("Day", "day"), ("Year", "year"), ("ZIP code", "postal_code")):
        kiosk.fill(label, BORN[value])
    kiosk.press("Go on")


def choose_login(kiosk):
    kiosk.sees("Choose your password")
    kiosk.fill("Password", PASSWORD)
    kiosk.fill("Type it again", PASSWORD)
    kiosk.press("Go on")
    kiosk.sees("Check your email")


def choose_name(kiosk):
    kiosk.fill("Username", LOGIN["username"])
    kiosk.press("Go on")
    kiosk.sees("Choose your password")


def prove_phone(kiosk):
    kiosk.press("Send code")
    kiosk.sees("the phone that ends in 70")
    kiosk.fill("Code from your phone", sent_code("sms"))
    kiosk.press("Go on")
    kiosk.sees("Choose your username")


def test_from_pairing_to_the_first_sign_in_at_home(paired):
    desk, kiosk, home = paired
    send(desk)
    say_who(kiosk)
    desk.sees("The person is at the kiosk.")
    kiosk.press("Get help")
    kiosk.sees("Help is on the way")
    desk.sees("Someone asked for help")
    kiosk.press("Keep going by myself")
    prove_phone(kiosk)
    kiosk.tab.go_back()
    kiosk.sees("Choose your username")
    choose_name(kiosk)
    kiosk.fill("Password", "too short")
    kiosk.fill("Type it again", "too short")
    kiosk.press("Go on")
    kiosk.sees("Please fix 1 thing")
    choose_login(kiosk)
    kiosk.fill("Email", "clem@example.com")
    kiosk.press("Send code")
    kiosk.fill("Code from your email", sent_code("email"))
    kiosk.press("Go on")
    kiosk.sees("All set, Clementine")
    expect(kiosk.tab.locator("main svg[role=img]")).to_be_visible()
    desk.sees("The person has an account now")
    kiosk.follow("Clear the screen now")
    kiosk.sees("Bienvenidos")
    kiosk.misses("Clementine")

    home.open("/sign_in/")
    home.fill("Username", LOGIN["username"])
    home.fill("Password", PASSWORD)
    home.press("Sign in")
    home.sees("For you today")
    assert [one.state for one in sessions()] == ["done"]


def test_left_alone_the_screen_clears_and_it_is_sent_again(paired, script):
    """SECURITY A21; nothing half-made is left."""
    desk, kiosk, _ = paired
    send(desk)
    say_who(kiosk)
    prove_phone(kiosk)
    choose_name(kiosk)
    choose_login(kiosk)
    clock.shift(timedelta(seconds=122))
    if not script:
        kiosk.open("/kiosk/over")  # where its own refresh leads
    kiosk.sees("Bienvenidos")
    desk.sees("The person left")
    assert not rows(EnrollmentRun) and not rows(Account, username=LOGIN["username"])
    desk.follow("Send it again")
    desk.tick("Passport")
    desk.press("Send to kiosk")
    say_who(kiosk)
    kiosk.sees("How should we send it?")
    kiosk.press("Start over")
    kiosk.sees("Let us set up your portal")


def test_with_another_phone_and_an_account_already(paired, office):
    """The office lets another phone be given; the person has an account, and the chart joins it."""
    desk, kiosk, home = paired
    owner = somebody()
    with database.writing() as session:
        session.get_one(Office, office.id).phone_match = False
    send(desk)
    say_who(kiosk)
    kiosk.follow("That is not my phone any more")
    kiosk.fill("Your phone number", "315-555-0188")
    kiosk.press("Send code")
    kiosk.sees("the phone that ends in 88")
    kiosk.fill("Code from your phone", sent_code("sms"))
    kiosk.press("Go on")
    desk.sees("another phone than the one in the chart")
    kiosk.follow("I have an account already")
    kiosk.fill("Username", owner.username)
    kiosk.press("Go on")
    kiosk.fill("Password", owner.password)
    kiosk.press("Go on")
    kiosk.sees("All set, Clementine")
    desk.sees("The person has an account now")
    kiosk.follow("Clear the screen now")
    kiosk.misses("Clementine")

    home.open("/sign_in/")
    home.fill("Username", owner.username)
    home.fill("Password", owner.password)
    home.press("Sign in")
    home.sees("For you today")
    assert len(rows(Account)) == 1

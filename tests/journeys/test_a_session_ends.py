"""How a session ends: by itself, after a warning that a key answers; by hand; and nothing is left to go back to."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from portal.domain.address_book.models import Insurance
from portal.domain.sign_in.models import SignInSession
from portal.kernel import clock
from tests import parts
from tests.chromium import FLAGS
from tests.journeys.conftest import new_context
from tests.journeys.stored import rows
from tests.journeys.visitors import InChromium

_MOST_TABS = 20
_BACKS = 5
#: What must not be seen any more. The company stands on a page, the member number was typed, the name is in the menu.
_CANARIES = ("Maribel", "Bluefern", "B1234", "27 Thistle Lane")


def pass_time(visitor, minutes):
    """On the server and in the page."""
    clock.shift(timedelta(minutes=minutes))
    visitor.tab.wait_for_load_state("load")  # the page's clock starts with its script, a fragment's when it is settled
    visitor.settle()
    visitor.tab.clock.fast_forward((minutes - getattr(visitor, "minute", 0)) * 60_000)
    visitor.minute = minutes


def test_the_warning_comes_in_time_and_a_key_answers_it(with_htmx, patient):
    """SECURITY A20, WCAG 2.2.1: two minutes before the end, in place, without taking the focus."""
    tab = with_htmx.tab
    tab.clock.install()
    with_htmx.sign_in(patient)
    pass_time(with_htmx, 13.1)
    with_htmx.sees("Are you still there?")
    expect(tab.locator("#idle[role=alert]")).to_be_visible()
    for _ in range(_MOST_TABS):
        tab.keyboard.press("Tab")
        if tab.locator(":focus").inner_text() == "Stay signed in":
            break
    tab.keyboard.press("Enter")
    with_htmx.misses("Are you still there?")
    [session] = rows(SignInSession, account_id=patient.account_id)
    assert session.seen_at - session.opened_at > timedelta(minutes=13)
    pass_time(with_htmx, 20)
    with_htmx.follow("Settings")
    with_htmx.sees("About you")


def test_what_was_typed_is_kept_when_nobody_answers(with_htmx, patient):
    """SECURITY C27: the page goes away by itself; after the next sign-in the text is back."""
    with_htmx.tab.clock.install()
    with_htmx.sign_in(patient)
    with_htmx.open("/me/address_book/insurance/add")
    with_htmx.fill("Insurance company", "Bluefern Mutual")
    pass_time(with_htmx, 13.2)
    with_htmx.sees("Are you still there?")
    pass_time(with_htmx, 16)
    with_htmx.sees("What you typed is kept.")
    with_htmx.misses("Maribel")
    with_htmx.fill("Username", patient.username)
    with_htmx.fill("Password", patient.password)
    with_htmx.press("Sign in")
    expect(with_htmx.tab.get_by_label("Insurance company")).to_have_value("Bluefern Mutual")
    assert not rows(Insurance)


def test_going_back_after_the_sign_out_shows_nothing(live, chromium, patient):
    """SECURITY S7: with the cache for Back switched on, as people's browsers have it (Playwright turns it off)."""
    flags = {"args": FLAGS, "ignore_default_args": ["--disable-back-forward-cache"]}
    browser = chromium.browser_type.launch(executable_path=parts.chromium(), **flags)
    with new_context(browser) as context:
        visitor = InChromium(live, context)
        visitor.sign_in(patient)
        visitor.open("/me/address_book/insurance/add")
        visitor.fill("Insurance company", "Bluefern Mutual")
        visitor.fill("Member ID", "B1234")
        visitor.press("Save")
        visitor.follow("Settings")
        visitor.follow("Home")
        visitor.press("Sign out")
        visitor.sees("You are signed out.")
        for _ in range(_BACKS):
            visitor.tab.go_back(wait_until="load")
            visitor.sees("Username")
            shown = visitor.tab.content()
            assert not [canary for canary in _CANARIES if canary in shown]
    browser.close()

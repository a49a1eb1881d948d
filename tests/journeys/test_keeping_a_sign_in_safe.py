"""A person changes phone and email, switches the second step on, and comes in with it: with script and without."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest

from portal.domain.accounts.models import Account
from portal.kernel import clock, database
from tests.journeys.conftest import new_context
from tests.journeys.stored import deeds_of, rows
from tests.journeys.visitors import InChromium
from tests.security.sent import code_to, links_to

#: A phone with a screen lock, whose owner always agrees.
_PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(params=[True, False], ids=["htmx", "no script"])
def person(request, live, chromium) -> Iterator[InChromium]:
    """Somebody at Chromium, with or without script."""
    with new_context(chromium, java_script_enabled=request.param) as context:
        yield InChromium(live, context)


@pytest.fixture
def reachable(patient):
    """The patient, with an email and a phone of their own."""
    with database.writing() as session:
        account = session.get_one(Account, patient.account_id)
        account.email, account.phone = "maribel@example.com", "+18005550119"
    return patient


def account_of(patient):
    return rows(Account, id=patient.account_id)[0]


def deeds(patient):
    return [event for event in deeds_of(patient.person_id) if not event.startswith("sign_in.")]


def to_security(person, patient):
    person.sign_in(patient)
    person.follow("Settings")
    person.follow("Security")
    person.sees("Where you signed in")


def test_changing_phone_and_email(person, reachable):
    to_security(person, reachable)
    person.follow("Edit phone number")
    person.fill("New phone number", "(541) 555-0199")
    person.tick("You may text me")
    person.press("Send code")
    person.sees("ending in 0199")
    person.fill("One-time code", code_to("+15415550199"))
    person.press("Verify")
    person.sees("541-555-0199")
    person.follow("Edit email")
    person.fill("New email address", "mara@example.org")
    person.press("Send code")
    person.sees("mara@example.org")
    person.fill("One-time code", "WRONG WRONG")
    person.press("Verify")
    person.sees("That code is not right")
    person.fill("One-time code", code_to("mara@example.org"))
    person.press("Verify")
    person.sees("Where you signed in")
    stored = account_of(reachable)
    assert (stored.email, stored.phone) == ("mara@example.org", "+15415550199")
    assert deeds(reachable) == ["phone.changed", "email.changed"]
    person.open(links_to("maribel@example.com")[-1])
    person.press("Undo the change")
    person.sees("The change is undone")
    assert account_of(reachable).email == "maribel@example.com"
    person.open("/me/")
    assert person.path() == "/sign_in/"


def test_a_new_password(person, reachable):
    to_security(person, reachable)
    person.follow("Edit password")
    person.fill("Password now", reachable.password)
    person.fill("New password", "plum lantern seven gates")
    person.tab.get_by_label("New password again").fill("plum lantern seven gates")
    person.press("Save")
    person.sees("Done.")
    person.press("Sign out")
    person.sees("You are signed out.")
    person.fill("Username", reachable.username)
    person.fill("Password", "plum lantern seven gates")
    person.press("Sign in")
    person.sees("For you today")
    assert deeds(reachable) == ["password.changed"]


def test_the_second_step_and_a_recovery_code(person, reachable):
    to_security(person, reachable)
    person.follow("Edit second step")
    person.press("Set it up")
    person.sees("Set up your app")
    secret = person.tab.locator("main b.num").inner_text().replace(" ", "")
    person.fill("Code from your authenticator app", pyotp.TOTP(secret).at(clock.now()))
    person.press("Turn on")
    person.sees("Your recovery codes")
    codes = person.tab.locator("ol.num li").all_inner_texts()
    person.follow("I have them")
    person.sees("On. An app on your phone.")

    for way, code in (("app", None), ("paper", codes[0])):
        person.press("Sign out")
        person.fill("Username", reachable.username)
        person.fill("Password", reachable.password)
        person.press("Sign in")
        person.sees("Type your code")
        if way == "paper":
            person.follow("I do not have my phone")
            person.fill("Recovery code", str(code))
        else:
            later = pyotp.TOTP(secret).at(clock.now(), counter_offset=1)
            person.fill("Code from your authenticator app", later)
        person.press("Verify")
        person.sees("For you today")
    person.follow("Settings")
    person.follow("Security")
    person.follow("Edit second step")
    person.sees("9 codes are left")
    person.follow("Turn off the second step")
    person.fill("Password", reachable.password)
    person.press("Turn off")
    person.sees("Where you signed in")
    assert account_of(reachable).authenticator is None
    assert deeds(reachable) == ["second_step.on", "recovery_code.used", "second_step.off"]


def test_signing_out_elsewhere(person, reachable, live, chromium):
    with new_context(chromium) as context:
        other = InChromium(live, context)
        other.sign_in(reachable)
        to_security(person, reachable)
        person.press("Sign out everywhere else")
        person.misses("Sign out everywhere else")
        other.open("/me/")
        assert other.path() == "/sign_in/"


def test_a_passkey_in_a_real_browser(live, chromium, reachable):
    """Chromium's own virtual authenticator: made in Settings, then the way in without name and password."""
    with new_context(chromium) as context:
        person = InChromium(live.replace("127.0.0.1", "localhost"), context)
        device = context.new_cdp_session(person.tab)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": _PHONE})
        to_security(person, reachable)
        person.follow("Edit passkeys")
        person.fill("Name of the passkey", "My phone")
        person.press("Go on")
        person.sees("Your device asks for")
        person.press("Make the passkey")
        person.sees("Done.")
        person.sees("My phone")
        person.press("Sign out")
        person.press("Sign in with a passkey")
        person.press("Use my passkey")
        person.sees("For you today")
        person.open("/me/sign_in/passkeys/")
        person.sees("Last used")
        person.press("Delete My phone")
        person.sees("You have none yet")
        person.press("Sign out")
        person.press("Sign in with a passkey")
        person.press("Use my passkey")
        person.sees("does not open an account here")
    assert deeds(reachable) == ["passkey.added", "passkey.deleted"]


def test_without_script_the_password_stays(live, chromium, reachable):
    with new_context(chromium, java_script_enabled=False) as context:
        person = InChromium(live, context)
        person.open("/sign_in/")
        person.press("Sign in with a passkey")
        person.sees("Passkeys need JavaScript")
        person.press("Use my passkey")
        person.sees("did not send a passkey")
        person.follow("Use my password")
        person.sees("Welcome in")

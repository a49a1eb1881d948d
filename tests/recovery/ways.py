"""The ways of this capability, step by step, as a browser goes them."""

from __future__ import annotations

from tests.browser import Browser, Page
from tests.factories import accounts, connections
from tests.people import Patient

NEW = "seven otters carry soup"
PHONE = "+13155550142"
EMAIL = "oakhurst@example.com"


def somebody(office_id: int | None = None, given: str = "Maribel", **account: object) -> Patient:
    """A person who can be reached by email, text and call."""
    person = accounts.a_person(given=given)
    made = accounts.an_account(person, **({"email": EMAIL, "phone": PHONE} | account))
    if office_id is not None:
        connections.a_connection(person, office_id)
    return Patient(person, made.account_id, made.username, made.password)


def ask(browser: Browser, username: str, via: str = "email", **more: object) -> Page:
    """Reset Password, first page."""
    return browser.submit(browser.get("/recovery/password"), username=username, via=via, **more)


def enter(browser: Browser, code: str, status: int = 200) -> Page:
    """The code's page."""
    return browser.submit(browser.get("/recovery/password/code"), code=code, status=status)


def choose(browser: Browser, password: str = NEW, status: int = 200, **more: object) -> Page:
    """The last page."""
    fields = {"password": password, "again": password} | more
    return browser.submit(browser.get("/recovery/password/new"), status=status, **fields)


def ask_for_name(browser: Browser, status: int = 200, **said: str) -> Page:
    """Recover Username; what is not said is right for Maribel."""
    right = {"given": "Maribel", "family": "Oakhurst", "birth_date": "05/14/1958", "email": EMAIL}
    return browser.submit(browser.get("/recovery/username"), status=status, **(right | said))


def sign_in(browser: Browser, username: str, password: str, status: int = 200) -> Page:
    """The doorway."""
    return browser.submit(browser.get("/sign_in/"), status=status, username=username, password=password)

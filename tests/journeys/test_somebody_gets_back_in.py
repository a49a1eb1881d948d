"""A forgotten username, and a lost password by each of three channels: read where it arrived. In three browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from portal import gateways, jobs
from portal.domain.accounts.models import Account
from portal.domain.outbox import queries
from portal.domain.outbox.types import Shown
from portal.domain.sign_in.models import SignInSession
from portal.gateways import queue
from portal.jobs import runner
from portal.jobs.delivery import deliver
from portal.kernel import clock
from tests.factories import accounts
from tests.journeys.stored import deeds_of, rows
from tests.people import Patient
from tests.recovery.test_reset_password import turn_on_second_step

NEW = "seven otters carry soup"
ADDRESSES = {"Email": "oakhurst@example.com", "Text message": "+13155550142", "Phone call": "+13155550142"}


@pytest.fixture
def arrived(app: Flask) -> Iterator[Callable[[], list[Shown]]]:
    """What was delivered so far, oldest first."""
    jobs.use(app)
    gateways.use(app.config["PORTAL"])

    def delivered() -> list[Shown]:
        for row in queries.due_ids(clock.now(), 100):
            deliver(row)
        return [one for one in reversed(queries.newest(100)) if one.state == "sent"]

    yield delivered
    runner.stop()
    queue.hang(None)


@pytest.fixture
def owner(app):
    """Somebody with an email address and a phone."""
    person = accounts.a_person(given="Ines")
    return person, accounts.an_account(person, email=ADDRESSES["Email"], phone=ADDRESSES["Phone call"])


def test_recovering_a_username(visitor, owner, arrived):
    person, account = owner
    visitor.open("/sign_in/")
    visitor.follow("Recover Username")
    visitor.fill("First name", "Ines")
    visitor.fill("Last name", "Oakhurst")
    visitor.fill("Date of birth", "05/14/1958")
    visitor.fill("Email", ADDRESSES["Email"])
    visitor.press("Email my username")
    visitor.sees("Check your email")
    (told,) = arrived()
    assert told.words.to == ADDRESSES["Email"] and account.username in told.words.body
    assert deeds_of(person) == ["recovery.username_sent"]
    visitor.follow("Sign in")
    visitor.fill("Username", account.username)
    visitor.fill("Password", account.password)
    visitor.press("Sign in")
    visitor.sees("For you today")


@pytest.mark.parametrize("way", list(ADDRESSES))
def test_resetting_a_password(visitor, owner, arrived, way):
    person, account = owner
    visitor.open("/sign_in/")
    visitor.follow("Reset Password")
    visitor.fill("Username", account.username)
    visitor.tick(way)
    visitor.press("Send code")
    visitor.sees("Type your code")
    visitor.misses(ADDRESSES[way])
    (told,) = arrived()
    assert told.words.to == ADDRESSES[way]
    visitor.fill("Your code", told.words.codes[0])
    visitor.press("Go on")
    visitor.sees("Choose a new password")
    visitor.fill("New password", NEW)
    visitor.fill("Password again", NEW)
    visitor.press("Save new password")
    visitor.sees("Your new password works now.")
    assert not rows(SignInSession, account_id=account.account_id)
    visitor.fill("Username", account.username)
    visitor.fill("Password", NEW)
    visitor.press("Sign in")
    visitor.sees("For you today")
    assert deeds_of(person) == ["recovery.code_sent", "recovery.password_reset", "sign_in.opened"]
    assert rows(Account, id=account.account_id)[0].frozen_until > clock.now()
    assert {one.words.to for one in arrived() if one.message == "password_reset"} == set(ADDRESSES.values())


def test_with_neither_app_nor_recovery_codes(visitor, owner, arrived):
    """SECURITY A12: two codes, from the mailbox and from the phone."""
    person, account = owner
    turn_on_second_step(Patient(person, account.account_id, account.username, account.password))
    visitor.open("/recovery/password")
    visitor.fill("Username", account.username)
    visitor.tick("Email")
    visitor.press("Send code")
    visitor.fill("Your code", arrived()[-1].words.codes[0])
    visitor.press("Go on")
    visitor.follow("I have neither my app nor my recovery codes")
    visitor.tick("Text message")
    visitor.press("Send code")
    visitor.sees("Type your second code")
    told = arrived()[-1]
    assert told.words.to == ADDRESSES["Text message"]
    visitor.fill("Your code", told.words.codes[0])
    visitor.press("Go on")
    visitor.sees("Your second step goes off when you save")
    visitor.fill("New password", NEW)
    visitor.fill("Password again", NEW)
    visitor.press("Save new password")
    visitor.fill("Username", account.username)
    visitor.fill("Password", NEW)
    visitor.press("Sign in")
    visitor.sees("For you today")
    assert rows(Account, id=account.account_id)[0].authenticator is None

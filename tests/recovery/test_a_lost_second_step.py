"""Password, app and recovery codes are lost: two codes by two methods, and the second step goes off (SECURITY A12)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.audit.models import AuditEntry
from portal.domain.recovery import rules
from portal.domain.recovery.types import Channel
from portal.domain.sign_in.models import RecoveryCode
from portal.kernel import clock, database
from tests.factories import practices
from tests.recovery import ways
from tests.recovery.test_reset_password import stored, turn_on_second_step
from tests.recovery.ways import NEW, ask, choose, enter, somebody

SECOND = "/recovery/password/second/"


@pytest.fixture
def owner(office):
    """Somebody with a second step."""
    made = somebody(office.id)
    turn_on_second_step(made)
    return made


def first_code(browser, owner, posted, via="email"):
    """Ask for a first code and type it."""
    ask(browser, owner.username, via)
    enter(browser, posted()[-1].words.codes[0])
    return browser


def second_code(browser, posted, via):
    """Ask for a second one and type it."""
    browser.submit(browser.get(SECOND), via=via)
    return browser.submit(browser.get(f"{SECOND}code"), code=posted()[-1].words.codes[0])


@pytest.mark.parametrize("first,second", [("email", "sms"), ("email", "voice"), ("sms", "email"), ("voice", "email")])
def test_by_two_methods_one_after_the_other(browser, owner, posted, first, second):
    made = first_code(browser(), owner, posted, first)
    page = made.get("/recovery/password/new")
    made.get(next(link.get("href") for link in page.css("a.hit") if "neither" in link.text_content()))
    page = second_code(made, posted, second)
    assert page.url == "/recovery/password/new" and not page.css("input[name=code]")
    assert "Your second step goes off when you save" in page and "At least 15 letters" in page
    assert choose(made).url == "/sign_in/?why=reset"
    assert stored(owner).authenticator is None and stored(owner).frozen_until > clock.now()
    assert ways.sign_in(browser(), owner.username, NEW).url == "/me/"


def test_both_places_are_told_and_it_stands_in_the_audit(browser, owner, posted):
    made = first_code(browser(), owner, posted)
    second_code(made, posted, "sms")
    choose(made)
    assert {(one.message, one.words.to) for one in posted()} == {
        (message, to) for message in ("password_reset", "second_step_off") for to in (ways.EMAIL, ways.PHONE)
    }
    with database.writing() as session:
        chain = session.query(AuditEntry).filter_by(chain="person", subject_id=owner.person_id)
        events = [one.event for one in chain.order_by(AuditEntry.seq)]
        assert session.query(RecoveryCode).filter_by(account_id=owner.account_id, used_at=None).count() == 0
    assert {"recovery.password_reset", "second_step.recovered"} <= set(events)


def test_one_code_alone_keeps_the_second_step(browser, owner, posted):
    made = first_code(browser(), owner, posted)
    made.submit(made.get(SECOND), via="sms")
    assert choose(made, code="", status=422).css("input[name=code]")
    assert stored(owner).authenticator


def test_a_wrong_second_code_is_told_with_the_tries_that_are_left(browser, owner, posted):
    made = first_code(browser(), owner, posted)
    made.submit(made.get(SECOND), via="sms")
    page = made.submit(made.get(f"{SECOND}code"), code="000000x", status=422)
    assert "That code is not right" in page


@pytest.mark.parametrize(
    ("facts", "account"), [({"resets_by_sms": False, "resets_by_voice": False}, {}), ({}, {"phone": None})]
)
def test_where_there_is_no_second_place_it_says_where_to_go(browser, posted, facts, account):
    owner = somebody(practices.an_office(**facts).id, **account)
    turn_on_second_step(owner)
    made = first_code(browser(), owner, posted)
    page = made.get(SECOND)
    assert "front desk of your clinic with your ID" in page and not page.css("input[name=via]")


def test_a_text_and_a_call_are_one_method(browser, owner, posted):
    made = first_code(browser(), owner, posted, "sms")
    assert [one.get("value") for one in made.get(SECOND).css("input[name=via]")] == ["email"]


def test_both_proofs_are_good_for_a_quarter_of_an_hour(browser, owner, posted):
    made = first_code(browser(), owner, posted)
    second_code(made, posted, "sms")
    clock.shift(timedelta(minutes=15))
    made.get("/recovery/password/new", status=303)


def test_a_new_first_code_forgets_the_second(browser, owner, posted):
    made = first_code(browser(), owner, posted)
    second_code(made, posted, "sms")
    first_code(made, owner, posted)
    assert made.get("/recovery/password/new").css("input[name=code]")


def test_nobody_else_comes_here(browser, owner, office, posted):
    """Neither without a first code, nor for an account without a second step; another browser has none of it."""
    without = somebody(office.id, given="Rosalind")
    for path in (SECOND, f"{SECOND}code"):
        assert browser().get(path, status=303).headers["Location"] == "/recovery/password"
    made = first_code(browser(), without, posted)
    assert made.get(SECOND, status=303).headers["Location"] == "/recovery/password/new"
    assert made.get(f"{SECOND}code", status=303).headers["Location"] == "/recovery/password/new"


def test_rules_of_the_second_place():
    everything = frozenset(Channel)
    assert rules.other_channels(Channel.EMAIL, everything, "+1") == [Channel.SMS, Channel.VOICE]
    assert rules.other_channels(Channel.EMAIL, everything, None) == []
    assert rules.other_channels(Channel.VOICE, everything, "+1") == [Channel.EMAIL]
    assert rules.other_channels(Channel.SMS, frozenset({Channel.SMS}), "+1") == []

"""A lost password: a code by email, text or call, then a new one. The second step stays on; everything else ends."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from portal.domain.accounts.models import Account
from portal.domain.audit.models import AuditEntry
from portal.kernel import clock, database, secrets
from tests.factories import practices
from tests.recovery import ways
from tests.recovery.ways import NEW, ask, choose, enter, somebody


@pytest.fixture
def owner(office):
    return somebody(office.id)


@pytest.fixture
def proven(browser, owner, posted):
    """A browser that has typed its code."""
    made = browser()
    ask(made, owner.username)
    (told,) = posted()
    enter(made, told.words.codes[0])
    return made


def stored(patient):
    with database.writing() as session:
        row = session.get_one(Account, patient.account_id)
        session.expunge(row)
        return row


@pytest.mark.parametrize("via,to", [("email", ways.EMAIL), ("sms", ways.PHONE), ("voice", ways.PHONE)])
def test_by_each_channel(browser, owner, posted, via, to):
    made = browser()
    page = ask(made, f" {owner.username.upper()} ", via)
    assert page.url == "/recovery/password/code" and to not in page.source
    (told,) = posted()
    assert (told.channel, told.words.to) == (via, to)
    assert enter(made, told.words.codes[0]).url == "/recovery/password/new"
    page = choose(made)
    assert page.url == "/sign_in/?why=reset" and "Your new password works now." in page
    ways.sign_in(made, owner.username, owner.password, status=422)
    assert ways.sign_in(made, owner.username, NEW).url == "/me/"


def test_nobody_is_signed_in_by_it_and_everybody_is_signed_out(browser, owner, proven):
    at_home = browser(owner)
    choose(proven)
    proven.get("/me/", status=303)
    at_home.get("/me/", status=303)


def test_the_owner_is_told_at_all_addresses_and_contacts_are_frozen_for_a_day(owner, proven, posted):
    choose(proven)
    told = posted()
    assert {(one.message, one.words.to) for one in told} == {
        ("password_reset", ways.EMAIL),
        ("password_reset", ways.PHONE),
    }
    assert timedelta(hours=23) < stored(owner).frozen_until - clock.now() <= timedelta(hours=24)


def test_it_stands_in_the_audit(owner, proven):
    choose(proven)
    with database.writing() as session:
        chain = session.query(AuditEntry).filter_by(chain="person", subject_id=owner.person_id).order_by(AuditEntry.seq)
        assert [one.event for one in chain] == ["recovery.code_sent", "recovery.password_reset"]


@pytest.mark.parametrize(
    "password,words",
    [
        ("short", "Use 15 letters or more"),
        ("passwordpassword", "Many people use that password"),
        ("maribeloakhurst12", "Others could guess that"),
        ("larkfield family clinic", "Others could guess that"),
    ],
)
def test_the_new_password_has_its_rules_with_reasons(proven, password, words):
    assert words in choose(proven, password, status=422)
    assert choose(proven).url == "/sign_in/?why=reset"


def test_both_passwords_must_be_the_same(proven):
    assert "The two passwords are not the same" in choose(proven, again="seven otters carry soap", status=422)


def test_an_office_decides_by_which_channels(browser, posted):
    """All offices of a person must allow it, and the pages are the same."""
    office = practices.an_office(resets_by_sms=False)
    owner = somebody(office.id)
    pages = [ask(browser(), owner.username, via).url for via in ("sms", "email")]
    assert pages == ["/recovery/password/code"] * 2
    assert [one.channel for one in posted()] == ["email"]


def test_the_second_step_stays_on_and_is_asked_for(browser, owner, proven):
    """SECURITY A12, R6: one code and the remaining factor."""
    secret = turn_on_second_step(owner)
    page = proven.get("/recovery/password/new")
    assert "Code from your authenticator app, or a recovery code" in page and "At least 12 letters" in page
    assert "That code is not right" in choose(proven, code="000000", status=422)
    assert choose(proven, code=pyotp.TOTP(secret).at(clock.now())).url == "/sign_in/?why=reset"
    assert stored(owner).authenticator and stored(owner).last_step


def turn_on_second_step(owner):
    secret, row = pyotp.random_base32(), stored(owner)
    key = secrets.unseal("accounts", row.data_key, f"patient:{row.username_key}")
    with database.writing() as session:
        session.get_one(Account, owner.account_id).authenticator = secrets.seal_with(
            key, secret.encode(), "authenticator"
        )
    return secret


def test_pages_out_of_order_lead_to_the_beginning(browser):
    made = browser()
    for step in ("code", "new"):
        assert made.get(f"/recovery/password/{step}", status=303).headers["Location"] == "/recovery/password"


def test_twice_is_once(proven, owner, posted):
    page = proven.get("/recovery/password/new")
    for _ in range(2):
        assert proven.submit(page, password=NEW, again=NEW).url == "/sign_in/?why=reset"
    assert len([one for one in posted() if one.channel == "email"]) == 1


def test_a_proof_is_good_for_a_quarter_of_an_hour(proven):
    clock.shift(timedelta(minutes=15))
    proven.get("/recovery/password/new", status=303)


def test_a_new_code_takes_the_old_ones_place(browser, owner, posted):
    made = browser()
    for via in ("email", "sms"):
        ask(made, owner.username, via)
    first, second = posted()
    assert "That code is not right" in enter(made, first.words.codes[0], status=422)
    assert enter(made, second.words.codes[0]).url == "/recovery/password/new"


def test_five_asks_an_hour_from_one_place(browser, owner):
    made = browser()
    for number in range(5):
        ask(made, f"nobody{number}")
    page = made.submit(made.get("/recovery/password"), status=429, username=owner.username, via="email")
    assert "There were too many tries." in page and int(page.headers["Retry-After"]) > 0


def test_the_way_out_when_others_guess(browser, owner, posted):
    """SECURITY A5, A6, N4: at the cap the page says where to go, and after the reset the owner is in at once."""
    foe = browser()
    for place in range(100):
        page = foe.get("/sign_in/")
        origin = {"REMOTE_ADDR": f"10.{place}.0.1"}
        fields = dict(page.form().form_values()) | {"username": owner.username, "password": "no"}
        answer = foe._send("post", "/sign_in/", data=fields, environ_overrides=origin)
    assert answer.status_code == 429
    made = browser()
    page = ways.sign_in(made, owner.username, owner.password, status=429)
    assert "Reset Password" in page
    ask(made, owner.username)
    enter(made, posted()[0].words.codes[0])
    choose(made)
    assert ways.sign_in(made, owner.username, NEW).url == "/me/"

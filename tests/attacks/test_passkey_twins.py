"""Attacks on passkeys (WebAuthn level 2, 7.1 and 7.2), each also against a twin that lacks one named defence."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import literal, select, true
from webauthn.authentication import verify_authentication_response as library

from portal.blueprints.security import passkey_views as making
from portal.blueprints.sign_in import passkey_views as entering
from portal.domain.accounts.models import Account
from portal.domain.sign_in import ceremonies, passkeys, rules
from portal.domain.sign_in.models import Passkey
from portal.kernel import clock, database
from portal.web import step_up
from tests.factories.security import a_passkey
from tests.security.device import Device

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
EVIL = "http://localhost.evil.example"
LIST, DOOR = "/me/sign_in/passkeys/", "/sign_in/passkey/"


def asked(page):
    return json.loads(page.one("[data-passkey]").get("data-passkey"))


def begun(browser):
    """A browser before the doorway, and the page where its device is asked."""
    made = browser()
    return made, made.submit(made.get("/sign_in/"), "form[action$=begin]")


def to_make(me):
    """The page where somebody's device is asked for a new passkey."""
    return me.submit(me.get(LIST), "#main section form[action$='passkeys/']", name="My phone")


def sent(made, page, answer):
    """Send what a device said; the bare answer."""
    form = page.form("[data-passkey]")
    return made._send("post", form.get("action"), data=dict(form.form_values()) | {"credential": answer})


def is_in(made):
    return made._send("get", "/me/").status_code == 200


def kept(who):
    with database.apart() as session:
        return list(session.scalars(select(Passkey).where(Passkey.account_id == who.account_id)))


def mine(browser, who):
    """A device with a passkey of somebody."""
    me, device = browser(who), Device()
    page = to_make(me)
    assert sent(me, page, device.make(asked(page))).status_code == 303
    return device


def without(monkeypatch, **given):
    """A twin that asks the library for less."""
    for ceremony in ("verify_authentication_response", "verify_registration_response"):
        whole = getattr(ceremonies.webauthn, ceremony)
        monkeypatch.setattr(ceremonies.webauthn, ceremony, _asking_less(whole, given))


def _asking_less(whole, given):
    return lambda **asked: whole(**asked | {name: value for name, value in given.items() if name in asked})


@twin
@pytest.mark.parametrize(
    "change,unasked",
    [
        ({"origin": EVIL}, {"expected_origin": EVIL}),
        ({"host": "evil.example"}, {"expected_rp_id": "evil.example"}),
        ({"flags": 0x01}, {"require_user_verification": False}),
    ],
    ids=["a page of another address", "a key of another site", "nobody showed a finger or PIN"],
)
@pytest.mark.parametrize("step", ["signing", "making"])
def test_what_another_page_or_an_unlocked_device_got(browser, patient, weak, monkeypatch, change, unasked, step):
    """The twin does not look at the origin, the site, or whether the device knew its owner."""
    device = mine(browser, patient) if step == "signing" else Device()
    vars(device).update(change)
    if weak:
        without(monkeypatch, **unasked)
    if step == "signing":
        foe, page = begun(browser)
        sent(foe, page, device.sign(asked(page)))
        assert is_in(foe) == weak
    else:
        me = browser(patient)
        page = to_make(me)
        sent(me, page, device.make(asked(page)))
        assert bool(kept(patient)) == weak


@twin
def test_an_answer_once_more(browser, patient, weak, monkeypatch):
    """Somebody wrote the traffic down, cookie and all. The twin does not use challenges up; the device counts nothing,
    as most phones do, so that no count gives the copy away."""
    device = mine(browser, patient)
    device.count = -1
    if weak:
        monkeypatch.setattr(passkeys, "_use_up", lambda *_: None)
    owner, page = begun(browser)
    foe = browser()
    foe.client.set_cookie("sid", owner.client.get_cookie("sid").value)
    answer = device.sign(asked(page))
    sent(owner, page, answer)
    assert is_in(owner) and not is_in(foe)
    sent(foe, page, answer)
    assert is_in(foe) == weak


@twin
def test_an_answer_that_was_asked_for_in_another_browser(browser, patient, weak, monkeypatch):
    """The foe passes on an answer to the owner's challenge. The twin keeps one challenge for everybody."""
    device = mine(browser, patient)
    if weak:
        monkeypatch.setattr(entering, "_asker", lambda: bytes(32))
    foe = browser()
    form = {"csrf_token": foe.get("/sign_in/").form().form_values()[0][1]}
    _, page = begun(browser)
    foe._send("post", DOOR, data=form | {"credential": device.sign(asked(page))})
    assert is_in(foe) == weak


@twin
def test_a_key_that_was_made_for_another_session(browser, patient, stranger, weak, monkeypatch):
    """A foe's device answers a challenge of the foe's, and the owner's browser is made to send it. As above."""
    if weak:
        monkeypatch.setattr(making, "_asker", lambda: bytes(32))
    owner, foe, device = browser(patient), browser(stranger), Device()
    theirs = to_make(owner)
    challenge = asked(to_make(foe))
    sent(owner, theirs, device.make(challenge))
    assert bool(kept(patient)) == weak


@twin
def test_a_challenge_from_long_ago(browser, patient, weak, monkeypatch):
    """The twin's challenges last."""
    device = mine(browser, patient)
    if weak:
        monkeypatch.setattr(rules, "CHALLENGE_LASTS", timedelta(days=1))
    foe, page = begun(browser)
    clock.shift(timedelta(minutes=5, seconds=1))
    sent(foe, page, device.sign(asked(page)))
    assert is_in(foe) == weak


@twin
def test_a_copy_of_a_device(browser, patient, weak, monkeypatch):
    """The copy counts from where it was taken. The twin does not compare the counts."""
    device = mine(browser, patient)
    for _ in range(3):
        owner, page = begun(browser)
        sent(owner, page, device.sign(asked(page)))
    device.count = 1
    if weak:
        without(monkeypatch, credential_current_sign_count=0)
    foe, page = begun(browser)
    sent(foe, page, device.sign(asked(page)))
    assert is_in(foe) == weak


@twin
def test_another_key_signs_as_theirs(browser, patient, weak, monkeypatch):
    """What a device calls itself is no secret. The twin believes the name and does not look at the signature."""
    device = mine(browser, patient)
    device.key = ec.generate_private_key(ec.SECP256R1())
    if weak:
        monkeypatch.setattr(library, "verify_signature", lambda **_: None)
    foe, page = begun(browser)
    sent(foe, page, device.sign(asked(page)))
    assert is_in(foe) == weak


@twin
def test_ones_own_passkey_and_somebody_elses_name(browser, patient, stranger, weak, monkeypatch):
    """7.2, step 6: the answer says whose it is. The twin believes that, and looks for any passkey."""
    foes = mine(browser, stranger)
    with database.apart() as session:
        foes.user = session.get_one(Account, patient.account_id).public_id.bytes
        victim = session.get_one(Account, patient.account_id).public_id
    if weak:
        named = select(
            Passkey.id, literal(patient.account_id), Account.public_id, Passkey.public_key, Passkey.sign_count
        )
        monkeypatch.setattr(passkeys, "_FOUND", named.join(Account, true()).where(Account.public_id == victim))
    foe, page = begun(browser)
    sent(foe, page, foes.sign(asked(page)))
    assert is_in(foe) == weak


def test_a_passkey_that_somebody_else_has_is_not_taken_twice(browser, patient, stranger):
    """7.1, step 22: with the same id on two accounts, one could be signed in as the other. A unique key refuses it."""
    device = mine(browser, patient)
    foe = browser(stranger)
    page = to_make(foe)
    assert sent(foe, page, device.make(asked(page))).status_code == 422
    assert kept(stranger) == [] and len(kept(patient)) == 1


@twin
def test_deleting_somebody_elses(browser, patient, stranger, weak, monkeypatch):
    """Z3. The twin finds a passkey by its id alone."""
    mine(browser, patient)
    [victim] = kept(patient)
    if weak:
        monkeypatch.setattr(passkeys, "_mine", lambda _, passkey_id: _any_of(passkey_id))
    foe = browser(stranger)
    form = {"csrf_token": foe.get(LIST).css("[name=csrf_token]")[0].get("value"), "once": "1" * 22}
    foe._send("post", f"{LIST}{victim.public_id}/delete", data=form)
    assert (kept(patient) == []) == weak


def _any_of(passkey_id):
    return database.session().scalars(select(Passkey).where(Passkey.public_id == passkey_id)).one()


@twin
def test_an_unlocked_screen_and_a_new_passkey(browser, patient, weak, monkeypatch):
    """A23: six minutes after the password somebody else sits there. The twin asks nobody again."""
    foe, device = browser(patient), Device()
    page = to_make(foe)
    answer = device.make(asked(page))
    clock.shift(timedelta(minutes=6))
    if weak:
        monkeypatch.setattr(step_up, "why_not_now", lambda: None)
        monkeypatch.setattr(rules, "CHALLENGE_LASTS", timedelta(days=1))
    sent(foe, page, answer)
    assert bool(kept(patient)) == weak


@twin
def test_a_foes_passkey_at_somebody_elses_screen(browser, patient, stranger, weak, monkeypatch):
    """A23: "Is it you?" takes the passkey of this person alone. The twin takes anybody's."""
    foes = mine(browser, stranger)
    a_passkey(patient.account_id)
    foe = browser(patient)
    clock.shift(timedelta(minutes=6))
    page = foe.submit(foe.get("/sign_in/again"), "form[action$=begin]")
    if weak:
        whole = passkeys.owner_of
        monkeypatch.setattr(passkeys, "owner_of", lambda *asked, only: whole(*asked))
    sent(foe, page, foes.sign(asked(page)))
    assert (foe._send("get", "/me/sign_in/email").status_code == 200) == weak

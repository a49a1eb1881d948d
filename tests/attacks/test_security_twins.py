"""Attacks on somebody's own sign-in, each also against a twin of the portal that lacks one named defence."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pyotp
import pytest

from portal.blueprints.security import contact_views
from portal.domain.accounts.models import Account
from portal.domain.connections import taken_back
from portal.domain.sign_in import actions, codes, contacts, rules, second_step, throttles
from portal.domain.sign_in.codes import Asking
from portal.kernel import clock, database, passwords
from portal.kernel.refusal import Refused
from portal.web import access, step_up
from tests.factories.security import a_contact_change, a_second_step
from tests.security.sent import code_to, links_to

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])


def first_step(browser, patient):
    made = browser()
    return made, made.submit(made.get("/sign_in/"), username=patient.username, password=patient.password)


def stored(patient):
    with database.apart() as session:
        return session.get_one(Account, patient.account_id)


def sent(made, url, selector, **typed):
    """Fill the form of a page and send it; the bare answer."""
    form = made.get(url).form(selector)
    return made._send("post", form.get("action"), data=dict(form.form_values()) | typed)


@twin
def test_the_password_alone_opens_doors(app, browser, patient, weak, monkeypatch):
    """N9, every page. In the twin a session that awaits a code is as good as any."""
    a_second_step(patient.account_id)
    if weak:
        monkeypatch.setattr(access, "_patient_inside", lambda: access._present(access.viewers.patient_of))
    foe, _ = first_step(browser, patient)
    pages = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/<person")]
    open_ones = [
        url
        for rule in pages
        if "<" not in (url := rule.replace("<person:person>", "me"))
        and foe._send("get", url).status_code not in {303, 404, 405}
    ]
    assert bool(open_ones) == weak
    assert ("Maribel" in foe._send("get", "/help/").get_data(as_text=True)) == weak


@twin
def test_two_use_one_code_at_the_same_moment(patient, weak, monkeypatch):
    """N11: both were found right before either was used. The twin does not look again when it writes."""
    step = a_second_step(patient.account_id)
    if weak:
        monkeypatch.setattr(second_step, "_use_step", lambda *_: None)
        monkeypatch.setattr(second_step.recovery_codes, "use", lambda *_: None)
    attempt = actions.Try("patient", "", "", "127.0.0.1", "127.0.0.0/24", None, "tests")
    for code in (pyotp.TOTP(step.secret).at(clock.now()), step.codes[0]):
        both = [second_step.prove(patient.actor, attempt, code, clock.now()) for _ in range(2)]
        taken = 0
        for proven in both:
            with suppress(Refused), database.writing():
                second_step.use(patient.actor, proven, clock.now())
                taken += 1
        assert taken == (2 if weak else 1)


@twin
def test_guessing_the_code(browser, patient, weak, monkeypatch):
    """N10. The twin counts no tries."""
    step = a_second_step(patient.account_id)
    if weak:
        monkeypatch.setattr(throttles, "take_a_try", lambda *_: None)
    foe, page = first_step(browser, patient)
    for number in range(8):
        form = dict(page.form().form_values()) | {"code": f"{number:06}"}
        foe._send("post", "/sign_in/code", data=form)
    right = dict(page.form().form_values()) | {"code": pyotp.TOTP(step.secret).at(clock.now())}
    assert (foe._send("post", "/sign_in/code", data=right).status_code == 303) == weak


@twin
def test_a_token_from_before_the_second_step(browser, patient, weak, monkeypatch):
    """A18: who saw the cookie between the steps has nothing. The twin goes on with the same token."""
    step = a_second_step(patient.account_id)
    owner, page = first_step(browser, patient)
    seen = owner.client.get_cookie("sid").value
    if weak:
        monkeypatch.setattr(actions.secrets, "random_token", lambda: seen)
    owner.submit(page, code=pyotp.TOTP(step.secret).at(clock.now()))
    foe = browser()
    foe.client.set_cookie("sid", seen)
    assert (foe._send("get", "/me/").status_code == 200) == weak


@twin
def test_an_unlocked_screen_and_a_new_email(browser, patient, weak, monkeypatch):
    """R12, A23: six minutes after the password. The twin asks nobody again."""
    if weak:
        monkeypatch.setattr(contact_views, "why_not_now", lambda: None)
        monkeypatch.setattr(step_up, "why_not_now", lambda: None)
    foe = browser(patient)
    form = dict(foe.get("/me/sign_in/email").form("#signing-in form").form_values())
    clock.shift(timedelta(minutes=6))
    foe._send("post", "/me/sign_in/email", data=form | {"email": "foe@example.org"})
    answer = foe._send("get", "/me/sign_in/email/code")
    assert (answer.status_code == 200) == weak


@twin
def test_a_code_for_ones_own_number_and_then_somebody_elses(browser, patient, weak, monkeypatch):
    """R12: a code that came to the foe's phone proves that phone alone. The twin's codes are about the account."""
    if weak:
        bare = lambda viewer, kind, _: Asking(f"new {kind}", f"account:{viewer.actor.id}", contacts._asker(viewer))  # noqa: E731
        monkeypatch.setattr(contacts, "_asking", bare)
        monkeypatch.setattr(codes, "_replace", _kept(codes._replace))
    foe = browser(patient)
    sent(foe, "/me/sign_in/phone", "#signing-in form", phone="541-555-0111", consent="y")
    own = code_to("+15415550111")
    sent(foe, "/me/sign_in/phone", "#signing-in form", phone="541-555-0122", consent="y")
    sent(foe, "/me/sign_in/phone/code", "#sent-code form", code=own)
    assert (stored(patient).phone == "+15415550122") == weak


def _kept(replace):
    """A twin of codes._replace that lets an earlier code of the same asking live."""

    def once(asking, *more):
        if database.session().get(codes.OneTimeCode, asking) is None:
            replace(asking, *more)

    return once


@twin
def test_an_undo_link_again_and_again(browser, patient, weak, monkeypatch):
    """R2: used once, by a button. The twin's links last."""
    token = a_contact_change(patient.account_id)
    if weak:
        monkeypatch.setattr(rules, "why_not_undo", lambda *_: None)
    foe = browser()
    foe._send("get", f"/sign_in/undo/{token}")
    assert stored(patient).email != "before@example.com", "looking uses nothing up"
    form = dict(foe.get(f"/sign_in/undo/{token}").form().form_values())
    answers = [foe._send("post", f"/sign_in/undo/{token}", data=form).status_code for _ in range(2)]
    assert answers == [303, 303 if weak else 409]


@twin
def test_guessing_the_password_from_within(browser, patient, weak, monkeypatch):
    """N1 behind the door: the box for the present password counts as the doorway does. The twin counts no tries."""
    if weak:
        monkeypatch.setattr(throttles, "take_a_try", lambda *_: None)
    foe, new = browser(patient), "plum lantern seven gates"
    form = dict(foe.get("/me/sign_in/password").form("#signing-in form").form_values())
    for number in range(6):
        typed = {"current": f"guess number {number}", "new": new, "again": new}
        foe._send("post", "/me/sign_in/password", data=form | typed)
    typed = {"current": patient.password, "new": new, "again": new}
    foe._send("post", "/me/sign_in/password", data=form | typed)
    assert passwords.matches(new, stored(patient).password_hash) == weak


@twin
def test_an_undone_phone_that_waits_at_an_office(browser, patient, office, front_desk, weak, monkeypatch):
    """R12: a foe's phone must not become the phone on file, to which the codes of an enrollment go. The twin takes the
    account's phone back and leaves what its offices were told."""
    with database.writing() as session:
        session.get_one(Account, patient.account_id).phone = "+18005550119"
    foe = browser(patient)
    sent(foe, "/me/sign_in/phone", "#signing-in form", phone="541-555-0122", consent="y")
    sent(foe, "/me/sign_in/phone/code", "#sent-code form", code=code_to("+15415550122"))
    if weak:
        monkeypatch.setattr(taken_back, "take_back", lambda *_: None)
    owner = browser()
    owner.submit(owner.get(links_to("+18005550119")[0]))
    listing = browser(front_desk).get(f"/office/{front_desk.place}/connections/changes/")
    assert ("No change is waiting." not in listing) == weak


@twin
def test_an_unlocked_screen_with_a_saved_password(browser, patient, weak, monkeypatch):
    """ASVS 7.5.1: the browser itself fills the password in. The twin asks for half of the steps that lead in."""
    a_second_step(patient.account_id)
    foe = browser(patient)
    clock.shift(timedelta(minutes=6))
    if weak:
        monkeypatch.setattr(second_step, "is_on", lambda _: False)
    foe._send("post", "/sign_in/again", data=_typed(foe.get("/sign_in/again"), password=patient.password))
    assert (foe._send("get", "/me/sign_in/email").status_code == 200) == weak


@twin
def test_guessing_the_code_from_within(browser, patient, weak, monkeypatch):
    """N10 behind the door, with the password known. The twin counts no tries."""
    step = a_second_step(patient.account_id)
    if weak:
        monkeypatch.setattr(throttles, "take_a_try", lambda *_: None)
    foe = browser(patient)
    page = foe.get("/sign_in/again")
    for number in range(8):
        foe._send("post", "/sign_in/again", data=_typed(page, password=patient.password, code=f"{number:06}"))
    right = _typed(page, password=patient.password, code=pyotp.TOTP(step.secret).at(clock.now()))
    assert (foe._send("post", "/sign_in/again", data=right).status_code == 303) == weak


def _typed(page, **typed):
    return dict(page.form().form_values()) | typed

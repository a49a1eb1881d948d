"""A passkey is made, signs in by itself, and is deleted (ACC-1). The real browser's part is in tests/journeys."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain.sign_in.models import Passkey, PasskeyChallenge
from portal.kernel import clock, database
from tests.factories.security import a_second_step
from tests.security.device import Device
from tests.security.traces import account, events_of, open_sessions, told

URL = "/me/sign_in/passkeys/"
both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def options_of(page):
    return json.loads(page.one("[data-passkey]").get("data-passkey"))


def asked(me, name="My phone"):
    return me.submit(me.get(URL), "#main section form[action$='passkeys/']", name=name)


def make(me, device=None, status=200):
    device = device or Device()
    page = asked(me)
    return device, me.submit(page, "[data-passkey]", status, credential=device.make(options_of(page)))


def begin(browser):
    made = browser()
    return made, made.submit(made.get("/sign_in/"), "form[action$=begin]")


def enter(browser, device, status=200):
    made, page = begin(browser)
    return made, made.submit(page, "[data-passkey]", status, credential=device.sign(options_of(page)))


def passkeys():
    with database.apart() as session:
        return list(session.scalars(select(Passkey)))


def test_a_passkey_is_made_and_signs_in_without_a_name(browser, patient):
    device, page = make(browser(patient))
    assert "My phone" in page and "Done." in page
    assert events_of(patient) == ["passkey.added"] and told()[-1] == "passkey_added"
    assert "1 passkey" in browser(patient).get("/me/sign_in/security")
    made, page = enter(browser, device)
    assert page.url == "/me/"
    assert passkeys()[0].sign_count == 1 and passkeys()[0].used_at
    assert "Last used" in made.get(URL)


def test_it_is_both_steps_at_once(browser, patient):
    device, _ = make(browser(patient))
    a_second_step(patient.account_id)
    assert enter(browser, device)[1].url == "/me/"


def test_what_the_device_is_asked_names_nobody(browser, patient):
    """SECURITY N5."""
    make(browser(patient))
    options = options_of(begin(browser)[1])
    assert not options.get("allowCredentials") and options["userVerification"] == "required"
    assert patient.username not in json.dumps(options)


def test_an_answer_works_once_and_in_its_own_browser(browser, patient):
    device, _ = make(browser(patient))
    made, page = begin(browser)
    answer = device.sign(options_of(page))
    other, theirs = begin(browser)
    other.submit(theirs, "[data-passkey]", 422, credential=answer)
    made.submit(page, "[data-passkey]", credential=answer)
    again, page = begin(browser)
    assert "does not open an account" in again.submit(page, "[data-passkey]", 422, credential=answer)


@pytest.mark.parametrize(
    "twist",
    [
        {"origin": "http://localhost.evil.example"},
        {"host": "evil.example"},
        {"verified": False},
    ],
)
def test_another_site_or_an_unchecked_owner_is_refused(browser, patient, twist):
    device = Device()
    make(browser(patient), device)
    vars(device).update(vars(Device(**twist)) | {"key": device.key, "id": device.id, "user": device.user})
    enter(browser, device, 422)


def test_a_passkey_of_another_site_is_not_taken(browser, patient):
    make(browser(patient), Device(origin="https://evil.example"), 422)
    make(browser(patient), Device(verified=False), 422)
    assert passkeys() == []


def test_a_copy_that_counts_behind_is_refused(browser, patient):
    device, _ = make(browser(patient))
    for _ in range(3):
        enter(browser, device)
    device.count = 1
    enter(browser, device, 422)


def test_a_passkey_that_says_it_is_somebody_elses_is_refused(browser, patient, stranger):
    device, _ = make(browser(patient))
    device.user = account(stranger).public_id.bytes
    enter(browser, device, 422)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "nonsense", '{"id":"AA","rawId":"AA","type":"public-key"}'])
def test_what_is_no_answer_is_told(browser, patient, answer):
    made, page = begin(browser)
    made.submit(page, "[data-passkey]", 422, credential=answer)
    me = browser(patient)
    me.submit(asked(me), "[data-passkey]", 422, credential=answer)


def test_a_challenge_lasts_five_minutes(browser, patient):
    device, _ = make(browser(patient))
    made, page = begin(browser)
    answer = device.sign(options_of(page))
    clock.shift(timedelta(minutes=5, seconds=1))
    late = made.submit(page, "[data-passkey]", 422, credential=answer)
    assert "it took too long" in late and not late.css("[data-passkey]")
    made.get("/sign_in/passkey/", status=303)
    again = made.submit(late, "form[action$='passkey/begin']")
    assert made.submit(again, "[data-passkey]", credential=device.sign(options_of(again))).url == "/me/"


def test_two_answers_at_once_are_one_and_the_other_is_told(browser, patient):
    """The second tab of a hasty click: a sentence, and a button that starts again."""
    device, _ = make(browser(patient))
    made, page = begin(browser)
    other = browser()
    other.client.set_cookie("sid", made.client.get_cookie("sid").value)
    made.submit(page, "[data-passkey]", credential=device.sign(options_of(page)))
    told_so = other.submit(page, "[data-passkey]", 422, credential=device.sign(options_of(page)))
    assert "has answered this before" in told_so and told_so.css("form[action$='passkey/begin']")


def test_a_second_key_for_one_question_is_told(browser, patient):
    me = browser(patient)
    page = asked(me)
    me.submit(page, "[data-passkey]", credential=Device().make(options_of(page)))
    page = me.submit(page, "[data-passkey]", 422, once="1" * 22, credential=Device().make(options_of(page)))
    assert "has answered this before" in page and len(passkeys()) == 1


@both
def test_a_deleted_passkey_signs_in_nobody(browser, patient, htmx):
    me = browser(patient, htmx=htmx)
    device, page = make(me)
    page = me.submit(page, "#passkeys form")
    assert "You have none yet" in page and passkeys() == []
    assert events_of(patient) == ["passkey.added", "passkey.deleted"] and told()[-1] == "passkey_deleted"
    enter(browser, device, 422)


def test_somebody_elses_passkey_does_not_exist(browser, patient, stranger):
    make(browser(patient))
    foe = browser(stranger)
    token = foe.get(URL).css("[name=csrf_token]")[0].get("value")
    foe.post(f"{URL}{passkeys()[0].public_id}/delete", {"csrf_token": token, "once": "1" * 22}, 404)
    assert len(passkeys()) == 1


def test_making_one_needs_a_fresh_password(browser, patient):
    """SECURITY A23."""
    me = browser(patient)
    page = me.get(URL)
    clock.shift(timedelta(minutes=6))
    assert "Is it you?" in me.submit(page, "#main section form[action$='passkeys/']", name="My phone")
    with database.apart() as session:
        assert not session.scalars(select(PasskeyChallenge)).all()


def test_the_eleventh_has_no_room(browser, patient):
    me = browser(patient)
    for _ in range(10):
        make(me)
    assert "no room for more" in make(me, status=422)[1]


def test_a_closed_account_has_no_door(browser, patient):
    device, _ = make(browser(patient))
    with database.writing() as session:
        session.get(type(account(patient)), patient.account_id).state = "deactivated"
    enter(browser, device, 422)
    assert all(one.awaiting_code is False for one in open_sessions(patient))

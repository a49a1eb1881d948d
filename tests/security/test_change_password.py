"""A person, or somebody who works here, chooses a new password (ACC-4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain.notifications.models import Receipt
from portal.kernel import clock, database, passwords
from tests.security.traces import account, events_of, member, open_sessions, told

URL = "/me/sign_in/password"
NEW = "plum lantern seven gates"
both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def change(me, page=None, status=200, **fields):
    typed = {"new": NEW, "again": NEW} | fields
    return me.submit(page or me.get(URL), "#signing-in form", status, **typed)


@both
def test_the_new_password_opens_and_the_old_one_does_not(browser, patient, htmx):
    me = browser(patient, htmx=htmx)
    page = change(me, me.get(URL, htmx=htmx), 204 if htmx else 200, current=patient.password)
    page = me.get(page.headers["HX-Redirect"]) if htmx else page
    assert "Done." in page and "Receipt" in page
    stored = account(patient)
    assert passwords.matches(NEW, stored.password_hash) and not passwords.matches(
        patient.password, stored.password_hash
    )
    assert stored.password_changed_at
    assert events_of(patient) == ["password.changed"] and told() == ["password_changed"]


def test_other_browsers_are_signed_out_and_this_one_has_a_new_token(browser, patient):
    other, me = browser(patient), browser(patient)
    before = me.client.get_cookie("sid").value
    change(me, current=patient.password)
    other.get("/me/", status=303)
    me.get("/me/")
    assert me.client.get_cookie("sid").value != before
    thief = browser()
    thief.client.set_cookie("sid", before)
    thief.get("/me/", status=303)
    assert len(open_sessions(patient)) == 1


@both
@pytest.mark.parametrize(
    "fields,words",
    [
        ({"current": "wrong wrong wrong"}, "That is not your password now"),
        ({"new": "short", "again": "short"}, "Use 15 letters or more"),
        ({"again": "plum lantern seven doors"}, "are not the same"),
        ({"new": "Oakhurst 1958 1958 1", "again": "Oakhurst 1958 1958 1"}, "Others could guess"),
        ({"current": "", "new": "", "again": ""}, "Type the password that you use now"),
        ({"new": None, "again": None}, "Type the new password"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(browser, patient, htmx, fields, words):
    me = browser(patient, htmx=htmx)
    page = change(me, me.get(URL, htmx=htmx), 422, **({"current": patient.password} | fields))
    assert words in page and page.css(".bad-field")
    assert not [box for box in page.css("input[type=password]") if box.get("value")]
    assert passwords.matches(patient.password, account(patient).password_hash) and told() == []


def test_the_same_password_again_is_none(browser, patient):
    page = change(browser(patient), status=422, current=patient.password, new=patient.password, again=patient.password)
    assert "the password that you have now" in page


def test_guessing_the_present_password_is_slowed_as_signing_in_is(browser, patient):
    me = browser(patient)
    for _ in range(5):
        change(me, status=422, current="wrong wrong wrong")
    assert "too many tries" in change(me, status=429, current=patient.password)
    clock.shift(timedelta(seconds=31))
    change(me, current=patient.password)


def test_the_same_form_again_changes_nothing(browser, patient):
    """Its token was the old session's."""
    me = browser(patient)
    form = me.get(URL)
    change(me, form, current=patient.password)
    change(me, form, 403, current=patient.password)
    assert told() == ["password_changed"]


def test_no_password_is_kept_in_a_receipt(browser, patient):
    """Not even as a fast hash: the body's hash is that of a form without its secrets."""
    hashes = set()
    for new in (NEW, "quiet harbor nine lamps"):
        me = browser(patient)
        old = patient.password if new == NEW else NEW
        change(me, current=old, new=new, again=new)
    with database.apart() as session:
        hashes = set(session.scalars(select(Receipt.body_hash)))
    assert len(hashes) == 1


@both
def test_somebody_who_works_here_changes_theirs(browser, front_desk, htmx):
    me = browser(front_desk, htmx=htmx)
    url = f"/office/{front_desk.place}/sign_in/password"
    page = me.submit(me.get(url, htmx=htmx), "#my-password form", 422, current="no", new=NEW, again=NEW)
    assert "That is not your password now" in page
    page = me.submit(page, "#my-password form", 204 if htmx else 200, current=front_desk.password, new=NEW, again=NEW)
    assert passwords.matches(NEW, member(front_desk).password_hash) and told() == ["password_changed"]


def test_the_operator_too(browser, operator):
    me = browser(operator)
    me.submit(
        me.get("/office/all/sign_in/password"), "#my-password form", current=operator.password, new=NEW, again=NEW
    )
    assert passwords.matches(NEW, member(operator).password_hash)


def test_nobody_elses_page_is_there(browser, patient, stranger):
    other = browser(patient)
    other.get("/00000000-0000-4000-8000-000000000007/sign_in/password", status=404)
    browser().get(URL, status=303)

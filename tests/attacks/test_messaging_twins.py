"""Attacks on conversations (SECURITY Z2-Z4, Z6, B2, B4, I2-I4), each also against a weakened twin."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import request
from sqlalchemy import select

from portal.blueprints.messaging import office_views, views
from portal.domain.connections.models import Connection
from portal.domain.messaging import rules
from portal.domain.practices.models import Provider
from portal.kernel import database
from portal.web import access, once, templates
from tests.attacks.test_twins import PAYLOADS
from tests.factories import practices
from tests.factories.messaging import a_conversation
from tests.messaging import traces
from tests.pages.world import uuid_of_nothing
from tests.people import a_connected_patient, staff_of

twin = pytest.mark.parametrize("weak", [False, True], ids=["the portal", "its twin"])
MINE = "/me/messaging/"


@pytest.fixture
def foe(office):
    """Another patient of the same office."""
    return a_connected_patient(office.id, given="Mallory", family="Grey")


@pytest.fixture
def begin(office, patient):
    """`begin(body)`: a conversation of the patient. Its outer id."""
    with database.writing() as session:
        chart = session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()

    def make(body="Canary words.", **more):
        return a_conversation(chart, patient.person_id, office.id, patient.account_id, body, **more)

    return make


def as_somebody_else(monkeypatch, person_id):
    """The twin's views believe that everybody is that person."""
    monkeypatch.setattr(views, "viewer", lambda: replace(access.viewer(), person_id=person_id))


def fields_of(made, **more):
    token = made.get(MINE).css("input[name=csrf_token]")[0].get("value")
    return {"csrf_token": token, "once": "a" * 22, **more}


@twin
def test_reading_by_another_id(browser, patient, foe, begin, weak, monkeypatch):
    """Z2. Not there and not theirs is the same to the byte. The twin does not ask whose it is."""
    one, made = begin(), browser(foe)
    if weak:
        as_somebody_else(monkeypatch, patient.person_id)
    theirs = made._send("get", f"{MINE}{one}/")
    assert ("Canary words." in theirs.get_data(as_text=True)) == weak
    if not weak:
        nothing = made._send("get", f"{MINE}{uuid_of_nothing()}/")
        assert (theirs.status_code, theirs.get_data()) == (404, nothing.get_data())


@twin
def test_writing_by_another_id(browser, patient, foe, begin, weak, monkeypatch):
    """Z3. The twin does not ask whose it is."""
    one, made = begin(), browser(foe)
    fields = fields_of(made, body="I am you.")
    if weak:
        as_somebody_else(monkeypatch, patient.person_id)
    made._send("post", f"{MINE}{one}/reply", data=fields)
    assert (len(traces.said(one)) == 2) == weak


@twin
def test_an_owner_named_in_the_request(browser, patient, foe, office, weak, monkeypatch):
    """Z4. Nothing in a form says whose message it is. The twin believes it."""
    made = browser(foe)
    named = {"person_id": patient.person_id, "person": patient.person_id, "account_id": patient.account_id}
    fields = fields_of(made, to=str(office.public_id), subject="x", body="x", **named)
    if weak:
        monkeypatch.setattr(
            views, "viewer", lambda: replace(access.viewer(), person_id=int(request.form.get("person_id", 0)))
        )
    made._send("post", MINE + "new", data=fields)
    assert (traces.conversations()[0].person_id == patient.person_id) == weak


@twin
def test_another_office_reads_along(browser, begin, weak, monkeypatch, office):
    """Z6. The twin forgets which office asks."""
    elsewhere = practices.an_office("Harbor Point Medical")
    one, made = begin(), browser(staff_of(elsewhere))
    if weak:
        monkeypatch.setattr(office_views, "staff", lambda: replace(access.staff(), office_id=office.id))
    page = made._send("get", f"/office/{elsewhere.public_id}/messaging/{one}/")
    assert ("Canary words." in page.get_data(as_text=True)) == weak


@twin
def test_twenty_times_the_same_form(browser, patient, begin, weak, monkeypatch):
    """B2, C23. One message, and one answer. The twin has no key of a form."""
    one, made = begin(state="answered"), browser(patient)
    form = made.get(f"{MINE}{one}/").form("#conversation form")
    fields = dict(form.form_values()) | {"body": "Once."}
    if weak:
        monkeypatch.setattr(once, "applies_to", lambda _view: False)
    answers = {made._send("post", f"{MINE}{one}/reply", data=fields).headers.get("Location") for _ in range(20)}
    assert (len(traces.said(one)) > 2) == weak
    assert weak or len(answers) == 1


@twin
def test_writing_to_who_takes_no_messages(browser, patient, office, weak, monkeypatch):
    """B4. The form does not offer them; a post that names them is refused. The twin asks no rule."""
    with database.writing() as session:
        provider = session.scalars(select(Provider)).one()
        provider.takes_messages, key = False, provider.public_id
    if weak:
        monkeypatch.setattr(rules, "why_not_write_to", lambda **_: None)
    made = browser(patient)
    made._send("post", MINE + "new", data=fields_of(made, to=str(key), subject="x", body="x"))
    assert bool(traces.conversations()) == weak


@twin
def test_words_that_want_to_be_markup(browser, patient, front_desk, office, begin, weak, monkeypatch):
    """I2, I3, I4. In subject, beginning and words; seen by both sides. The twin does not escape."""
    begun = [begin(payload, subject=payload[:80]) for payload in PAYLOADS]
    if weak:
        monkeypatch.setattr(templates.environment("en"), "autoescape", False)
        templates.environment("en").cache.clear()
    me, them, desk = browser(patient), browser(front_desk), f"/office/{office.public_id}/messaging/"
    try:
        urls = [(me, MINE), (them, desk)]
        urls += [(made, f"{place}{one}/") for one in begun for made, place in ((me, MINE), (them, desk))]
        seen = [made._send("get", url).get_data(as_text=True) for made, url in urls]
    finally:
        templates.environment("en").cache.clear()
    raw = [payload for payload in PAYLOADS if "<" in payload]
    assert any(payload in page for page in seen for payload in raw) == weak

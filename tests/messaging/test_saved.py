"""Saved replies: an office keeps what it answers again and again, and its fields are filled in (MSG-5)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, update

from portal.blueprints.messaging.wording import FIELDS, filled
from portal.domain.accounts.models import Person
from portal.domain.audit.models import AuditEntry
from portal.domain.messaging import rules
from portal.domain.messaging.models import SavedReply
from portal.domain.messaging.saved import ToFill
from portal.kernel import database
from tests.factories import practices
from tests.factories.messaging import a_saved_reply
from tests.messaging import traces
from tests.people import staff_of

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def desk_url(care, path=""):
    return f"/office/{care.office}/messaging/{path}"


def kept():
    with database.writing() as session:
        rows = list(session.scalars(select(SavedReply).order_by(SavedReply.id)))
        session.expunge_all()
        return [(one.name, one.body, one.body_es) for one in rows]


def deeds():
    with database.writing() as session:
        found = select(AuditEntry.event).where(AuditEntry.event.like("saved_reply.%")).order_by(AuditEntry.seq)
        return list(session.scalars(found))


def fill_in(them, page, status=200, **typed):
    """The button beside the list of saved replies."""
    fields = dict(page.form("#conversation form.measure").form_values()) | typed
    url = page.one("button[formaction$=fill]").get("formaction")
    return them.post(url, fields, status, htmx=them.htmx)


def test_words_are_filled_in_once():
    assert (
        rules.filled_in("{patient}, {office} {other}", {"patient": "{office}", "office": "L"}) == "{office}, L {other}"
    )
    assert rules.why_not_keep_words("{patient} {today} {", None) is None
    assert rules.why_not_keep_words("{patient}", "{nombre} {} {nombre}").facts == {"unknown": ["{nombre}", "{}"]}
    assert [name for name, _ in FIELDS] == [f"{{{name}}}" for name in rules.FIELDS]


@pytest.mark.parametrize(
    "language,body_es,said",
    [
        ("en", "{today}", "Maribel: 800-555-0100, March 9, 2031, Front desk"),
        ("es", "{today}", "9 de marzo de 2031"),
        ("es", None, "Maribel: 800-555-0100, March 9, 2031, Front desk"),
    ],
    ids=["English", "Spanish", "no Spanish twin"],
)
def test_in_the_language_of_who_reads_it(app, language, body_es, said):
    words = ToFill(
        "{patient}: {phone}, {today}, {provider}", body_es, language, "Maribel", None, "Larkhaven", "+18005550100"
    )
    with app.test_request_context():
        assert filled(words, date(2031, 3, 9)) == said


@pytest.mark.parametrize("role", ["front_desk", "clinician", "administrator"])
def test_who_answers_keeps_them(browser, office, role, care):
    them = browser(staff_of(office, role))
    page = them.get(desk_url(care, "saved/add"))
    refused = them.submit(page, status=422, name="Refill", body="Hello {name}", body_es="Hola {nombre}")
    assert "Nothing can be filled in for {name}. These can: {patient}, {provider}" in refused
    assert refused.one("[name=body]").text.strip() == "Hello {name}" and kept() == []
    page = them.submit(refused, name="Refill", body="Hello {patient}", body_es="Hola {patient}")
    assert "Hello {patient}" in page
    page = them.submit(them.get(page.one("a.edit").get("href")), body="Dear {patient}", body_es="")
    assert kept() == [("Refill", "Dear {patient}", None)]
    asked = them.get(page.one("a.trash").get("href"))
    assert "Delete this saved reply?" in asked and kept()
    assert "There are none yet" in them.submit(asked) and kept() == []
    assert deeds() == ["saved_reply.added", "saved_reply.changed", "saved_reply.deleted"]


def test_two_change_the_same_one(browser, front_desk, administrator, care):
    a_saved_reply(care.office_id, "Refill", "Hello")
    one, two = browser(front_desk), browser(administrator)
    url = one.get(desk_url(care, "saved/")).one("a.edit").get("href")
    opened = two.get(url)
    one.submit(one.get(url), body="Hello from one")
    met = two.submit(opened, status=409, body="Hello from two")
    assert "Hello from one" in met and met.one("[name=body]").text.strip() == "Hello from two"
    two.submit(met)
    assert kept()[0][1] == "Hello from two"


@both_ways
def test_one_is_put_behind_what_is_typed(browser, front_desk, patient, care, htmx):
    one = care.conversation()
    them = browser(front_desk, htmx=htmx)
    assert not them.get(desk_url(care, f"{one}/")).css("[name=saved]")
    saved = a_saved_reply(care.office_id, "Refill", "Hello {patient}, {provider} says: {unclear")
    page = them.get(desk_url(care, f"{one}/"))
    filled = fill_in(them, page, body="So far.", saved=str(saved))
    words = "So far.\n\nHello Maribel, Amara Fenwick-Osei, MD says: {unclear"
    assert filled.is_fragment == htmx
    assert filled.one("[name=body]").text.strip() == words and len(traces.said(one)) == 1
    them.submit(filled, "form[action$=reply]")
    assert traces.said(one)[1][1].replace("\r\n", "\n") == words


@both_ways
def test_who_reads_spanish_gets_the_spanish_words(browser, front_desk, patient, care, htmx):
    with database.writing() as session:
        session.execute(update(Person).where(Person.id == patient.person_id).values(language="es"))
    saved = a_saved_reply(care.office_id, "Refill", "Hello", "Hola de {provider}")
    one, them = care.conversation(pool=True), browser(front_desk, htmx=htmx)
    filled = fill_in(them, them.get(desk_url(care, f"{one}/")), saved=str(saved))
    assert filled.one("[name=body]").text.strip() == "Hola de Recepción"


@pytest.mark.parametrize("chosen", ["", "nonsense", "another office's"])
def test_what_can_not_be_chosen_changes_nothing(browser, front_desk, care, chosen):
    elsewhere = practices.an_office("Harbor Point Medical")
    a_saved_reply(care.office_id, "Refill", "Hello")
    theirs = a_saved_reply(elsewhere.id, "Canary", "Canary words")
    one, them = care.conversation(), browser(front_desk)
    page = them.get(desk_url(care, f"{one}/"))
    assert "Canary" not in page
    answer = fill_in(them, page, 422, body="So far.", saved=str(theirs) if chosen.startswith("another") else chosen)
    assert "Choose a saved reply first" in answer and answer.one("[name=body]").text.strip() == "So far."
    assert "Canary" not in answer.source


@pytest.mark.parametrize("deed", ["edit", "delete"])
def test_another_offices_do_not_exist(browser, care, deed):
    elsewhere = practices.an_office("Harbor Point Medical")
    one = a_saved_reply(care.office_id, "Refill", "Hello")
    them, place = browser(staff_of(elsewhere)), f"/office/{elsewhere.public_id}/messaging/saved/"
    page = them.get(place)
    them.get(f"{place}{one}/{deed}", status=404)
    token = page.css("input[name=csrf_token]")[0].get("value")
    fields = {"csrf_token": token, "once": "a" * 22, "name": "x", "body": "x", "mark": "x"}
    them.post(f"{place}{one}/{deed}", fields, status=404)
    assert kept() == [("Refill", "Hello", None)]

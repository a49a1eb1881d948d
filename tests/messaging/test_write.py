"""A person begins a conversation, and goes on with one (MSG-1 to MSG-4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from portal.domain.connections.models import Connection
from portal.domain.messaging.models import Conversation
from portal.domain.messaging.rules import LONGEST
from portal.kernel import clock, database
from tests.factories import appointments, practices
from tests.messaging import traces

MINE = "/me/messaging/"
both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
A_WEDNESDAY = datetime(2031, 3, 12, 14, tzinfo=UTC)


def write(me, care, status=200, **fields):
    page = me.get(MINE + "new")
    values = {"to": str(care.provider), "subject": "My knee", "body": "It hurts."} | fields
    return me.submit(page, "#new-conversation form", status, **values)


def test_a_patient_begins_a_conversation(browser, patient, care):
    page = write(browser(patient), care, body="It hurts.\r\n\r\nEven at night.")
    (row,) = traces.conversations()
    assert (row.subject, row.state, row.provider_id, row.chart_id) == (
        "My knee",
        "waiting",
        care.provider_id,
        care.chart,
    )
    assert (row.messages, row.last_by, row.snippet) == (1, "patient", "It hurts. Even at night.")
    assert traces.said(row.public_id) == [("patient", "It hurts.\n\nEven at night.")]
    assert "conversation.started" in traces.events_of(patient.person_id)
    assert "My knee" in page and "Amara Fenwick-Osei" in page and "R-" in page
    assert f"/me/messaging/{row.public_id}/" in page.url and "knee" not in page.url


def test_by_htmx_it_leads_to_the_conversation(browser, patient, care):
    page = write(browser(patient, htmx=True), care, status=204)
    (row,) = traces.conversations()
    assert str(row.public_id) in page.headers["HX-Redirect"]


def test_the_front_desk_can_be_written_to(browser, patient, care):
    write(browser(patient), care, to=str(care.office))
    assert traces.conversations()[0].provider_id is None


def test_what_to_know_stands_before_the_form(browser, patient, care, office):
    clock.shift(A_WEDNESDAY - datetime.now(UTC))
    me = browser(patient)
    page = me.get(MINE + "new")
    assert "1 to 3 business days: by Monday, March 17, 2031" in page
    assert "Call 911" in page and "only about yourself" in page
    appointments.time_off(office.id, A_WEDNESDAY.date() + timedelta(days=1))
    assert "by Tuesday, March 18, 2031" in me.get(MINE + "new")
    write(me, care)
    assert traces.conversations()[0].due_at == datetime(2031, 3, 18, 21, tzinfo=UTC)


@both_ways
def test_whoever_takes_no_messages_is_named_and_not_offered(browser, patient, care, htmx):
    me = browser(patient, htmx=htmx)
    page = me.get(MINE + "new")
    care.takes_no_messages()
    answer = me.submit(page, "#new-conversation form", 409, to=str(care.provider), subject="Refill", body="Five pills.")
    assert "takes no messages here now" in answer
    assert answer.one("textarea").text.strip() == "Five pills."
    assert answer.one("[name=subject]").get("value") == "Refill"
    assert traces.conversations() == []
    again = me.get(MINE + "new")
    assert [one.get("value") for one in again.css("option")] == [str(care.office)]
    assert "Amara Fenwick-Osei, MD" in again and again.css("a[href^='tel:']")


@pytest.mark.parametrize(
    "field,words", [("body", "Type your message"), ("subject", "Type a subject"), ("to", "Choose")]
)
def test_what_is_missing_is_said_and_the_rest_stays(browser, patient, care, field, words):
    page = write(browser(patient), care, 422, **{field: ""})
    assert words in page
    kept = {"subject": page.one("[name=subject]").get("value"), "body": page.one("textarea").text.strip()}
    assert {name: value for name, value in kept.items() if name != field} == {
        name: value for name, value in {"subject": "My knee", "body": "It hurts."}.items() if name != field
    }
    assert traces.conversations() == []


def test_twenty_thousand_letters_fit_and_more_is_told(browser, patient, care):
    me = browser(patient)
    page = write(me, care, 422, body="é" * (LONGEST + 7))
    assert "7 letters too long" in page
    assert len(page.one("textarea").text.strip()) == LONGEST + 7
    me.submit(page, "#new-conversation form", body="é" * LONGEST)
    assert len(traces.said(traces.conversations()[0].public_id)[0][1]) == LONGEST


@both_ways
def test_a_patient_goes_on(browser, patient, care, htmx):
    one = care.conversation("First.", state="answered", waiting_since=None, due_at=None)
    me = browser(patient, htmx=htmx)
    page = me.submit(me.get(f"{MINE}{one}/"), "#conversation form", body="Second.")
    assert page.is_fragment == htmx
    assert traces.said(one) == [("patient", "First."), ("patient", "Second.")]
    row = traces.conversation(one)
    assert (row.state, row.messages, row.snippet) == ("waiting", 2, "Second.")
    assert row.due_at > clock.now() and row.waiting_since
    assert traces.mark(one, "patient", patient.account_id) == (2, 0)
    assert ("Your message is sent." if htmx else "Done.") in page
    assert (page.one("textarea").text or "").strip() == ""


def test_more_words_do_not_put_off_the_day(browser, patient, care):
    one = care.conversation("First.", at=clock.now() - timedelta(days=2))
    before = traces.conversation(one)
    me = browser(patient)
    me.submit(me.get(f"{MINE}{one}/"), "#conversation form", body="Second.")
    after = traces.conversation(one)
    assert (after.due_at, after.waiting_since) == (before.due_at, before.waiting_since)


@both_ways
@pytest.mark.parametrize("how", ["closed", "off", "taken off"])
def test_what_ended_can_be_read_and_not_gone_on_with(browser, patient, care, htmx, how):
    one = care.conversation("First.")
    me = browser(patient, htmx=htmx)
    page = me.get(f"{MINE}{one}/")
    if how == "closed":
        with database.writing() as session:
            session.execute(update(Conversation).values(state="closed"))
    else:
        care.takes_no_messages(**({"ended_at": clock.now()} if how == "taken off" else {}))
    answer = me.submit(page, "#conversation form", 409, body="Kept words.")
    assert answer.one("textarea").text.strip() == "Kept words."
    assert len(traces.said(one)) == 1
    again = me.get(f"{MINE}{one}/")
    assert "First." in again and not again.css("textarea")
    assert ("closed this conversation" if how == "closed" else "takes no messages here now") in again


def test_the_same_form_twice_is_one_message(browser, patient, care):
    me = browser(patient)
    form = me.get(MINE + "new").form("#new-conversation form")
    fields = {"to": str(care.provider), "subject": "My knee", "body": "It hurts."}
    first, second = me.submit(form, **fields), me.submit(form, **fields)
    assert len(traces.conversations()) == 1
    assert first.url == second.url


def test_who_is_connected_nowhere_has_nobody_to_write_to(browser, stranger):
    page = browser(stranger).get(MINE)
    assert page.one("a.go").get("href") == "/me/connections/new"
    assert not browser(stranger).get(MINE + "new").css("textarea")


@pytest.mark.parametrize("deed", ["", "reply"])
def test_somebody_elses_conversation_does_not_exist(browser, stranger, care, deed):
    one = care.conversation()
    them = browser(stranger)
    token = them.get(MINE).css("input[name=csrf_token]")[0].get("value")
    if deed:
        them.post(f"{MINE}{one}/{deed}", {"csrf_token": token, "once": "a" * 22, "body": "x"}, status=404)
    else:
        them.get(f"{MINE}{one}/", status=404)
    assert len(traces.said(one)) == 1


def test_nobody_writes_to_a_provider_who_is_not_theirs(browser, patient, care):
    elsewhere = practices.an_office("Harbor Point Medical")
    practices.a_provider(elsewhere.id)
    page = write(browser(patient), care, 422, to=str(elsewhere.public_id))
    assert "Choose whom you write to" in page
    assert traces.conversations() == []


def test_a_connection_that_ended_takes_the_conversation_out_of_sight(browser, patient, care):
    one = care.conversation()
    me = browser(patient)
    me.get(f"{MINE}{one}/")
    with database.writing() as session:
        session.execute(update(Connection).values(ended_at=clock.now()))
    me.get(f"{MINE}{one}/", status=404)
    assert "knee" not in me.get(MINE)

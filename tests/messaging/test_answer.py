"""The office reads what waits, answers, closes, and gives it to somebody (MSG-5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.models import AuditSubject
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.kernel import clock, database
from tests.factories import practices
from tests.messaging import traces
from tests.people import staff_of

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def desk_url(care, path=""):
    return f"/office/{care.office}/messaging/{path}"


def subjects(page):
    return [one.text for one in page.css("#conversations h3 a")]


def test_what_waits_longest_comes_first(browser, front_desk, patient, care):
    now = clock.now()
    care.conversation(subject="New")
    care.conversation(subject="Old", at=now - timedelta(days=9), due_at=now - timedelta(days=2))
    care.conversation(subject="Done", state="answered", waiting_since=None, due_at=None)
    care.conversation(subject="Over", state="closed", waiting_since=None, due_at=None)
    them = browser(front_desk)
    page = them.get(desk_url(care))
    assert subjects(page) == ["Old", "New"]
    assert "Oakhurst, Maribel" in page
    assert len(page.css("#conversations .tag.bad")) == 1
    assert subjects(them.get(desk_url(care, "?state=answered"))) == ["Done"]
    assert subjects(them.get(desk_url(care, "?state=closed"))) == ["Over"]
    today = them.get(f"/office/{care.office}/")
    assert "2 conversations wait" in today and "1 message is late" in today
    with database.writing() as session:
        assert set(session.scalars(select(AuditSubject.person_id))) == {patient.person_id}


def test_tabs_show_whose_they_are(browser, front_desk, care):
    care.conversation(subject="A provider's")
    care.conversation(subject="The pool's", pool=True)
    mine = care.conversation(subject="Mine", pool=True)
    them = browser(front_desk)
    them.submit(them.get(desk_url(care, f"{mine}/")), "form[action$=take]")
    assert subjects(them.get(desk_url(care, "?whose=mine"))) == ["Mine"]
    assert subjects(them.get(desk_url(care, "?whose=pool"))) == ["The pool's", "Mine"]
    assert subjects(them.get(desk_url(care, f"?whose=provider&provider={care.provider}"))) == ["A provider's"]
    for wrong in ("?whose=provider", "?state=lost", "?whose=them", "?from=x"):
        them.get(desk_url(care, wrong), status=404)


def test_a_long_queue_goes_on_where_it_ended(browser, front_desk, care):
    for number in range(23):
        care.conversation(subject=f"No. {number}", at=clock.now() - timedelta(hours=50 - number))
    them = browser(front_desk)
    page = them.get(desk_url(care))
    rest = them.get(page.one("#conversations p > a.hit").get("href"))
    assert subjects(page) + subjects(rest) == [f"No. {number}" for number in range(23)]


@both_ways
def test_the_office_answers_and_the_person_is_told_that_a_message_waits(browser, front_desk, patient, care, htmx):
    one = care.conversation("Can I run?")
    them = browser(front_desk, htmx=htmx)
    page = them.submit(them.get(desk_url(care, f"{one}/")), "form[action$=reply]", body="Wait a week.")
    assert page.is_fragment == htmx and "Wait a week." in page
    assert traces.said(one) == [("patient", "Can I run?"), ("front_desk", "Wait a week.")]
    row = traces.conversation(one)
    assert (row.state, row.due_at, row.waiting_since, row.last_by) == ("answered", None, None, "staff")
    assert traces.told() == [("message_waiting", "patient", patient.account_id)]
    assert traces.mark(one, "patient", patient.account_id) == (1, 1)
    assert traces.mark(one, "staff", front_desk.staff_id) == (2, 0)
    assert "conversation.replied" in traces.events_of(patient.person_id)


@both_ways
def test_what_can_not_be_answered_says_why_and_keeps_the_words(browser, front_desk, care, htmx):
    one = care.conversation("Can I run?")
    them = browser(front_desk, htmx=htmx)
    page = them.get(desk_url(care, f"{one}/"))
    care.takes_no_messages()
    answer = them.submit(page, "form[action$=reply]", 409, body="Wait a week.")
    assert "Give it to the front desk" in answer and answer.one("[name=body]").text.strip() == "Wait a week."
    handed = them.submit(them.get(desk_url(care, f"{one}/")), "form[action$=pool]")
    assert handed.css("[name=body]")
    assert traces.conversation(one).provider_id is None and traces.happened(one) == ["to_pool"]
    them.submit(them.get(desk_url(care, f"{one}/")), "form[action$=reply]", body="Wait a week.")
    assert len(traces.said(one)) == 2


def test_who_is_not_connected_any_more_is_not_answered(browser, front_desk, care):
    one = care.conversation("Can I run?")
    them = browser(front_desk)
    page = them.get(desk_url(care, f"{one}/"))
    with database.writing() as session:
        session.execute(update(Connection).values(ended_at=clock.now()))
    assert "not connected to your office" in them.submit(page, "form[action$=reply]", 409, body="Wait.")
    assert traces.told() == []
    assert not them.get(desk_url(care, f"{one}/")).css("[name=body]")


@both_ways
def test_closing_and_opening_again(browser, front_desk, care, htmx):
    one = care.conversation()
    them = browser(front_desk, htmx=htmx)
    page = them.submit(them.get(desk_url(care, f"{one}/")), "form[action$=close]")
    assert traces.conversation(one).state == "closed" and not page.css("[name=body]")
    page = them.submit(them.get(desk_url(care, f"{one}/")), "form[action$=reopen]")
    assert traces.conversation(one).state == "answered" and page.css("[name=body]")
    assert traces.happened(one) == ["closed", "reopened"]
    assert "Opened again, Dana Whitlock" in page


def test_nothing_is_closed_over_a_message_that_nobody_saw(browser, front_desk, patient, care):
    one = care.conversation()
    them, me = browser(front_desk), browser(patient)
    page = them.get(desk_url(care, f"{one}/"))
    me.submit(me.get(f"/me/messaging/{one}/"), "#conversation form", body="It is worse now!")
    answer = them.submit(page, "form[action$=close]", 409)
    assert "Somebody wrote here" in answer and "It is worse now!" in answer
    assert traces.conversation(one).state == "waiting"


def test_somebody_takes_care_of_it(browser, front_desk, care, office):
    colleague = staff_of(office, "clinician")
    with database.writing() as session:
        member = session.get_one(StaffMember, colleague.staff_id).public_id
    one = care.conversation()
    them = browser(front_desk)
    them.submit(them.get(desk_url(care, f"{one}/assign")), "main form", member=str(member))
    assert traces.conversation(one).assigned_to == colleague.staff_id
    them.submit(them.get(desk_url(care, f"{one}/assign")), "main form", member="")
    assert traces.conversation(one).assigned_to is None
    assert traces.happened(one) == ["assigned", "unassigned"]


@pytest.mark.parametrize("who", ["billing", "of another office", "nonsense"])
def test_only_who_reads_messages_here_is_given_one(browser, front_desk, care, office, who):
    elsewhere = practices.an_office("Harbor Point Medical")
    one = care.conversation()
    somebody = staff_of(office, "billing") if who == "billing" else staff_of(elsewhere, "clinician")
    with database.writing() as session:
        member = session.get_one(StaffMember, somebody.staff_id).public_id
    them = browser(front_desk)
    chosen = "nonsense" if who == "nonsense" else str(member)
    them.submit(them.get(desk_url(care, f"{one}/assign")), "main form", 409, member=chosen)
    assert traces.conversation(one).assigned_to is None


def test_the_chart_shows_them(browser, front_desk, patient, care):
    care.conversation(subject="About my knee")
    with database.writing() as session:
        chart = session.get_one(Chart, care.chart).public_id
    assert "About my knee" in browser(front_desk).get(f"/office/{care.office}/charts/{chart}/messaging")


@pytest.mark.parametrize("deed", ["", "assign", "reply", "close", "reopen", "take", "pool"])
def test_another_offices_conversation_does_not_exist(browser, care, deed):
    elsewhere = practices.an_office("Harbor Point Medical")
    one = care.conversation()
    before = traces.conversation(one)
    them, place = browser(staff_of(elsewhere)), f"/office/{elsewhere.public_id}/messaging/"
    if deed in {"", "assign"}:
        them.get(f"{place}{one}/{deed}", status=404)
    else:
        token = them.get(place).css("input[name=csrf_token]")[0].get("value")
        fields = {"csrf_token": token, "once": "a" * 22, "version": str(before.version), "body": "x"}
        them.post(f"{place}{one}/{deed}", fields, status=404)
    assert traces.conversation(one).version == before.version and len(traces.said(one)) == 1

""" "Can't find a time?": somebody asks the office; it answers in words, with times, or after a call."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal.domain.appointments import leaving, question_rules, waiting_retention
from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.kernel import clock, database
from tests.appointments.lines import a_line
from tests.appointments.traces import claimed, events_of, happened, told, visit
from tests.charts.test_merge import merge, undo
from tests.factories import appointments, practices
from tests.factories.charts import a_chart, stored
from tests.journeys.stored import rows
from tests.people import staff_of

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
MINE = "/me/appointments/"
WORDS = "I work until 4 PM. Is there anything later?"


@pytest.fixture
def line(office):
    return a_line(office)


@pytest.fixture
def chart(line, patient):
    """The patient's chart at the office."""
    with database.writing() as session:
        return session.scalars(select(Connection.chart_id).where(Connection.person_id == patient.person_id)).one()


@pytest.fixture
def asked(line, chart):
    """A question of the patient that waits."""
    return appointments.a_question(chart, line.provider, line.reason, words=WORDS)


def link(page, words):
    return next(one.get("href") for one in page.css("main a") if words in one.text_content())


def at(who, question, *more):
    return "/".join([f"/office/{who.place}/appointments/questions/{question}", *(more or [""])])


@both
def test_asking(browser, front_desk, patient, line, htmx):
    me = browser(patient, htmx=htmx)
    reading = browser(patient)
    page = reading.get(link(reading.get(f"{MINE}request/"), "Imre"))
    form = me.get(link(page, "Ask the office for a time"))
    assert "Blood pressure" in form
    wrong = me.submit(form, "#ask form", status=422, weekdays=[])
    assert "Choose at least one day." in wrong and "Write a few words" in wrong
    fields = {"words": WORDS, "weekdays": ["0", "4"], "part": "afternoon", "answer": "phone"}
    me.submit(form, "#ask form", status=204 if htmx else 200, **fields)
    (row,) = rows(TimeQuestion)
    assert (row.words, row.weekdays, row.part_of_day, row.by_phone) == (WORDS, 17, "afternoon", True)
    assert (row.provider_id, row.reason_id, row.state) == (line.provider, line.reason, "open")
    assert "time_question.asked" in events_of("person", patient.person_id)
    page = browser(patient).get(f"{MINE}questions/{row.public_id}/")
    assert "The office calls you." in page and "Monday, Friday. Afternoon" in page and WORDS in page
    desk = browser(front_desk)
    today = desk.get(f"/office/{front_desk.place}/")
    assert "1 person found no time" in today
    queue = desk.get(f"/office/{front_desk.place}/appointments/")
    assert "1 waits" in queue and "Found no time" in queue and WORDS in queue


def test_nobody_asks_again_and_again(browser, patient, line, chart):
    for _ in range(question_rules.MOST_ASKED):
        appointments.a_question(chart, line.provider, line.reason)
    me = browser(patient)
    page = me.get(link(me.get(link(me.get(f"{MINE}request/"), "Imre")), "Ask the office for a time"))
    assert "3 questions of yours wait" in me.submit(page, "#ask form", status=409, words=WORDS)
    assert len(rows(TimeQuestion)) == 3


@both
def test_answering_in_words(browser, front_desk, patient, asked, htmx):
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(at(front_desk, asked))
    assert "Oakhurst, Maribel" in page and WORDS in page
    assert "Type your answer." in desk.submit(page, "#question form", status=422)
    desk.submit(page, "#question form", status=204 if htmx else 200, words="Come on Friday at 4.")
    (row,) = rows(TimeQuestion)
    assert (row.state, row.answer) == ("answered", "Come on Friday at 4.")
    assert events_of("person", patient.person_id)[-1] == "time_question.answered"
    assert told() == [("time_question_answered", "patient", patient.account_id)]
    me = browser(patient)
    assert "An office answered your question" in me.get("/me/")
    page = me.get(link(me.get(f"{MINE}questions/"), "Blood pressure"))
    assert "Come on Friday at 4." in page and "Answered" in page
    late = browser(front_desk)
    fields = {"csrf_token": _token(late, front_desk), "once": uuid4().hex, "version": "1", "words": "Twice"}
    assert "answered or taken back meanwhile" in late.post(at(front_desk, asked), fields, 409)


def _token(desk, who):
    return desk.get(f"/office/{who.place}/").css("input[name=csrf_token]")[0].get("value")


def test_offering_times_of_which_they_pick_one(browser, front_desk, patient, line, asked):
    desk = browser(front_desk)
    page = desk.get(link(desk.get(at(front_desk, asked)), "Offer times"))
    assert "Oakhurst" not in page
    form = dict(page.form("main form[method=post]").form_values())
    url = at(front_desk, asked, "times")
    assert "Choose at least one time." in desk.post(url, form, 409)
    form |= {"once": uuid4().hex, "times": [line.at(hour).isoformat() for hour in (10, 14)]}
    desk.post(url, form, 303)
    (row,) = rows(TimeQuestion)
    assert row.state == "answered" and claimed() == 8
    assert told() == [("appointment_proposed", "patient", patient.account_id)]
    me = browser(patient)
    page = me.get(link(me.get(f"{MINE}questions/{asked}/"), "See the visit"))
    page = me.get(link(page, "Choose a time"))
    page = me.submit(page, "#pick form", number="2")
    offered = UUID(page.url.rstrip("/").rsplit("/", 1)[-1])
    assert (visit(offered).state, visit(offered).starts_at, visit(offered).note) == ("booked", line.at(14), WORDS)
    assert happened(offered) == [("proposed", "staff"), ("picked", "patient")] and claimed() == 4
    assert "time_question.proposed" in events_of("person", patient.person_id)


def test_booking_leads_to_their_chart_with_what_they_want(browser, front_desk, asked):
    desk = browser(front_desk)
    url = link(desk.get(at(front_desk, asked)), "Book a visit")
    assert "provider=" in url and "reason=" in url
    assert "Imre Lindgren-Ash" in desk.get(url)


def test_what_is_booked_from_it_is_its_answer(browser, front_desk, patient, line, asked):
    desk = browser(front_desk)
    page = desk.get(link(desk.get(at(front_desk, asked)), "Book a visit"))
    desk.submit(page, "#booking form[method='post']", at=str(int(line.at(10).timestamp())))
    (row,) = rows(TimeQuestion)
    assert (row.state, row.appointment_id is None) == ("answered", False)
    assert {"appointment.booked", "time_question.booked"} <= set(events_of("person", patient.person_id))
    mine = browser(patient).get(f"{MINE}questions/{asked}/")
    assert "There is a visit for you." in mine.text


def test_a_question_that_is_not_of_the_chart_is_not_answered(browser, front_desk, line, chart, asked):
    """Z3. A form that names another question books nothing."""
    desk, other = browser(front_desk), a_chart(line.office.id, "Ottoline", "Marsh")
    page = desk.get(f"/office/{front_desk.place}/appointments/book/{other.public_id}/?question={asked}")
    at = str(int(line.at(10).timestamp()))
    desk.submit(page, "#booking form[method='post']", at=at, status=404)
    assert [row.state for row in rows(TimeQuestion)] == ["open"]
    assert claimed() == 0


@both
def test_taking_the_question_back(browser, front_desk, patient, asked, htmx):
    me = browser(patient, htmx=htmx)
    page = me.get(f"{MINE}questions/{asked}/")
    answer = me.submit(page, "#question form")
    assert "Taken back" in answer and answer.is_fragment == htmx
    assert rows(TimeQuestion)[0].state == "withdrawn"
    assert "Nobody is waiting." in browser(front_desk).get(f"/office/{front_desk.place}/appointments/")


def test_somebody_elses_question_does_not_exist(browser, front_desk, office, patient, stranger, asked):
    form = dict(browser(patient).get(f"{MINE}questions/{asked}/").form("#question form").form_values())
    other = browser(stranger)
    token = other.get("/me/").css("input[name=csrf_token]")[0].get("value")
    other.get(f"{MINE}questions/{asked}/", status=404)
    other.post(f"{MINE}questions/{asked}/take_back", form | {"once": uuid4().hex, "csrf_token": token}, 404)
    other.get(f"{MINE}questions/{uuid4()}/", status=404)
    elsewhere = staff_of(practices.an_office("Harbor Point Medical"))
    browser(elsewhere).get(at(elsewhere, asked), status=404)
    browser(elsewhere).get(at(elsewhere, asked, "times"), status=404)
    browser(staff_of(office, "billing")).get(at(front_desk, asked), status=404)
    assert rows(TimeQuestion)[0].state == "open"


def test_who_closes_their_account_needs_no_answer(patient, asked):
    with database.writing():
        leaving.leave(patient.person_id, patient.actor, clock.now())
    assert rows(TimeQuestion)[0].state == "withdrawn"
    with database.writing():
        assert waiting_retention.forget_questions(clock.now() + timedelta(days=364)) == 0
        assert waiting_retention.forget_questions(clock.now() + timedelta(days=366)) == 1


def test_it_follows_to_the_chart_that_stays_and_back(browser, front_desk, patient, line, chart):
    bound = _chart(chart)
    loose = stored(a_chart(front_desk.office_id).public_id)
    asked = appointments.a_question(loose.id, line.provider, line.reason)
    merge(browser, front_desk, bound, loose)
    assert "Waits for an answer" in browser(patient).get(f"{MINE}questions/{asked}/")
    page = browser(front_desk).get(f"/office/{front_desk.place}/charts/{bound.public_id}/time_questions")
    assert "Blood pressure" in page
    undo(browser, front_desk, bound)
    browser(patient).get(f"{MINE}questions/{asked}/", status=404)


def _chart(chart):
    with database.writing() as session:
        row = session.get_one(Chart, chart)
        session.expunge(row)
        return row


@pytest.mark.parametrize(
    ("state", "version", "code"),
    [("open", 1, None), ("open", 2, "question_answered"), ("answered", 1, "question_answered")],
)
def test_an_answer_is_to_what_was_seen(state, version, code):
    refusal = question_rules.why_not_answer(state, version, 1)
    assert (refusal and refusal.code) == code

"""The office sees who waits for whom and what was offered, and takes somebody off the list with a reason."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.domain.charts.models import Chart
from portal.kernel import database
from tests.appointments.lines import a_line, became, entry, offered, serve
from tests.appointments.test_pass_a_time_on import answer, new_chart
from tests.appointments.traces import events_of, shown, told
from tests.factories import practices
from tests.people import staff_of

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@pytest.fixture
def line(office):
    return a_line(office)


def listing(who):
    return f"/office/{who.place}/appointments/waiting/"


def test_who_waits_for_whom_and_what_was_offered(browser, front_desk, patient, line):
    wish = line.wish(line.chart_of(patient))
    _, second = line.somebody(weekdays=1)
    answer(browser, front_desk, line.visit(new_chart(line), line.at(10)), "cancel")
    serve()
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/appointments/")
    page = desk.get(next(one.get("href") for one in page.css("main a") if "Wait list" in one.text_content()))
    assert "Imre Lindgren-Ash" in page and "Offered now" in page and "10:00 AM" in page and "Nothing yet" in page
    assert patient.person_id in shown()
    me = browser(patient)
    me.submit(me.get(f"/me/appointments/waiting/{wish}/"), "form[action$='decline']")
    assert "not wanted" in desk.get(listing(front_desk))


@both
def test_taking_somebody_off_the_list(browser, front_desk, patient, line, htmx):
    wish = line.wish(line.chart_of(patient))
    answer(browser, front_desk, line.visit(new_chart(line), line.at(10)), "cancel")
    serve()
    assert offered(wish)
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(listing(front_desk))
    page = desk.get(next(one.get("href") for one in page.css("main a") if "Take off the list" in one.text_content()))
    assert "Type why" in desk.submit(page, "#why form", status=422)
    desk.submit(page, "#why form", status=204 if htmx else 200, because="Please call us first.")
    assert (entry(wish).state, entry(wish).ended_by, became()) == ("ended", "staff", ["withdrawn"])
    assert "wait_list.removed" in events_of("person", patient.person_id)
    assert told()[-1] == ("wait_list_ended", "patient", patient.account_id)
    page = browser(patient).get(f"/me/appointments/waiting/{wish}/")
    assert "Please call us first." in page and "The office took you off this list." in page
    again = browser(front_desk)
    page = again.get(f"{listing(front_desk)}{wish}/remove")
    assert "not on the wait list any more" in again.submit(page, "#why form", status=409, because="Twice")


def test_the_chart_shows_it(browser, front_desk, patient, line):
    chart = line.chart_of(patient)
    line.wish(chart)
    page = browser(front_desk).get(f"/office/{front_desk.place}/charts/{_public(chart)}/wait_list")
    assert "Blood pressure" in page and "Waiting" in page


def _public(chart):
    with database.writing() as session:
        return session.get_one(Chart, chart).public_id


def test_another_office_and_billing_see_nothing(browser, front_desk, office, patient, line):
    wish = line.wish(line.chart_of(patient))
    url = f"{listing(front_desk)}{wish}/remove"
    fields = dict(browser(front_desk).get(url).form("#why form").form_values()) | {"because": "x"}
    elsewhere = staff_of(practices.an_office("Harbor Point Medical"))
    other = browser(elsewhere)
    page = other.get(listing(elsewhere))
    assert "Nobody is waiting." in page
    there = f"{listing(elsewhere)}{wish}/remove"
    other.get(there, status=404)
    token = page.css("input[name=csrf_token]")[0].get("value")
    other.post(there, fields | {"once": uuid4().hex, "csrf_token": token, "form_path": there}, 404)
    browser(staff_of(office, "billing")).get(listing(front_desk), status=404)
    assert entry(wish).state == "waiting"

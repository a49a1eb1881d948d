"""Staff match a request to a chart, make a new one of it, or decline with a reason."""

from __future__ import annotations

from datetime import date

import pytest

from portal.kernel import clock, database
from tests.connections.traces import connections as connections_of
from tests.connections.traces import events_of, requests, told
from tests.factories import connections, practices
from tests.factories.charts import a_chart, stored
from tests.people import a_patient, staff_of

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
BORN = date(1958, 5, 14)


@pytest.fixture
def asking(stranger, office):
    """A request of Jonas Pemberly."""
    return connections.a_request(stranger.person_id, office.id)


def at(who, *parts):
    return f"/office/{who.place}/connections/" + "/".join(str(part) for part in parts)


def test_the_list_and_todays_page_show_who_waits(browser, front_desk, stranger, asking):
    desk = browser(front_desk)
    assert "1 request to connect" in desk.get(f"/office/{front_desk.place}/")
    page = desk.get(at(front_desk))
    assert "1 waits" in page and "Pemberly" not in page
    page = desk.get(page.one("#connection-requests a").get("href"))
    assert "Pemberly, Jonas" in page
    assert events_of(stranger.person_id) == ["connection.viewed"]


@both
def test_connecting_to_a_chart_that_fits(browser, front_desk, stranger, office, asking, htmx):
    provider = practices.a_provider(office.id)
    chart = a_chart(office.id, "Jonas", "Pemberley", birth_date=BORN, phone_on_file="+18005550111")
    a_chart(office.id, "Jonas", "Other", birth_date=date(1990, 1, 1))
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(at(front_desk, asking))
    assert "Pemberley, Jonas" in page and "Other, Jonas" not in page
    compare = desk.get(at(front_desk, asking, "charts", chart.public_id))
    assert "Is this chart theirs?" in compare and "differs" in compare
    page = desk.submit(compare)
    assert "Nobody is waiting." in page and "Receipt" in page
    (row,) = requests()
    assert (row.state, row.chart_id, row.staff_member_id) == ("connected", chart.id, front_desk.staff_id)
    assert [one.chart_id for one in connections_of(stranger.person_id)] == [chart.id]
    kept = stored(chart.public_id)
    assert (kept.person_id, kept.family, kept.phone_on_file) == (stranger.person_id, "Pemberley", "+18005550111")
    assert told() == [("office_answered", "patient", stranger.account_id)]
    assert events_of(stranger.person_id) == ["connection.viewed", "chart.viewed", "connection.connected"]
    book = browser(stranger).get("/me/address_book/")
    assert "Fenwick-Osei" in book and provider


@both
def test_searching_by_hand(browser, front_desk, office, asking, htmx):
    a_chart(office.id, "John", "Pimlico", birth_date=BORN)
    desk = browser(front_desk, htmx=htmx)
    page = desk.submit(desk.get(at(front_desk, asking)), "#request form", q="pimlico")
    assert "Charts that you searched for" in page and "Pimlico, John" in page
    page = desk.submit(page, "#request form", status=422, q="p")
    assert "Type at least 2 letters" in page


def test_a_new_chart_of_what_they_say(browser, front_desk, stranger, asking):
    desk = browser(front_desk)
    page = desk.submit(desk.get(at(front_desk, asking)), "#no-chart form")
    assert "Nobody is waiting." in page
    (bound,) = connections_of(stranger.person_id)
    with database.writing() as session:
        from portal.domain.charts.models import Chart

        chart = session.get_one(Chart, bound.chart_id)
        assert (chart.given, chart.family, chart.birth_date, chart.line1) == (
            "Jonas",
            "Pemberly",
            BORN,
            "27 Thistle Lane",
        )


@both
def test_declining_with_a_reason(browser, front_desk, stranger, asking, htmx):
    desk = browser(front_desk, htmx=htmx)
    page = desk.get(at(front_desk, asking, "decline"))
    assert "Choose why not." in desk.submit(page, "#decline form", status=422, note="x")
    page = desk.submit(page, "#decline form", why="no_chart", note="Please call us.")
    assert "Nobody is waiting." in page
    (row,) = requests()
    assert (row.state, row.why, row.note) == ("declined", "no_chart", "Please call us.")
    assert told() == [("office_answered", "patient", stranger.account_id)]
    assert events_of(stranger.person_id)[-1] == "connection.declined"
    assert "The office found no chart that fits" in browser(stranger).get("/me/connections/")


@pytest.mark.parametrize(
    "more,words",
    [
        ({"birth_date": date(1958, 5, 15)}, "The date of birth of this chart is another one."),
        ({"birth_date": BORN, "taken": True}, "This chart belongs to another person"),
    ],
)
def test_a_chart_that_can_not_be_theirs(browser, front_desk, office, asking, more, words):
    person = {"person_id": a_patient().person_id} if more.pop("taken", False) else {}
    chart = a_chart(office.id, "Jonas", "Pemberly", **more, **person)
    desk, url = browser(front_desk), at(front_desk, asking, "charts", chart.public_id)
    page = desk.get(url)
    assert words in page and not page.css("main form")
    fields = dict(desk.get(at(front_desk, asking)).form().form_values()) | {"once": "k" * 22}
    assert words in desk.post(url, fields, status=409)
    assert requests()[0].state == "waiting"


def test_what_is_answered_stays_answered(browser, front_desk, office, stranger, asking):
    desk = browser(front_desk)
    early = desk.get(at(front_desk, asking, "decline"))
    desk.submit(desk.get(at(front_desk, asking)), "#no-chart form")
    assert "This request was answered before" in desk.submit(early, "#decline form", status=409, why="call_us")
    page = desk.get(at(front_desk, asking))
    assert "This request was answered before" in page and not page.css("#no-chart")


def test_another_offices_staff_find_nothing(browser, asking, office):
    other = practices.an_office("Harbor Clinic")
    foe, theirs = browser(staff_of(other)), a_chart(other.id, "Jonas", "Pemberly", birth_date=BORN)
    for parts in ((asking,), (asking, "decline"), (asking, "charts", theirs.public_id)):
        foe._send("get", f"/office/{other.public_id}/connections/" + "/".join(map(str, parts)))
        foe.get(f"/office/{other.public_id}/connections/" + "/".join(map(str, parts)), status=404)
    assert "Nobody is waiting." in foe.get(f"/office/{other.public_id}/connections/")


def test_another_offices_chart_can_not_be_connected(browser, front_desk, asking):
    other = practices.an_office("Harbor Clinic")
    theirs = a_chart(other.id, "Jonas", "Pemberly", birth_date=BORN)
    browser(front_desk).get(at(front_desk, asking, "charts", theirs.public_id), status=404)


def test_billing_and_the_operator_have_no_such_page(browser, office, operator, asking):
    browser(staff_of(office, "billing")).get(f"/office/{office.public_id}/connections/", status=404)
    browser(operator).get("/office/all/connections/", status=404)
    assert clock.now()

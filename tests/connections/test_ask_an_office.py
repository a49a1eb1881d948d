"""A person asks an office to connect them, sees the state, and takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.kernel import clock
from tests.connections.traces import events_of, requests, told
from tests.factories import connections, practices
from tests.people import a_patient

both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


@pytest.fixture
def harbor(app):
    """An office that takes requests."""
    return practices.an_office("Harbor Clinic", enrolls_openly=True)


def ask(browser, office, status=200, **more):
    return browser.submit(browser.get("/me/connections/new"), status=status, office=str(office.public_id), **more)


@both
def test_asking(browser, stranger, harbor, htmx):
    me = browser(stranger, htmx=htmx)
    assert "Connect to your office" in me.get("/me/")
    page = ask(me, harbor)
    assert "Waiting for the office" in page and "Harbor Clinic" in page and "Receipt" in page
    (row,) = requests()
    assert (row.person_id, row.office_id, row.state) == (stranger.person_id, harbor.id, "waiting")
    assert told() == [("connection_asked", "office", harbor.id)]
    assert events_of(stranger.person_id) == ["connection.asked"]
    assert "Connect to your office" not in me.get("/me/")


def test_only_offices_that_take_requests_are_offered(browser, office, patient, harbor):
    practices.an_office("By Invitation", enrolls_by_invitation=True)
    other = practices.an_office("Lakeside", enrolls_openly=True)
    connections.a_connection(patient.person_id, other.id)
    me = browser(patient)
    page = me.get("/me/connections/new")
    assert [label.text_content().strip() for label in page.css(".choice")] == ["Harbor Clinic"]
    ask(me, harbor)
    assert "No other office takes requests online." in me.get("/me/connections/new")


def test_an_office_that_takes_none_can_not_be_asked_by_hand(browser, stranger, office, harbor):
    page = ask(browser(stranger), office, status=422)
    assert "Choose an office." in page and not requests()


@both
def test_asked_twice_is_once(browser, stranger, harbor, htmx):
    first, second = browser(stranger, htmx=htmx), browser(stranger, htmx=htmx)
    pages = [one.get("/me/connections/new") for one in (first, second)]
    first.submit(pages[0], office=str(harbor.public_id))
    second.submit(pages[1], status=422, office=str(harbor.public_id))
    first.submit(pages[0], office=str(harbor.public_id))
    assert len(requests()) == len(told()) == 1


@both
def test_taking_it_back(browser, stranger, harbor, htmx):
    me = browser(stranger, htmx=htmx)
    page = me.submit(
        ask(me, harbor) if not htmx else me.get("/me/connections/") if ask(me, harbor) else None, "#my-offices form"
    )
    assert "Waiting for the office" not in page
    assert requests()[0].state == "withdrawn"
    assert events_of(stranger.person_id) == ["connection.asked", "connection.withdrawn"]
    assert "Waiting for the office" in ask(me, harbor)


def test_somebody_elses_request_does_not_exist(browser, stranger, harbor):
    theirs = connections.a_request(a_patient(given="Ines").person_id, harbor.id)
    me = browser(stranger)
    page = me.get("/me/connections/new")
    fields = dict(page.form().form_values())
    me.post(f"/me/connections/{theirs}/withdraw", fields, status=404)
    assert requests()[0].state == "waiting"


def test_five_a_day(browser, stranger):
    offices = [practices.an_office(f"Office {number}", enrolls_openly=True) for number in range(6)]
    me = browser(stranger)
    for office in offices[:5]:
        ask(me, office)
    page = ask(me, offices[5], status=429)
    assert "There were too many tries." in page and int(page.headers["Retry-After"]) > 0
    clock.shift(timedelta(days=1))
    me.sign_in(stranger.actor)
    ask(me, offices[5])
    assert len(requests()) == 6


def test_a_declined_request_says_why_and_stands_on_home(browser, stranger, harbor):
    connections.a_request(
        stranger.person_id, harbor.id, state="declined", why="call_us", note="Ask for Dana.", answered_at=clock.now()
    )
    me = browser(stranger)
    assert "An office did not connect you" in me.get("/me/")
    page = me.get("/me/connections/")
    assert "The office asks you to call." in page and "Ask for Dana." in page and "800-555-0100" in page
    clock.shift(timedelta(days=15))
    me.sign_in(stranger.actor)
    assert "An office did not connect you" not in me.get("/me/")

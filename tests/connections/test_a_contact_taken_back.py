"""Who takes a new email or phone back with the link takes it back at the offices too (ACC-4, ACC-5)."""

from __future__ import annotations

import pytest

from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection, ProfileChange
from portal.kernel import clock, database
from tests.connections.traces import told
from tests.factories import connections
from tests.security.sent import code_to, links_to
from tests.security.traces import account

OWN, NEW, LATER, ON_FILE = "+18005550119", "+15415550199", "+15415550177", "+18005550143"


@pytest.fixture
def person(patient):
    """The patient, with a phone of their own that no chart has."""
    with database.writing() as session:
        session.get(type(account(patient)), patient.account_id).phone = OWN
    return patient


def change(me, phone):
    page = me.submit(me.get("/me/sign_in/phone"), "#signing-in form", phone=phone, consent="y")
    return me.submit(page, "#sent-code form", code=code_to(phone))


def undo(browser, phone):
    """With the link that came to a phone; its form is a plain one in every browser."""
    owner = browser()
    return owner.submit(owner.get(links_to(phone)[0]))


def waits():
    """What offices hear of just now."""
    return [row.after["phone_on_file"] for row in rows() if row.state == "waiting"]


def rows():
    with database.apart() as session:
        return session.query(ProfileChange).order_by(ProfileChange.id).all()


def set_on_file(phone):
    """As if every office had taken what waits, with the phone in its chart by now."""
    with database.writing() as session:
        session.query(Chart).update({"phone_on_file": phone})
        session.query(ProfileChange).filter_by(state="waiting").update({"state": "taken", "answered_at": clock.now()})


def test_what_waits_at_an_office_is_withdrawn(browser, person, front_desk):
    change(browser(person), NEW)
    desk = browser(front_desk)
    listing = f"/office/{front_desk.place}/connections/changes/"
    assert waits() == [NEW] and "Chart" in desk.get(listing)
    page = undo(browser, OWN)
    assert "Your offices hear nothing more of the new one." in page
    assert [row.state for row in rows()] == ["gone"]
    assert "No change is waiting." in desk.get(listing)


def test_a_page_that_was_open_meanwhile_takes_nothing(browser, person, front_desk, office):
    change(browser(person), NEW)
    with database.apart() as session:
        chart = session.query(Chart).filter_by(person_id=person.person_id).one().public_id
    desk = browser(front_desk)
    page = desk.get(f"/office/{front_desk.place}/connections/changes/{chart}")
    undo(browser, OWN)
    answers = {f"change-{row.public_id}": "take" for row in rows()}
    assert "Some of this was answered meanwhile." in desk.submit(page, "#answer form", status=409, **answers)
    with database.apart() as session:
        assert session.query(Chart.phone_on_file).filter_by(person_id=person.person_id).scalar() == ON_FILE


def test_what_had_waited_before_waits_again(browser, person):
    """Of two changes the later one is undone: what the first one said is true."""
    me = browser(person)
    change(me, NEW)
    change(me, LATER)
    undo(browser, NEW)
    assert account(person).phone == NEW and waits() == [NEW]


def test_two_changes_are_undone_at_once(browser, person):
    me = browser(person)
    change(me, NEW)
    change(me, LATER)
    undo(browser, OWN)
    assert account(person).phone == OWN and waits() == []


def test_an_office_that_took_it_is_told_the_former_one(browser, person, office):
    change(browser(person), NEW)
    set_on_file(NEW)
    undo(browser, OWN)
    assert waits() == [OWN]
    assert [one for one in told() if one[0] == "profile_changed"] == [("profile_changed", "office", office.id)] * 2


def test_an_office_that_took_the_first_and_heard_of_a_second(browser, person):
    me = browser(person)
    change(me, NEW)
    set_on_file(NEW)
    change(me, LATER)
    undo(browser, OWN)
    assert waits() == [OWN]


def test_an_office_that_changed_its_chart_itself_hears_nothing(browser, person):
    change(browser(person), NEW)
    set_on_file(NEW)
    with database.writing() as session:
        session.query(Chart).update({"phone_on_file": ON_FILE})
    undo(browser, OWN)
    assert waits() == []


def test_an_office_that_is_connected_no_more_hears_nothing(browser, person):
    change(browser(person), NEW)
    set_on_file(NEW)
    with database.writing() as session:
        session.query(Connection).update({"ended_at": clock.now()})
    undo(browser, OWN)
    assert waits() == []


def test_where_there_was_no_phone_nothing_can_be_told(browser, person):
    with database.writing() as session:
        session.get(type(account(person)), person.account_id).phone = None
    change(browser(person), NEW)
    set_on_file(NEW)
    owner = browser()
    email = account(person).email
    owner.submit(owner.get(links_to(email)[0]))
    assert account(person).phone is None and waits() == []


def test_a_strangers_changes_stay(browser, person, stranger, office):
    connections.a_connection(stranger.person_id, office.id)
    change(browser(stranger), LATER)
    change(browser(person), NEW)
    undo(browser, OWN)
    assert waits() == [LATER]

"""What a person changes about themselves is told to each office, which takes it into its chart or says why not."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.domain.charts.models import Chart, ChartChange
from portal.domain.connections import profile_changes
from portal.domain.connections.models import ProfileChange
from portal.domain.viewer import Head, Viewer
from portal.kernel import clock, database
from tests.connections.traces import events_of, told
from tests.factories import connections, practices
from tests.people import staff_of


def viewer_of(patient):
    """The patient as queries and actions know them."""
    moment = clock.now()
    head = Head(0, b"")
    return Viewer(patient.actor, 0, patient.person_id, uuid4(), "", "en", "UTC", None, head, moment, moment)


both = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
ABOUT = "/me/accounts/profile/about"


def changes(**known):
    with database.writing() as session:
        found = session.query(ProfileChange).filter_by(**known).order_by(ProfileChange.id).all()
        session.expunge_all()
        return found


def the_chart(patient, office):
    with database.writing() as session:
        found = session.query(Chart).filter_by(person_id=patient.person_id, office_id=office.id).one()
        session.expunge(found)
        return found


def change_name(browser, **more):
    return browser.submit(browser.get(ABOUT), "#about form", **more)


@pytest.fixture
def changed(browser, patient, office):
    """Maribel goes by another last name and wants letters in Spanish."""
    change_name(browser(patient), family="Oakhurst-Lima", preferred="Mari")
    return the_chart(patient, office)


def at(who, chart=None):
    return f"/office/{who.place}/connections/changes/{chart.public_id if chart else ''}"


def test_each_office_is_told_field_by_field(browser, patient, office, changed):
    other = practices.an_office("Harbor Clinic")
    connections.a_connection(patient.person_id, other.id)
    change_name(browser(patient), language="es")
    assert [(row.office_id, row.field, row.after) for row in changes()] == [
        (office.id, "family", {"family": "Oakhurst-Lima"}),
        (office.id, "preferred", {"preferred": "Mari"}),
        (office.id, "language", {"language": "es"}),
        (other.id, "language", {"language": "es"}),
    ]
    assert [one for one in told() if one[0] == "profile_changed"] == [
        ("profile_changed", "office", office.id),
        ("profile_changed", "office", office.id),
        ("profile_changed", "office", other.id),
    ]


def test_what_a_chart_does_not_hold_is_not_told(browser, patient):
    change_name(browser(patient), marital_status="W", time_zone="Pacific/Honolulu")
    assert changes() == [] and told() == []


def test_changed_again_waits_once_and_changed_back_is_gone(browser, patient, changed):
    me = browser(patient)
    change_name(me, family="Lima")
    assert [row.after for row in changes(field="family")] == [{"family": "Lima"}]
    change_name(me, family="Oakhurst")
    assert [row.state for row in changes(field="family")] == ["gone"]


def test_only_the_default_address_is_told(browser, patient, office):
    me = browser(patient)
    page = me.get("/me/accounts/profile/addresses/new")
    fields = {"label": "Lake", "line1": "5 Windfall Street", "city": "Larkfield", "state": "OR", "postal_code": "97000"}
    me.submit(page, "#add-address form" if page.css("#add-address form") else "main form", **fields)
    assert changes() == []
    me.submit(me.get("/me/accounts/profile"), "form[action$=default]")
    (row,) = changes()
    assert (row.field, row.after["line1"], row.before["line1"]) == ("address", "5 Windfall Street", "27 Thistle Lane")


@both
def test_taking_one_and_leaving_one(browser, front_desk, patient, office, changed, htmx):
    desk = browser(front_desk, htmx=htmx)
    assert "A person changed their profile" in desk.get(f"/office/{front_desk.place}/")
    listing = desk.get(at(front_desk))
    assert f"Chart {changed.number}" in listing and "Oakhurst" not in listing
    page = desk.get(at(front_desk, changed))
    assert "Oakhurst-Lima" in page and "Mari" in page
    family, preferred = changes()
    answers = {f"change-{family.public_id}": "leave", f"change-{preferred.public_id}": "take"}
    page = desk.submit(page, "#answer form", status=422, **answers)
    assert "Choose why you leave the chart as it is." in page
    assert page.one(f"input[name='change-{family.public_id}'][value=leave]").get("checked") is not None
    page = desk.submit(page, "#answer form", why="papers", note="Your ID, please.")
    assert "No change is waiting." in page
    kept = the_chart(patient, office)
    assert (kept.family, kept.preferred) == ("Oakhurst", "Mari")
    with database.writing() as session:
        history = [(row.field, row.before, row.after) for row in session.query(ChartChange)]
    assert history == [("preferred", None, "Mari")]
    assert [(row.field, row.state, row.why) for row in changes()] == [
        ("family", "left", "papers"),
        ("preferred", "taken", None),
    ]
    assert told()[-1] == ("office_answered", "patient", patient.account_id)
    assert events_of(patient.person_id)[-1] == "profile_change.answered"

    me = browser(patient)
    assert "An office did not take a change" in me.get("/me/")
    page = me.get("/me/connections/changes")
    assert "The office has to see a paper for this." in page and "Your ID, please." in page
    assert "In your chart" in page and "Not taken" in page
    clock.shift(timedelta(days=15))
    me.sign_in(patient.actor)
    assert "An office did not take a change" not in me.get("/me/")


def test_all_taken_sends_no_mail(browser, front_desk, changed):
    desk, before = browser(front_desk), len(told())
    desk.submit(
        desk.get(at(front_desk, changed)),
        "#answer form",
        **{f"change-{row.public_id}": "take" for row in changes()},
    )
    assert len(told()) == before and {row.state for row in changes()} == {"taken"}


def test_the_chart_shows_the_connection_and_what_waits(browser, front_desk, changed):
    page = browser(front_desk).get(f"/office/{front_desk.place}/charts/{changed.public_id}/connection")
    assert "Connected to an account since" in page and "2 changes wait for you" in page


def test_answered_twice_is_once(browser, front_desk, changed):
    first, second = browser(front_desk), browser(front_desk)
    pages = [one.get(at(front_desk, changed)) for one in (first, second)]
    answers = {f"change-{row.public_id}": "take" for row in changes()}
    first.submit(pages[0], "#answer form", **answers)
    assert "Some of this was answered meanwhile." in second.submit(pages[1], "#answer form", status=409, **answers)


def test_another_office_finds_nothing(browser, changed):
    other = practices.an_office("Harbor Clinic")
    foe = browser(staff_of(other))
    foe.get(f"/office/{other.public_id}/connections/changes/{changed.public_id}", status=404)
    assert "No change is waiting." in foe.get(f"/office/{other.public_id}/connections/changes/")


def test_a_stranger_sees_no_changes_of_others(browser, stranger, changed):
    assert "Oakhurst-Lima" not in browser(stranger).get("/me/connections/changes")


def test_a_new_phone_of_the_account_waits_for_somebody_to_take_it(app, browser, front_desk, patient, office):
    """MODEL People: the phone on file never changes silently."""
    with app.test_request_context(), database.writing():
        profile_changes.tell_contact(viewer_of(patient), "phone", None, "+13155550142", clock.now())
    assert the_chart(patient, office).phone_on_file == "+18005550143"
    desk = browser(front_desk)
    page = desk.get(at(front_desk, the_chart(patient, office)))
    assert "800-555-0143" in page and "315-555-0142" in page
    desk.submit(page, "#answer form", **{f"change-{row.public_id}": "take" for row in changes()})
    assert the_chart(patient, office).phone_on_file == "+13155550142"

"""A location is closed, a provider leaves: taken off, offered nowhere, put back; what points to them stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain.appointments.models import Appointment
from portal.domain.charts.models import Chart
from portal.domain.connections.binding import bind
from portal.domain.connections.models import CareTeamMember
from portal.domain.practices import rules
from portal.domain.practices.models import Location, Office, Provider
from portal.kernel import clock, database
from tests.factories import appointments, charts, connections, practices
from tests.people import a_patient, staff_of
from tests.practices.office_rows import deeds_of, rows_of

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
kinds = pytest.mark.parametrize("kind", ["locations", "providers"])


def settings(who, rest):
    return f"/office/{who.place}/settings/{rest}"


@pytest.fixture
def imogen(office):
    practices.a_provider(office.id, "Imogen", "Alderquist")
    (row,) = rows_of(Provider, office.id)
    return row


@both_ways
def test_a_provider_is_taken_off_and_put_back(browser, administrator, office, imogen, htmx):
    me = browser(administrator, htmx=htmx)
    page = me.get(settings(administrator, f"providers/{imogen.public_id}/off"))
    assert "What was done with them stays in the charts." in page
    listing = me.submit(page)
    assert "Since" in listing.one("#taken-off").text_content() and "Your providers will be here" in listing
    assert rows_of(Provider, office.id)[0].ended_at is not None
    assert "Alderquist" not in me.get(f"/practices/{office.public_id}/")
    assert "no provider yet" in me.get(f"/office/{office.public_id}/")
    listing = me.submit(listing, "#taken-off form")
    assert not listing.css("#taken-off") and "Imogen Alderquist, MD" in listing.one("#providers").text_content()
    assert rows_of(Provider, office.id)[0].ended_at is None
    assert "Alderquist" in me.get(f"/practices/{office.public_id}/")
    assert deeds_of(administrator) == ["provider.taken_off", "provider.put_back"]


@both_ways
def test_a_location_goes_when_nobody_works_there_any_more(browser, administrator, office, imogen, htmx):
    (main,) = rows_of(Location, office.id)
    me = browser(administrator, htmx=htmx)
    url = settings(administrator, f"locations/{main.public_id}/off")
    page = me.get(url)
    assert "Imogen Alderquist, MD works there" in page and not page.css("main form")
    me.submit(me.get(settings(administrator, f"providers/{imogen.public_id}/off")))
    listing = me.submit(me.get(url))
    assert "Main" in listing.one("#taken-off").text_content()
    assert "Add a location first" in me.get(settings(administrator, "providers/"))
    me.submit(listing, "#taken-off form")
    assert rows_of(Location, office.id)[0].ended_at is None
    assert deeds_of(administrator) == ["provider.taken_off", "location.taken_off", "location.put_back"]


@both_ways
def test_who_came_to_work_there_meanwhile_is_seen_at_the_deed(browser, administrator, office, htmx):
    (main,) = rows_of(Location, office.id)
    me = browser(administrator, htmx=htmx)
    page = me.get(settings(administrator, f"locations/{main.public_id}/off"))
    practices.a_provider(office.id, "Imogen", "Alderquist")
    assert "Imogen Alderquist, MD works there" in me.submit(page, status=409)
    assert rows_of(Location, office.id)[0].ended_at is None


def test_a_provider_comes_back_after_their_location(browser, administrator, office, imogen):
    (main,) = rows_of(Location, office.id)
    me = browser(administrator)
    me.submit(me.get(settings(administrator, f"providers/{imogen.public_id}/off")))
    listing = me.get(settings(administrator, "providers/"))
    me.submit(me.get(settings(administrator, f"locations/{main.public_id}/off")))
    me.submit(listing, "#taken-off form", 409)
    page = me.get(settings(administrator, "providers/"))
    assert "Their location is taken off too" in page and not page.css("#taken-off form")


def test_a_provider_moves_from_a_closed_location_and_comes_back(browser, administrator, office, imogen):
    me = browser(administrator)
    (main,) = rows_of(Location, office.id)
    me.submit(me.get(settings(administrator, f"providers/{imogen.public_id}/off")))
    me.submit(me.get(settings(administrator, f"locations/{main.public_id}/off")))
    with database.writing() as session:
        session.add(Location(office_id=office.id, name="New", **PLACE))
    form = me.get(settings(administrator, f"providers/{imogen.public_id}/edit"))
    assert [one.text for one in form.css("[name=location] option")] == ["New"]
    me.submit(me.submit(form, "[name=given]"), "#taken-off form")
    assert rows_of(Provider, office.id)[0].ended_at is None


PLACE = {"line1": "1 Pier", "city": "Larkfield", "state": "OR", "postal_code": "97000", "phone": "+18005550101"}


def test_nobody_works_at_a_closed_location(browser, administrator, office, imogen):
    """The form was open when it was closed."""
    with database.writing() as session:
        session.add(Location(office_id=office.id, name="Old", **PLACE))
    _, old = rows_of(Location, office.id)
    me = browser(administrator)
    form = me.get(settings(administrator, f"providers/{imogen.public_id}/edit"))
    me.submit(me.get(settings(administrator, f"locations/{old.public_id}/off")))
    me.submit(form, "[name=given]", 422, location=str(old.public_id))


def test_what_points_to_them_stays(browser, administrator, office, imogen):
    """The chart says who it was; their patient is offered others; an invitation no longer offers them."""
    with database.writing() as session:
        session.get_one(Office, office.id).enrolls_by_invitation = True
    practices.a_provider(office.id)
    patient = a_patient()
    connections.a_connection(patient.person_id, office.id, imogen.id)
    with database.writing() as session:
        chart_id = session.scalars(select(Chart.public_id).where(Chart.person_id == patient.person_id)).one()
    assert "Alderquist" in browser(patient).get("/me/address_book/")
    me = browser(administrator)
    invite = f"/office/{office.public_id}/enrollment/{charts.a_chart(office.id).public_id}/invite/letter"
    assert "Alderquist" in me.get(invite)
    me.submit(me.get(settings(administrator, f"providers/{imogen.public_id}/off")))
    assert "Alderquist" not in browser(patient).get("/me/address_book/")
    team = me.get(f"/office/{office.public_id}/charts/{chart_id}/care_team")
    assert "Not here any more" in team and "Alderquist" in team
    assert "Alderquist" not in me.get(invite)


def test_who_left_after_an_invitation_named_them_looks_after_nobody_new(office, imogen):
    one, other = charts.a_chart(office.id), charts.a_chart(office.id)
    first, second = a_patient(), a_patient()
    with database.writing() as session:
        session.get_one(Provider, imogen.id).ended_at = clock.now()
        bind(session.get_one(Chart, one.id), first.person_id, clock.now(), provider_id=imogen.id)
        bind(session.get_one(Chart, other.id), second.person_id, clock.now())
        assert not session.query(CareTeamMember).filter_by(provider_id=imogen.id).all()


@kinds
def test_taken_off_twice_is_refused(browser, administrator, office, kind):
    row = rows_of(Location, office.id)[0]
    if kind == "providers":
        practices.a_provider(office.id)
        row = rows_of(Provider, office.id)[0]
    me = browser(administrator)
    url = settings(administrator, f"{kind}/{row.public_id}/off")
    page, again = me.get(url), me.get(url)
    me.submit(page)
    assert "taken off already" in me.submit(again, status=409)
    assert "taken off already" in me.get(url)


@kinds
def test_another_offices_does_not_exist(browser, administrator, kind):
    elsewhere = practices.an_office("Harbor Point Medical")
    practices.a_provider(elsewhere.id)
    row = rows_of(Location if kind == "locations" else Provider, elsewhere.id)[0]
    me = browser(administrator)
    token = dict(me.get(settings(administrator, f"{kind}/add")).form("main form.flow").form_values())
    for deed in ("off", "back"):
        url = settings(administrator, f"{kind}/{row.public_id}/{deed}")
        me.post(url, {name: token[name] for name in ("csrf_token", "once")}, 404)
    me.get(settings(administrator, f"{kind}/{row.public_id}/off"), 404)
    assert rows_of(type(row), elsewhere.id)[0].ended_at is None


@kinds
@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing"])
def test_who_does_not_run_the_office_takes_nothing_off(browser, office, imogen, kind, role):
    row = imogen if kind == "providers" else rows_of(Location, office.id)[0]
    somebody = staff_of(office, role)
    browser(somebody).get(f"/office/{office.public_id}/settings/{kind}/{row.public_id}/off", 404)


def test_the_rules():
    now = clock.now()
    assert rules.why_not_take_off(None) is None
    assert rules.why_not_take_off(now).code == "is_taken_off"
    assert rules.why_not_take_off(None, ["A", "B"]).facts["names"] == ("A", "B")
    assert rules.why_not_put_back(now) is None
    assert rules.why_not_put_back(None).code == "is_not_taken_off"
    assert rules.why_not_put_back(now, now).code == "their_location_is_taken_off"


def test_visits_ahead_are_listed_and_stay(browser, administrator, office, imogen):
    chart = charts.a_chart(office.id)
    reason = appointments.a_reason(office.id, imogen.id)
    starts_at = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=4)
    visit = appointments.an_appointment(chart.id, imogen.id, reason, starts_at)
    me = browser(administrator)
    page = me.get(settings(administrator, f"providers/{imogen.public_id}/off"))
    assert "Visits that are still ahead" in page and str(visit) in page.one("#ahead a").get("href")
    page = me.submit(page)
    assert "Visits that are still ahead" in page and not page.css("main form") and "Receipt" in page
    assert "Imogen Alderquist" not in me.get(f"/practices/{office.public_id}/")
    assert "booked" in {one.state for one in rows_of(Appointment, office.id)}
    assert "A visit is with a provider who was taken off" in me.get(f"/office/{office.public_id}/")

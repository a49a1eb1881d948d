"""Where the office sees people, and who they see there; the switches say what a provider takes part in (ENR-7)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from portal.domain.practices import actions
from portal.domain.practices.models import Location, Provider
from portal.domain.practices.types import ProviderFacts
from portal.domain.viewer import Role
from portal.kernel import database
from portal.kernel.refusal import Missing
from tests.factories import practices
from tests.people import staff_of
from tests.practices.office_rows import deeds_of, rows_of
from tests.practices.viewers import viewer_of

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
PLACE = {
    "name": "Harborside",
    "line1": "340 Old Ferry Road",
    "city": "Wendermere",
    "state": "NY",
    "postal_code": "00104",
    "phone": "315-555-0102",
}
CLINICIAN = {"given": "Imogen", "family": "Alderquist", "credentials": "MD", "specialty": "Family medicine"}


def settings(who, rest):
    return f"/office/{who.place}/settings/{rest}"


@both_ways
def test_a_location_is_added_and_changed(browser, administrator, htmx):
    me = browser(administrator, htmx=htmx)
    listing = me.submit(me.get(settings(administrator, "locations/add")), "[name=line1]", **PLACE)
    assert "340 Old Ferry Road, Wendermere, NY 00104" in listing and "315-555-0102" in listing
    _, added = rows_of(Location, administrator.office_id)
    listing = me.submit(
        me.get(settings(administrator, f"locations/{added.public_id}/edit")), "[name=line1]", name="Harbor House"
    )
    assert "Harbor House" in listing
    assert [row.name for row in rows_of(Location, administrator.office_id)] == ["Main", "Harbor House"]
    assert deeds_of(administrator) == ["location.added", "location.changed"]


@both_ways
def test_a_provider_is_added_and_their_switches_changed(browser, administrator, htmx):
    me = browser(administrator, htmx=htmx)
    listing = me.submit(
        me.get(settings(administrator, "providers/add")), "[name=given]", **CLINICIAN, takes_payments=None
    )
    assert "Takes part in: Messaging, Appointments, Documents" in listing and "Not in: Bill Pay" in listing
    (added,) = rows_of(Provider, administrator.office_id)
    assert (added.takes_messages, added.takes_payments) == (True, False)
    page = me.get(settings(administrator, f"providers/{added.public_id}/edit"))
    me.submit(page, "[name=given]", takes_messages=None, takes_payments="y", credentials="DO")
    (changed,) = rows_of(Provider, administrator.office_id)
    assert (changed.takes_messages, changed.takes_payments, changed.credentials) == (False, True, "DO")
    assert deeds_of(administrator) == ["provider.added", "provider.changed", "provider.participation_changed"]


def test_where_there_is_no_location_a_provider_has_to_wait(browser, operator):
    office = practices.an_office()
    with database.writing() as session:
        session.delete(session.query(Location).filter_by(office_id=office.id).one())
    page = browser(operator).get(f"/office/{office.public_id}/settings/providers/")
    assert "Add a location first" in page and not page.css("a.go")


@pytest.mark.parametrize("what", ["locations", "providers"])
def test_what_is_missing_is_said_at_its_field(browser, administrator, what):
    answer = browser(administrator)
    page = answer.submit(answer.get(settings(administrator, f"{what}/add")), "main form", 422)
    fields = dict(page.form("main form.flow").form_values())
    needed = [name for name in fields if name in PLACE | CLINICIAN and name != "location"]
    assert len(page.css(".problem li")) == len(needed)


@both_ways
def test_the_second_of_two_sees_both_values(browser, administrator, office, htmx):
    provider = practices.a_provider(office.id)
    (row,) = rows_of(Provider, office.id)
    other = staff_of(office, "administrator")
    slow, fast = browser(administrator, htmx=htmx), browser(other)
    mine = slow.get(settings(administrator, f"providers/{row.public_id}/edit"))
    fast.submit(fast.get(settings(other, f"providers/{row.public_id}/edit")), "[name=given]", takes_documents=None)
    answer = slow.submit(mine, "[name=given]", 409, specialty="Internal medicine")
    assert "Messaging, Appointments, Bill Pay" in answer.one(".problem dl").text_content()
    slow.submit(answer, "[name=given]")
    assert rows_of(Provider, office.id)[0].specialty == "Internal medicine" and provider


@both_ways
def test_a_location_that_somebody_changed_meanwhile(browser, administrator, office, htmx):
    (row,) = rows_of(Location, office.id)
    other = staff_of(office, "administrator")
    slow, fast = browser(administrator, htmx=htmx), browser(other)
    url = f"locations/{row.public_id}/edit"
    mine = slow.get(settings(administrator, url))
    fast.submit(fast.get(settings(other, url)), "[name=name]", name="Theirs")
    answer = slow.submit(mine, "[name=name]", 409, name="Mine")
    assert "Theirs" in answer.one(".problem dl").text_content()
    assert rows_of(Location, office.id)[0].name == "Theirs"


def test_what_another_office_has_does_not_exist(browser, administrator):
    elsewhere = practices.an_office("Harbor Point Medical")
    practices.a_provider(elsewhere.id)
    (place,), (provider,) = rows_of(Location, elsewhere.id), rows_of(Provider, elsewhere.id)
    me = browser(administrator)
    for url, kept in ((f"locations/{place.public_id}/edit", place), (f"providers/{provider.public_id}/edit", provider)):
        me.get(settings(administrator, url), 404)
        form = me.get(settings(administrator, url.split("/")[0] + "/add")).form("main form.flow")
        form.set("action", settings(administrator, url))
        me.submit(form, status=404, **(PLACE if kept is place else CLINICIAN))
    form = me.get(settings(administrator, "providers/add")).form("main form.flow")
    me.submit(form, status=422, **CLINICIAN, location=str(place.public_id))
    assert rows_of(Provider, administrator.office_id) == []


def test_a_location_that_is_taken_from_elsewhere_is_missing(app, administrator):
    """The form lets none through; the deed itself asks again."""
    facts = ProviderFacts("Imogen", "Alderquist", "MD", "Pediatrics", uuid4(), True, True, True, True)
    with pytest.raises(Missing):
        actions.add_provider(viewer_of(administrator, Role.ADMINISTRATOR), facts)


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing"])
def test_who_does_not_run_the_office_sees_neither(browser, office, role):
    for what in ("locations", "providers"):
        for page in ("", "add"):
            browser(staff_of(office, role)).get(f"/office/{office.public_id}/settings/{what}/{page}", 404)

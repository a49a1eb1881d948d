"""From nothing to an office that works: the operator adds it, its administrator sets it up, on screens alone."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest

from portal.domain.practices.models import Office
from portal.kernel import clock, database
from tests.people import staff_of
from tests.practices.conftest import link_in
from tests.practices.office_rows import deeds_of
from tests.practices.test_join_the_staff import CHOSEN, code_of
from tests.practices.test_locations_and_providers import CLINICIAN, PLACE

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
FERNHILL = {
    "name": "Fernhill Practice",
    "time_zone": "America/Chicago",
    "phone": "800-555-0155",
    "email": "desk@fernhill.example.com",
    "given": "Ada",
    "family": "Fernhill",
    "admin_email": "ada@example.com",
}


def add(me, status=200, **changed):
    return me.submit(me.get("/office/all/offices/add"), "main form.flow", status, **FERNHILL | changed)


@both_ways
def test_an_office_is_set_up_from_nothing(browser, operator, posted, htmx):
    boss = browser(operator, htmx=htmx)
    listing = add(boss)
    assert "Fernhill Practice" in listing and "Waits for its administrator" in listing
    ada = browser(htmx=htmx)
    page = ada.submit(ada.get(link_in(posted()[0])), **CHOSEN | {"username": "ada"})
    code = code_of(page)
    ada.submit(page, code=code)
    secret = page.one("p.code").text_content().replace(" ", "").strip()
    clock.shift(timedelta(seconds=31))
    page = ada.submit(ada.get("/sign_in/office"), username="ada", password=CHOSEN["password"])
    today = ada.submit(page, code=pyotp.TOTP(secret).at(clock.now()))
    assert "office administrator" in today and "Fernhill Practice" in today.one(".brand").text_content()

    place = today.url.rstrip("/")
    page = ada.get(f"{place}/settings/about/edit")
    ada.submit(
        page,
        "#set-about form",
        204 if htmx else 200,
        line1="9 Fernhill Road",
        city="Fernhill",
        state="IL",
        postal_code="60001",
    )
    ada.submit(ada.get(f"{place}/settings/locations/add"), "main form.flow", **PLACE)
    listing = ada.submit(ada.get(f"{place}/settings/providers/add"), "main form.flow", **CLINICIAN)
    assert "Imogen Alderquist, MD" in listing
    assert "1 administrator" in boss.get("/office/all/offices/")
    assert deeds_of(operator) == ["practice.created", "staff.invited"]
    with database.writing() as session:
        office = session.query(Office).one()
        assert (office.enrolls_in_person, office.enrolls_openly, office.time_zone) == (True, False, "America/Chicago")


@pytest.mark.parametrize(
    "field,typed",
    [("name", ""), ("phone", "12"), ("time_zone", "Mars/Base"), ("admin_email", "ada"), ("family", "")],
)
def test_what_is_missing_is_said_and_no_office_is_made(browser, operator, field, typed):
    answer = add(browser(operator), 422, **{field: typed})
    assert len(answer.css(".problem li")) == 1
    with database.writing() as session:
        assert session.query(Office).count() == 0


def test_the_operator_goes_into_an_office_from_the_list(browser, operator, office):
    me = browser(operator)
    listing = me.get("/office/all/offices/")
    assert "Has no administrator" in listing
    for link in listing.css("main li .row a"):
        me.get(link.get("href"))


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing", "administrator"])
def test_nobody_else_sees_the_offices(browser, office, role):
    me = browser(staff_of(office, role))
    for url in (f"/office/{office.public_id}/offices/", "/office/all/offices/", "/office/all/offices/add"):
        me.get(url, 404)


def test_it_is_above_the_offices_alone(browser, operator, office):
    browser(operator).get(f"/office/{office.public_id}/offices/", 404)

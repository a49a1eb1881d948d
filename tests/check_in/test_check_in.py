"""Checking in before a visit: one yes after the other (APT-11)."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from portal.domain.accounts.models import Account
from portal.domain.address_book.models import Insurance
from portal.domain.charts.models import Chart
from portal.domain.check_in import retention
from portal.domain.connections.models import ProfileChange
from portal.kernel import clock, database
from tests.appointments.traces import events_of, happened, told, visit
from tests.check_in.conftest import said
from tests.factories import address_book
from tests.security.sent import code_to

STEPS = ("phone", "address", "insurance")
PHONE = "315-555-0199"


def start(visit_id):
    return f"/me/check_in/{visit_id}/"


def yes(visit_id, step):
    return f"#check-in form[action$='{visit_id}/{step}']"


def changes():
    with database.writing() as session:
        return {row.field: row.after for row in session.scalars(select(ProfileChange))}


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
def test_three_times_yes_and_checked_in(browser, patient, coming, htmx):
    soon = coming.visit()
    me = browser(patient, htmx=htmx)
    page = me.get(start(soon))
    assert PHONE in page and page.one("[aria-current=step]").text_content().strip() == "Phone"
    for number, step in enumerate(STEPS):
        assert len(said(soon)) == number
        page = me.submit(page, yes(soon, step))
    assert "You are checked in" in page
    assert set(said(soon)) == set(STEPS) and visit(soon).checked_in_at
    assert all((line.by_kind, line.by_id) == patient.actor for line in said(soon).values())
    assert happened(soon) == [("checked_in", "patient")]
    audit = [
        one
        for one in events_of("person", patient.person_id)
        if one.startswith(("check_in.", "appointment.")) and not one.endswith("viewed")
    ]
    assert audit == ["check_in.phone", "check_in.address", "check_in.insurance", "appointment.checked_in"]
    assert visit(soon).version == 1, "the desk's open list is not refused for it"


def test_what_was_said_survives_leaving(browser, patient, coming):
    soon = coming.visit()
    me = browser(patient)
    me.submit(me.get(start(soon)), yes(soon, "phone"))
    page = browser(patient).get(start(soon))
    assert page.one("[aria-current=step]").text_content().strip() == "Address" and "4 Oak Street" in page
    assert PHONE in me.get(f"{start(soon)}phone"), "one step back is to look again"


def test_home_and_the_details_offer_it_from_three_days_before(browser, patient, coming):
    far, near = coming.visit(3 * 24 * 60 + 70), coming.visit(3 * 24 * 60 - 70)
    me = browser(patient)
    assert me.get("/me/").css(f"a.btn.go[href='{start(near)}']")
    assert me.get(f"/me/appointments/{near}/").css(f"a.btn.go[href='{start(near)}']")
    assert not me.get(f"/me/appointments/{far}/").css(f"a[href='{start(far)}']")
    page = me.get(start(far))
    assert "You can check in from" in page and not page.css("#check-in form")


@pytest.mark.parametrize(
    ("state", "minutes", "more"),
    [
        ("pending", 60, {}),
        ("cancelled", 60, {}),
        ("fulfilled", -60, {}),
        ("booked", -5, {}),
        ("booked", 5 * 24 * 60, {}),
        ("booked", 60, {"cancel_asked_at": True}),
    ],
)
def test_there_is_nothing_to_check_in_for(browser, patient, coming, state, minutes, more):
    ready = coming.visit(30)
    other = coming.visit(minutes, state, **({"cancel_asked_at": clock.now()} if more else {}))
    me = browser(patient)
    fields = dict(me.get(start(ready)).form(yes(ready, "phone")).form_values())
    assert not me.get(start(other)).css(yes(other, "phone"))
    me.post(f"{start(other)}phone", fields, 409)
    assert not said(other)


def test_another_number_than_the_one_that_was_shown_is_not_said_yes_to(browser, patient, coming):
    soon = coming.visit()
    me = browser(patient)
    page = me.get(start(soon))
    with database.writing() as session:
        session.execute(update(Chart).values(phone_on_file="+13155550111"))
    page = me.submit(page, yes(soon, "phone"), status=409)
    assert "315-555-0111" in page and "changed a moment ago" in page
    assert not said(soon)


def test_the_number_of_the_account_is_told_to_the_office_and_changes_no_chart(browser, patient, coming):
    soon = coming.visit()
    with database.writing() as session:
        session.execute(update(Account).where(Account.id == patient.account_id).values(phone="+13155550142"))
    me = browser(patient)
    page = me.get(start(soon))
    assert "Use 315-555-0142 instead" in page
    me.submit(page, "#check-in form[action$='phone/own']")
    assert changes() == {"phone": {"phone_on_file": "+13155550142"}}
    assert ("profile_changed", "office", coming.office_id) in told()
    with database.writing() as session:
        assert session.get_one(Chart, coming.chart).phone_on_file == "+13155550199"
    assert said(soon)["phone"].changed_at
    page = me.get(f"{start(soon)}phone")
    assert "315-555-0142" in page and "has not taken this" in page and not page.css("form[action$='phone/own']")


def test_the_address_of_the_profile_is_told_to_the_office(browser, patient, coming):
    soon = coming.visit()
    me = browser(patient)
    page = me.get(f"{start(soon)}address")
    me.submit(page, "#check-in form[action$='address/own']")
    assert set(changes()["address"]) == {"line1", "line2", "city", "state", "postal_code"}
    assert said(soon)["address"].changed_at


def test_what_the_office_knows_since_the_last_visit_is_no_news(browser, patient, coming):
    card = address_book.an_insurance(patient.person_id)
    coming.visit(-3 * 24 * 60, "fulfilled")
    soon = coming.visit()
    me = browser(patient)

    def changed(days):
        with database.writing() as session:
            session.execute(update(Insurance).values(changed_at=clock.now() - timedelta(days=days)))
        me.submit(me.get(f"{start(soon)}insurance"), yes(soon, "insurance"))
        return said(soon)["insurance"].changed_at

    assert card and changed(5) is None
    assert changed(2)


def test_insurance_is_added_on_the_way_and_leads_back(browser, patient, coming):
    soon = coming.visit()
    me = browser(patient)
    page = me.get(f"{start(soon)}insurance")
    assert "no insurance" in page
    page = me.get(page.one("a.tool.add").get("href"))
    page = me.submit(page, "main form", company="Blue Cross", member_id="A1234")
    assert page.url.startswith(f"{start(soon)}insurance") and "Blue Cross" in page
    page = me.get(page.one("a.tool.edit").get("href"))
    assert page.one("a.back").get("href") == f"{start(soon)}insurance"
    assert "Blue Shield" in me.submit(page, "main form", company="Blue Shield")


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])
def test_the_address_is_changed_on_the_way_and_leads_back(browser, patient, coming, htmx):
    soon = coming.visit()
    me = browser(patient, htmx=htmx)
    link = me.get(f"{start(soon)}address").one("#check-in a[href*='/accounts/']").get("href")
    page = me.submit(me.get(link), "main form", 204 if htmx else 200, **{"kept-line1": "77 Birch Lane"})
    back = page.headers["HX-Redirect"] if htmx else page.url
    assert back.startswith(f"{start(soon)}address")
    assert "77 Birch Lane" in me.get(back)


def test_the_phone_is_changed_by_a_code_on_the_way_and_leads_back(browser, patient, coming):
    soon = coming.visit()
    me = browser(patient)
    page = me.get(me.get(start(soon)).one("#check-in a[href*='/sign_in/phone']").get("href"))
    page = me.submit(page, "#edit-phone form", phone="541-555-0177", consent="y")
    page = me.submit(page, "#sent-code form", code=code_to("+15415550177"))
    assert page.url.startswith(f"{start(soon)}phone") and "541-555-0177" in page


@pytest.mark.parametrize("written", ["//evil.example", "no-visit", "../home"])
def test_the_way_back_is_a_visit_and_nothing_else(browser, patient, coming, written):
    me = browser(patient)
    page = me.get(f"/me/address_book/insurance/add?check_in={written}")
    assert written not in page.source and page.one("a.back").get("href") == "/me/address_book/insurance/"


def test_somebody_elses_visit_does_not_exist(browser, stranger, patient, coming):
    soon = coming.visit(30)
    them = browser(stranger)
    token = them.get("/me/").css("input[name=csrf_token]")[0].get("value")
    for path in ("", "phone", "address", "insurance", "place"):
        them.get(start(soon) + path, status=404)
    for path in ("phone", "address", "insurance", "phone/own", "address/own", "here"):
        them.post(start(soon) + path, {"csrf_token": token, "once": uuid4().hex, "seen": ""}, 404)
    assert not said(soon) and visit(soon).state == "booked"


def test_who_waits_in_line_checks_in_there(browser, patient, coming):
    here = coming.visit(30, "arrived")
    me = browser(patient)
    page = me.get(me.get(start(here)).one("#check-in a[href$='/phone']").get("href"))
    for step in STEPS:
        page = me.submit(page, yes(here, step))
    assert "You are here" in page and visit(here).checked_in_at and visit(here).state == "arrived"


def test_what_was_said_is_forgotten_after_a_month_and_the_check_in_stays(browser, patient, coming):
    soon = coming.visit()
    me = browser(patient)
    for step in STEPS:
        me.submit(me.get(f"{start(soon)}{step}"), yes(soon, step))
    with database.writing():
        assert retention.forget(clock.now() + retention.KEPT - timedelta(hours=1)) == 0
        assert retention.forget(clock.now() + retention.KEPT + timedelta(hours=1)) == 3
    assert not said(soon) and visit(soon).checked_in_at

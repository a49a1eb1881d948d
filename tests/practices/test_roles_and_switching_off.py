"""Roles are changed and people switched off, at once; an office is never left without an administrator (OFF-1)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.connections.traces import told
from tests.factories import practices
from tests.people import staff_of
from tests.practices.office_rows import deeds_of, member_row, place_of
from tests.practices.test_invite_staff import staff_page

both_ways = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain form"])


def outer_id(who):
    return member_row(who.username).public_id


def step(browser, who, whom, name, status=200, **typed):
    page = browser.get(staff_page(who, f"{outer_id(whom)}/{name}"))
    return browser.submit(page, f"main form[action$={name}]", status, **typed)


@both_ways
def test_a_role_is_changed_and_works_at_once(browser, administrator, office, htmx):
    tamsin = staff_of(office, "front_desk")
    theirs = browser(tamsin)
    theirs.get(staff_page(administrator), 404)
    step(browser(administrator, htmx=htmx), administrator, tamsin, "role", role="administrator")
    assert place_of(office.id, tamsin.staff_id) == ("administrator", True)
    theirs.get(staff_page(administrator))
    step(browser(administrator), administrator, tamsin, "role", role="billing")
    theirs.get(staff_page(administrator), 404)
    assert deeds_of(administrator) == ["staff.role_changed", "staff.role_changed"]
    assert told() == [("role_changed", "staff", tamsin.staff_id)] * 2


@pytest.mark.parametrize("role", ["operator", "", "queen", None])
def test_a_role_that_is_none(browser, administrator, office, role):
    tamsin = staff_of(office, "front_desk")
    step(browser(administrator), administrator, tamsin, "role", 422, role=role)
    assert place_of(office.id, tamsin.staff_id) == ("front_desk", True)


@both_ways
def test_who_is_switched_off_is_out_at_once(browser, administrator, office, htmx):
    tamsin = staff_of(office, "front_desk")
    theirs, other = browser(tamsin), browser(tamsin)
    theirs.get(f"/office/{office.public_id}/")
    listing = step(browser(administrator, htmx=htmx), administrator, tamsin, "off")
    assert "Switched off" in listing
    for each in (theirs, other):
        assert each.get(f"/office/{office.public_id}/", 303).headers["Location"].startswith("/sign_in/office")
    assert member_row(tamsin.username).state == "off"
    answer = browser()
    page = answer.get("/sign_in/office")
    answer.submit(page, status=422, username=tamsin.username, password=tamsin.password)
    assert deeds_of(administrator) == ["staff.switched_off"]


def test_who_works_elsewhere_too_keeps_that_place(browser, administrator, office):
    elsewhere = practices.an_office("Harbor Point Medical")
    ferris = staff_of(office, "front_desk")
    practices.a_position(elsewhere.id, ferris.staff_id, "billing")
    step(browser(administrator), administrator, ferris, "off")
    assert member_row(ferris.username).state == "active"
    again = browser(ferris)
    again.get(f"/office/{elsewhere.public_id}/")
    again.get(f"/office/{office.public_id}/", 404)
    assert again.get("/office/", 303).headers["Location"] == f"/office/{elsewhere.public_id}/"


def test_who_was_switched_off_is_switched_on_again(browser, administrator, office):
    tamsin = staff_of(office, "clinician")
    me = browser(administrator)
    step(me, administrator, tamsin, "off")
    listing = step(me, administrator, tamsin, "on")
    assert "Switched off" not in listing
    assert place_of(office.id, tamsin.staff_id) == ("clinician", True)
    browser(tamsin).get(f"/office/{office.public_id}/")


def test_nobody_changes_their_own_role_or_place(browser, administrator, office):
    staff_of(office, "administrator")
    me = browser(administrator)
    assert "cannot change your own role" in step(me, administrator, administrator, "role", 409, role="billing")
    assert "cannot switch yourself off" in step(me, administrator, administrator, "off", 409)
    assert place_of(office.id, administrator.staff_id) == ("administrator", True)
    mine = me.get(staff_page(administrator)).css(f"a[href*='{outer_id(administrator)}']")
    assert not mine


def test_the_last_administrator_stays(browser, operator, administrator, office):
    me, inside = browser(operator), replace(operator, office=office.public_id)
    for name, typed in (("role", {"role": "billing"}), ("off", {})):
        answer = step(me, inside, administrator, name, 409, **typed)
        assert "the only administrator of your office" in answer
    assert place_of(office.id, administrator.staff_id) == ("administrator", True)
    other = staff_of(office, "administrator")
    step(me, inside, administrator, "role", role="billing")
    assert "the only administrator" in step(me, inside, other, "off", 409)


def test_what_was_done_already_is_refused_with_the_reason(browser, administrator, office):
    tamsin = staff_of(office, "front_desk")
    me = browser(administrator)
    off, role = (me.get(staff_page(administrator, f"{outer_id(tamsin)}/{name}")) for name in ("off", "role"))
    assert "switched on already" in step(me, administrator, tamsin, "on", 409)
    me.submit(off, "main form")
    assert "is switched off" in me.submit(
        me.get(staff_page(administrator, f"{outer_id(tamsin)}/off")), "main form", 409
    )
    assert "is switched off" in me.submit(role, "main form.flow", 409, role="billing")


def test_who_works_elsewhere_does_not_exist_here(browser, administrator):
    other = staff_of(practices.an_office("Harbor Point Medical"), "front_desk")
    me = browser(administrator)
    for name in ("role", "off", "on"):
        me.get(staff_page(administrator, f"{outer_id(other)}/{name}"), 404)
    form = me.get(staff_page(administrator, "invite")).form("main form.flow")
    form.set("action", staff_page(administrator, f"{outer_id(other)}/off"))
    me.submit(form, status=404)
    assert place_of(other.office_id, other.staff_id) == ("front_desk", True)


@pytest.mark.parametrize("role", ["front_desk", "clinician", "billing"])
def test_who_does_not_run_the_office_switches_nobody_off(browser, office, role):
    me, whom = browser(staff_of(office, role)), staff_of(office, "front_desk")
    for name in ("role", "off", "on"):
        me.get(f"/office/{office.public_id}/staff/{outer_id(whom)}/{name}", 404)

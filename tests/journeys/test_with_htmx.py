"""What only scripts do, and must do well: focus, the live region, double clicks, going back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from portal.domain.address_book.models import Insurance
from portal.domain.notifications.models import Receipt
from tests.factories.announcements import an_announcement
from tests.journeys.conftest import new_context
from tests.journeys.stored import rows
from tests.journeys.visitors import InChromium

_SAID = re.compile(r"Receipt\s+R-\w{4}-\w{4}")


def add_an_insurance(visitor, company="Bluefern Mutual"):
    visitor.open("/me/address_book/insurance/add")
    visitor.fill("Insurance company", company)
    visitor.fill("Member ID", "B1234")
    visitor.press("Save")
    visitor.sees(f"Edit {company}")


def test_focus_goes_to_what_changed_and_the_live_region_speaks(with_htmx, patient):
    tab = with_htmx.tab
    with_htmx.sign_in(patient)
    add_an_insurance(with_htmx)
    here = f"#insurance-{rows(Insurance)[0].public_id.hex[:8]}"
    tab.reload()
    url = tab.url

    with_htmx.follow("Edit Bluefern Mutual")
    expect(tab.get_by_label("Insurance company")).to_be_focused()
    with_htmx.fill("Insurance company", "")
    tab.keyboard.press("Enter")
    expect(tab.locator("[role=alert][tabindex]")).to_be_focused()
    with_htmx.fill("Insurance company", "Harvest Oak")
    tab.keyboard.press("Enter")
    expect(tab.locator("#said[role=status]")).to_have_text(_SAID)
    expect(tab.locator(f"{here}:focus, {here} :focus")).to_have_count(1)

    with_htmx.follow("Delete Harvest Oak")
    expect(tab.locator(f"{here}:focus, {here} :focus")).to_have_count(1)
    with_htmx.press("Delete")
    with_htmx.sees("Deleted")
    expect(tab.locator(f"{here}:focus, {here} :focus")).to_have_count(1)
    expect(tab.locator("#said")).to_have_text(_SAID)
    assert tab.url == url, "all of it happened in place"


def test_focus_is_not_lost_with_a_closed_banner(with_htmx, patient, office):
    an_announcement(office.id)
    with_htmx.sign_in(patient)
    with_htmx.press("Close this announcement")
    expect(with_htmx.tab.locator(".announce")).to_have_count(0)
    expect(with_htmx.tab.locator("main:focus, main :focus")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no script"])
def test_a_double_click_saves_once(live, chromium, patient, script):
    """SECURITY C23: twenty clicks, one deed, one number."""
    with new_context(chromium, java_script_enabled=script) as context:
        visitor = InChromium(live, context)
        visitor.sign_in(patient)
        add_an_insurance(visitor)
        visitor.follow("Edit Bluefern Mutual")
        visitor.fill("Member ID", "B3456")
        visitor.tab.get_by_role("button", name="Save").dblclick()
        visitor.sees("ends in 56")
        visitor.open("/me/address_book/insurance/add")
        visitor.fill("Insurance company", "Harvest Oak")
        visitor.fill("Member ID", "H9876")
        visitor.tab.get_by_role("button", name="Save").dblclick()
        visitor.sees("Edit Harvest Oak")
    assert [(row.company, row.version) for row in rows(Insurance)] == [("Bluefern Mutual", 2), ("Harvest Oak", 1)]
    assert len(rows(Receipt)) == 3


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no script"])
def test_back_and_reload_do_nothing_twice(live, chromium, patient, script):
    """SECURITY C26."""
    with new_context(chromium, java_script_enabled=script) as context:
        visitor = InChromium(live, context)
        visitor.sign_in(patient)
        add_an_insurance(visitor)
        visitor.tab.reload()
        visitor.tab.go_back()
        visitor.tab.go_forward()
        visitor.sees("Edit Bluefern Mutual")
    assert len(rows(Insurance)) == len(rows(Receipt)) == 1

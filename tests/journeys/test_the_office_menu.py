"""The office's menu on a phone: one line that says where this is, and the rest behind "Menu", without any script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import new_context
from tests.journeys.test_the_office_tells_something import come_in
from tests.journeys.visitors import InChromium

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


@pytest.mark.parametrize("script", [True, False], ids=["htmx", "no script"])
def test_the_menu_opens_on_a_phone_and_stands_open_on_a_desk(live, chromium, administrator, script):
    with new_context(chromium, java_script_enabled=script, viewport=PHONE) as context:
        ada = InChromium(live, context)
        come_in(ada, administrator)
        menu = ada.tab.get_by_role("navigation", name="Main menu")
        expect(menu.get_by_role("link")).to_have_text(["Today"])
        assert menu.bounding_box()["height"] < 70
        ada.tab.get_by_role("link", name="Menu", exact=True).click()
        ada.follow("Charts")
        assert ada.path().endswith("/charts/")
        expect(menu.get_by_role("link")).to_have_text(["Charts"])
        ada.tab.get_by_role("link", name="Menu", exact=True).click()
        expect(menu.get_by_role("button", name="Sign out")).to_be_visible()
        ada.follow("Close menu")
        expect(menu.get_by_role("link")).to_have_text(["Charts"])
        ada.tab.set_viewport_size(DESK)
        expect(menu.get_by_role("link", name="Staff")).to_be_visible()
        expect(ada.tab.get_by_role("link", name="Menu", exact=True)).to_be_hidden()

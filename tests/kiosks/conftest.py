from __future__ import annotations

import pytest

from tests.browser import Browser
from tests.factories.kiosks import a_kiosk
from tests.factories.practices import an_office
from tests.people import staff_of


@pytest.fixture
def kiosk(office):
    """A paired kiosk of the office."""
    return a_kiosk(office.id)


@pytest.fixture
def device(app, kiosk):
    """The browser of that kiosk."""
    made = Browser(app)
    made.client.set_cookie("kiosk", kiosk.token)
    return made


@pytest.fixture
def elsewhere(app):
    """The front desk of another office."""
    return staff_of(an_office(name="Redwater Clinic"), "front_desk")

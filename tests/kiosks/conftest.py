from __future__ import annotations

import pytest

from tests.browser import Browser
from tests.factories.enrollment import NewChart, a_chart
from tests.factories.kiosks import NewKiosk, a_kiosk
from tests.factories.practices import an_office
from tests.people import Staff, staff_of


@pytest.fixture
def kiosk(office) -> NewKiosk:
    """A paired kiosk of the office."""
    return a_kiosk(office.id)


@pytest.fixture
def chart(office) -> NewChart:
    """Somebody with a chart and no account."""
    return a_chart(office.id)


@pytest.fixture
def device(app, kiosk) -> Browser:
    """The browser of that kiosk."""
    return at_kiosk(app, kiosk)


@pytest.fixture
def sent(browser, front_desk, chart, kiosk):
    """An enrollment that waits on the kiosk; the page on which staff follow it."""
    from tests.kiosks.counter import send

    return send(browser(front_desk), front_desk, chart, kiosk)


@pytest.fixture
def elsewhere(app) -> Staff:
    """The front desk of another office."""
    return staff_of(an_office(name="Redwater Clinic"), "front_desk")


def at_kiosk(app, kiosk: NewKiosk) -> Browser:
    """A browser that is that kiosk's."""
    made = Browser(app)
    made.client.set_cookie("kiosk", kiosk.token)
    return made

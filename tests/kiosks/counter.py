"""An enrollment at the counter, step by step, as the tests of it go."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from portal.domain.kiosks.models import KioskSession
from portal.kernel import database
from tests.browser import Browser, Page
from tests.factories.enrollment import NewChart, sent_code
from tests.factories.kiosks import NewKiosk
from tests.people import Staff

BORN = {"month": "9", "day": "3", "year": "1968", "postal_code": "00101"}
LOGIN = {"username": "clementine68", "password": "walnut harbor seven kites", "again": "walnut harbor seven kites"}
EMAIL = "clem@example.com"


def send(desk: Browser, who: Staff, chart: NewChart, kiosk: NewKiosk, status: int = 200) -> Page:
    """Check a passport, choose the kiosk, send."""
    page = desk.get(f"/office/{who.office}/kiosks/send/{chart.public_id}")
    return desk.submit(page, status=status, kiosk=str(kiosk.public_id), paper="passport")


def start(device: Browser, language: str | None = None) -> Page:
    """Press Start."""
    return device.submit(device.get("/kiosk/"), language=language)


def answer(device: Browser, **fields: str) -> Page:
    """Send the question that is on the screen."""
    assert device.page is not None
    return device.submit(device.page, "#step", **fields)


def press(device: Browser, path: str) -> Page:
    """Press a button of the bar: help, start-over."""
    page = device.page
    assert page is not None
    bar = page.form("#bar")
    bar.set("action", f"/kiosk/{path}")
    return device.submit(bar)


def choose_login(device: Browser, username: str = LOGIN["username"]) -> Page:
    """A user name, then a password."""
    answer(device, username=username)
    return answer(device, password=LOGIN["password"], again=LOGIN["again"])


def prove_phone(device: Browser) -> Page:
    """Ask for the code and type it."""
    answer(device)
    return answer(device, code=sent_code("sms"))


def prove_email(device: Browser, email: str = EMAIL) -> Page:
    """The same for the email address."""
    answer(device, email=email)
    return answer(device, code=sent_code("email"))


def whole(device: Browser) -> Page:
    """From Start to the last page."""
    start(device)
    answer(device, **BORN)
    prove_phone(device)
    choose_login(device)
    return prove_email(device)


def sessions() -> list[KioskSession]:
    """All of them, oldest first, as they are now."""
    with database.writing() as session:
        found = list(session.scalars(select(KioskSession).order_by(KioskSession.id)))
        session.expunge_all()
        return found


def session_url(page: Page) -> str:
    """Where a followed session is, from the page after sending."""
    return page.url.partition("?")[0]


def id_of(page: Page) -> UUID:
    """The outer id of the session that a page follows."""
    return UUID(session_url(page).rsplit("/", 1)[1])

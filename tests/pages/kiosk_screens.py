"""Kiosks in every state in which somebody can see one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from portal.domain.accounts.models import StaffMember
from portal.domain.enrollment.models import EnrollmentRun
from portal.domain.kiosks.models import Kiosk, KioskSession
from portal.domain.practices.models import Office
from portal.kernel import clock, database
from tests.browser import Browser
from tests.factories.enrollment import a_chart
from tests.factories.kiosks import NewKiosk, a_kiosk
from tests.kiosks import counter

if TYPE_CHECKING:
    from tests.pages.world import World

#: The roles that are a kiosk with somebody in front of it, by what is on the screen.
SCREENS = ("sent", "who", "phone", "phone_code", "login", "password", "email", "email_code", "done")
ROLES = tuple(f"kiosk at {screen}" for screen in SCREENS)


def set_out(world: World) -> None:
    """One kiosk for each screen, and one that was never paired."""
    with database.writing() as session:
        office = session.scalars(select(Office).where(Office.public_id == world.named["office"])).one().id
        desk = session.scalars(select(StaffMember.id).where(StaffMember.username == "adeline")).one()
    for place, screen in enumerate(SCREENS):
        world.cookies[f"kiosk at {screen}"] = _at(
            world, a_kiosk(office, f"Screen {place}", added_by=desk), office, place, screen
        )
    with database.writing() as session:
        world.named["kiosk session"] = session.scalars(select(KioskSession.public_id).order_by(KioskSession.id)).first()
        done = select(KioskSession.public_id).where(KioskSession.state == "done")
        world.named["kiosk session done"] = session.scalars(done).first()
        bare = select(Kiosk.public_id).where(Kiosk.paired_at.is_(None))
        world.named["bare kiosk"] = session.scalars(bare).first()


def _at(world: World, kiosk: NewKiosk, office: int, place: int, screen: str) -> dict[str, str]:
    chart = a_chart(office, given="Odell", family=f"Lane{'abcdefghi'[place]}", phone_on_file=f"+131555501{80 + place}")
    device, desk = Browser(world.app), world.browser("front_desk")
    device.client.set_cookie("kiosk", kiosk.token)
    page = desk.get(f"/office/{world.named['office']}/kiosks/send/{chart.public_id}")
    desk.submit(page, kiosk=str(kiosk.public_id), paper="passport")
    steps = [
        lambda: counter.start(device),
        lambda: counter.answer(device, **counter.BORN),
        lambda: counter.answer(device),
        lambda: counter.answer(device, code=counter.sent_code("sms")),
        lambda: counter.answer(device, username=f"odell.{place}ashes"),
        lambda: counter.answer(device, password=counter.LOGIN["password"], again=counter.LOGIN["again"]),
        lambda: counter.answer(device, email=f"odell{place}@example.com"),
        lambda: counter.answer(device, code=counter.sent_code("email")),
    ]
    for step in steps[: SCREENS.index(screen)]:
        step()
    found = {name: device.client.get_cookie(name) for name in ("kiosk", "kiosk_session")}
    return {name: cookie.value for name, cookie in found.items() if cookie}


def keep_awake() -> None:
    """As if somebody had touched each screen just now."""
    now = clock.now()
    open_one = KioskSession.ended_at.is_(None)
    with database.writing() as session:
        session.execute(update(KioskSession).where(open_one).values(touched_at=now, sent_at=now))
        begun = (open_one, KioskSession.begun_at.is_not(None))
        session.execute(update(KioskSession).where(*begun).values(begun_at=now))
        session.execute(update(KioskSession).where(KioskSession.state == "done").values(ended_at=now))
        runs = update(EnrollmentRun).where(EnrollmentRun.door == "kiosk")
        session.execute(runs.values(expires_at=now + timedelta(minutes=10)))

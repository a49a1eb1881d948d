"""How an enrollment at a kiosk ends: whichever way, what was typed and proven goes at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from portal.domain.audit.actions import append
from portal.domain.enrollment import runs
from portal.domain.kiosks.models import Kiosk, KioskSession
from portal.domain.kiosks.types import State
from portal.domain.viewer import Actor
from portal.kernel import database


def end(row: KioskSession, state: State, now: datetime) -> None:
    """Close an open session that leads to no account."""
    row.state, row.ended_at, row.draft = state.value, now, None
    runs.drop(row.holder)


def end_by_itself(session_id: int, state: State, now: datetime) -> None:
    """The same for one whose time is over, as the next request finds it; of two at once, one does it."""
    found = select(KioskSession).where(KioskSession.id == session_id, KioskSession.ended_at.is_(None))
    row = database.session().scalar(found.with_for_update())
    if row is None:
        return
    end(row, state, now)
    append(
        f"kiosk.{state}",
        chain=("staff", row.staff_member_id),
        actor=Actor("kiosk", row.kiosk_id),
        office_id=row.office_id,
        about=row.public_id,
        section="kiosks",
    )


def end_all_at(kiosk_id: int, now: datetime) -> None:
    """The device is sent away."""
    found = select(KioskSession).where(KioskSession.kiosk_id == kiosk_id, KioskSession.ended_at.is_(None))
    for row in database.session().scalars(found.with_for_update()):
        end(row, State.STOPPED, now)


def unpair_all(now: datetime) -> None:
    """After an older database was put back: a device that was sent away since must not come back with it."""
    session = database.session()
    for row in session.scalars(select(KioskSession).where(KioskSession.ended_at.is_(None)).with_for_update()):
        end(row, State.STOPPED, now)
    session.execute(
        update(Kiosk).values(token_hash=None, paired_at=None, code_hash=None, code_until=None, help_at=None)
    )

"""What was only held goes after its ten minutes; claims of times that are over go too (docs/retention.md)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, func, or_, select

from portal.domain.appointments import claims, freeing
from portal.domain.appointments.models import HELD, PROPOSED, Appointment, AppointmentEvent, Claim
from portal.kernel import database

_AT_ONCE = 500
_LAPSED = (Appointment.state == HELD, Appointment.held_until <= bindparam("now"))
_PROPOSED = (Appointment.state == PROPOSED, Appointment.held_until <= bindparam("now"))
_HOW_MANY = select(func.count()).select_from(Appointment).where(or_(and_(*_LAPSED), and_(*_PROPOSED)))


class _Count(NamedTuple):
    number: int


def are_lapsed(now: datetime) -> bool:
    """Whether somebody held a time, or was offered some, and did not use it: asked often, so that nobody writes for
    nothing.
    """
    found = database.read_one(_Count, _HOW_MANY, now=now)
    return found is not None and found.number > 0


def forget_holds(now: datetime) -> int:
    """Remove what was held in vain, with its claims; five hundred at most. How many."""
    session = database.session()
    some = select(Appointment.id).where(*_LAPSED).limit(_AT_ONCE).with_for_update(skip_locked=True)
    ids = list(session.scalars(some, {"now": now}))
    freeing.put_down(ids)
    for table, column in ((Claim, Claim.appointment_id), (AppointmentEvent, AppointmentEvent.appointment_id)):
        session.execute(delete(table).where(column.in_(ids)))
    session.execute(delete(Appointment).where(Appointment.id.in_(ids)))
    return len(ids)


def forget_claims(now: datetime) -> int:
    """Remove claims of times that are over; the visits stay. How many."""
    return claims.forget_past(now)

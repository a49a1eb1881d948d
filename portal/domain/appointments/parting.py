"""An office ends the connection of a chart: the visits that its person still has there go with it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select

from portal.domain.appointments import cancelling, claims, history, questions, wait_list
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.rules import OPEN
from portal.domain.appointments.types import State
from portal.domain.appointments.waiting_models import WaitListEntry
from portal.domain.charts.actions import record_at
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import Connection
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.database import Moment

_COMING = (
    Appointment.office_id == bindparam("office_id"),
    Appointment.chart_id == bindparam("chart_id"),
    or_(*(Appointment.state == state for state in OPEN)),
    Appointment.starts_at > bindparam("now", type_=Moment()),
)
_IS_CONNECTED = exists().where(
    Connection.office_id == bindparam("office_id"),
    Connection.chart_id == bindparam("chart_id"),
    Connection.ended_at.is_(None),
)
_PARTING = select(_IS_CONNECTED.label("is_connected"), func.count(Appointment.id).label("visits")).where(*_COMING)


class Parting(NamedTuple):
    """What an end of the connection is about: is there one, and how many visits are still to come."""

    is_connected: bool
    visits: int


def parting_of(viewer: StaffViewer, chart: OpenChart, now: datetime) -> Parting:
    """Told before staff end it."""
    values = {"office_id": viewer.office_id or 0, "chart_id": chart.id, "now": now}
    return database.read_one(Parting, _PARTING, **values) or Parting(is_connected=False, visits=0)


def part(viewer: StaffViewer, chart: OpenChart, now: datetime) -> int:
    """Cancel what is still to come; the notice of the ended connection says so. How many.

    Called in the transaction that ends the connection, while it is still open.
    """
    session = database.session()
    mine = select(Appointment).where(
        Appointment.office_id == viewer.office_id,
        Appointment.chart_id == chart.id,
        Appointment.state.in_((State.HELD, *OPEN)),
        Appointment.starts_at > now,
    )
    coming = list(session.scalars(mine.with_for_update()))
    for visit in coming:
        if visit.state == State.HELD:
            claims.release(visit.id)
            session.delete(visit)
            continue
        cancelling.end(visit, now)
        visit.cancelled_by = "staff"
        history.note(visit, "cancelled", by=viewer.actor, now=now)
        record_at(chart, "appointment.cancelled", by=viewer, section="appointments")
    lists = select(WaitListEntry).where(
        WaitListEntry.office_id == viewer.office_id,
        WaitListEntry.chart_id == chart.id,
        WaitListEntry.state.in_(wait_list.STANDING),
    )
    for entry in list(session.scalars(lists.with_for_update())):
        wait_list.end(entry, by="staff", now=now)
    questions.part(viewer, chart, now)
    return len(coming)

"""The office's answers: to requests, and to people who want to cancel."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from portal.domain.accounts.models import StaffMember
from portal.domain.appointments import claims, history, moving, seating, wait_list
from portal.domain.appointments.desk_rules import Done, why_not_answer, why_not_approve
from portal.domain.appointments.models import Appointment, AppointmentEvent, ProposedTime
from portal.domain.appointments.rules import OPEN
from portal.domain.appointments.types import State
from portal.domain.charts.actions import record_at
from portal.domain.charts.models import Chart
from portal.domain.viewer import Actor, StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

_REQUESTED = (State.PENDING,)
_OPEN = (State.PENDING, State.PROPOSED)


class Visit(NamedTuple):
    """A visit that is held until the transaction ends, and its chart."""

    row: Appointment
    chart: Chart


def approve(viewer: StaffViewer, appointment_id: UUID, *, version: int, now: datetime) -> None:
    """Agree to the time that was asked for. A visit that it takes the place of goes in the same moment (APT-8).

    Raises:
        Missing: no such visit in the viewer's office.
        Refused: `visit_answered`, `visit_changed` (another one of staff was quicker), `visit_time_past`; `time_taken`
            where offered times ran out, and somebody else has this one by now.
    """
    visit = as_seen(viewer, appointment_id, _REQUESTED, version)
    refuse_if(why_not_approve(visit.row.starts_at, now))
    if not claims.has_time(visit.row.id):
        seating.take_time(viewer, visit.row, now)
    book(viewer, visit, "approved", now)
    history.tell_person("appointment_moved" if visit.row.replaces_id else "appointment_confirmed", visit.row)


def reject(viewer: StaffViewer, appointment_id: UUID, *, version: int, because: str, now: datetime) -> None:
    """Say no, and why. The time is free again; a visit that it would have replaced stays.

    Raises:
        Missing, Refused: as `approve`.
    """
    visit = as_seen(viewer, appointment_id, _OPEN, version)
    _end(viewer, visit, "rejected", because, now)
    history.tell_person("appointment_rejected", visit.row)


def cancel(viewer: StaffViewer, appointment_id: UUID, *, version: int, because: str, now: datetime) -> None:
    """The office calls a visit off, and says why.

    Raises:
        Missing, Refused: as `approve`.
    """
    visit = as_seen(viewer, appointment_id, OPEN, version)
    _end(viewer, visit, "cancelled", because, now)
    history.tell_person("appointment_cancelled", visit.row)


def accept_cancellation(viewer: StaffViewer, appointment_id: UUID, *, version: int, now: datetime) -> None:
    """The person asked to cancel: so be it.

    Raises:
        Missing, Refused: as `approve`.
    """
    visit = as_seen(viewer, appointment_id, (State.BOOKED,), version, asks_to_cancel=True)
    _end(viewer, visit, "cancelled", visit.row.because, now, whose="patient")
    history.tell_person("appointment_cancelled", visit.row)


def keep(viewer: StaffViewer, appointment_id: UUID, *, version: int, because: str, now: datetime) -> None:
    """The person asked to cancel, and the office can not let the visit go: it stays, and they read why.

    Raises:
        Missing, Refused: as `approve`.
    """
    visit = as_seen(viewer, appointment_id, (State.BOOKED,), version, asks_to_cancel=True)
    visit.row.cancel_asked_at, visit.row.because = None, because
    note(viewer, visit, "kept", now)
    history.tell_person("appointment_confirmed", visit.row)


def as_seen(
    viewer: StaffViewer,
    appointment_id: UUID,
    wanted: Collection[State],
    version: int,
    *,
    asks_to_cancel: bool = False,
) -> Visit:
    """A visit of the viewer's office for changing, as the page showed it.

    Raises:
        Missing: no such visit in the viewer's office.
        Refused: it is in another state or version by now, or nobody asks to cancel it any more.
    """
    visit = for_update(viewer, appointment_id)
    same = visit.row.version == version and (visit.row.cancel_asked_at is not None or not asks_to_cancel)
    last = None if same and visit.row.state in wanted else _last_of(visit.row)
    refuse_if(why_not_answer(State(visit.row.state), wanted, is_as_seen=same, last=last, zone=viewer.time_zone))
    return visit


def for_update(viewer: StaffViewer, appointment_id: UUID) -> Visit:
    """A visit of the viewer's office, held until the transaction ends; one that is only held is nobody's yet.

    Raises:
        Missing: no such visit in the viewer's office.
    """
    session = database.session()
    mine = select(Appointment).where(
        Appointment.public_id == appointment_id,
        Appointment.office_id == viewer.office_id,
        Appointment.state != State.HELD,
    )
    row = session.scalar(mine.with_for_update())
    if row is None:
        raise Missing
    return Visit(row, session.get_one(Chart, row.chart_id))


def book(viewer: StaffViewer, visit: Visit, deed: str, now: datetime) -> None:
    """Make a visit an agreed one by the office; the one that it takes the place of is canceled with it."""
    agree(visit, by=viewer.actor, deed=deed, now=now)
    record_at(visit.chart, f"appointment.{deed}", by=viewer, section="appointments")


def agree(visit: Visit, *, by: Actor, deed: str, now: datetime) -> None:
    """Make a visit an agreed one, whoever does it; without the audit."""
    row = visit.row
    row.state, row.confirmed_at, row.held_until, row.because = State.BOOKED, now, None, None
    row.sequence += 1
    history.note(row, deed, by=by, now=now)
    if row.replaces_id is not None:
        moving.let_old_go(row.replaces_id, by=by, now=now)


def note(viewer: StaffViewer, visit: Visit, deed: str, now: datetime) -> None:
    """A line of the visit's history, and one of the audit of its person."""
    history.note(visit.row, deed, by=viewer.actor, now=now)
    record_at(visit.chart, f"appointment.{deed}", by=viewer, section="appointments")


def _end(
    viewer: StaffViewer, visit: Visit, deed: str, because: str | None, now: datetime, *, whose: str = "staff"
) -> None:
    row = visit.row
    row.state, row.because, row.cancelled_by = State.CANCELLED, because, whose
    row.cancel_asked_at = row.held_until = None
    row.sequence += 1
    wait_list.end_wish_of(row, now)
    database.session().execute(delete(ProposedTime).where(ProposedTime.appointment_id == row.id))
    claims.release(row.id)
    note(viewer, visit, deed, now)


def _last_of(row: Appointment) -> Done | None:
    """What happened to the visit last, and who of staff did it."""
    found = database.session().execute(
        select(
            AppointmentEvent.deed,
            AppointmentEvent.by_kind,
            (StaffMember.given + " " + StaffMember.family).label("name"),
            AppointmentEvent.at,
        )
        .outerjoin(StaffMember, (AppointmentEvent.by_kind == "staff") & (StaffMember.id == AppointmentEvent.by_id))
        .where(AppointmentEvent.office_id == row.office_id, AppointmentEvent.appointment_id == row.id)
        .order_by(AppointmentEvent.id.desc())
        .limit(1)
    )
    last = found.one_or_none()
    return Done._make(last) if last else None

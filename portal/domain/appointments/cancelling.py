"""The person's own deeds with a visit: they cancel it, or say that they will be there."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from portal.domain.appointments import claims, history, rules, wait_list
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.types import State
from portal.domain.audit.actions import record
from portal.domain.connections.models import Connection
from portal.domain.outbox.actions import queue
from portal.domain.practices.models import Office
from portal.domain.viewer import Actor, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

_SECTION = "appointments"


def cancel(viewer: Viewer, appointment_id: UUID, *, version: int, because: str | None, now: datetime) -> bool:
    """Cancel a visit, and give its time to others; or ask the office to, where it wants to answer that itself.

    What the office has not agreed to yet goes at once, whatever the office chose.

    Args:
        version: that of the visit when the person was asked whether they mean it.

    Returns:
        Whether it is canceled; else the office was asked.

    Raises:
        Missing: no such visit, or somebody else's.
        Refused: `appointment_over`, `too_late_to_cancel`, `cancel_asked_before`, `appointment_changed`.
    """
    visit = for_update(viewer, appointment_id)
    office = database.session().get_one(Office, visit.office_id)
    notice = timedelta(hours=office.cancel_notice_hours)
    refuse_if(
        rules.why_not_cancel(State(visit.state), visit.starts_at, notice, now)
        or rules.why_not_ask_again(visit.cancel_asked_at)
        or rules.why_not_as_it_was(visit.version, version)
    )
    visit.because = because
    if visit.state == State.BOOKED and not office.cancels_at_once:
        visit.cancel_asked_at = now
        write_down(viewer, visit, "cancel_asked", now)
        return False
    end(visit, now)
    write_down(viewer, visit, "cancelled", now)
    history.tell_person("appointment_cancelled", visit)
    queue("appointment_withdrawn", to=Actor("office", visit.office_id), about=visit.public_id)
    return True


def confirm(viewer: Viewer, appointment_id: UUID, *, now: datetime) -> None:
    """The person says that they will be there. Twice is once.

    Raises:
        Missing: no such visit, or somebody else's.
        Refused: `not_to_confirm`: there is nothing agreed on, or it is over.
    """
    visit = for_update(viewer, appointment_id)
    refuse_if(rules.why_not_confirm(State(visit.state), visit.starts_at, visit.cancel_asked_at, now))
    if not history.is_noted(visit, "confirmed"):
        write_down(viewer, visit, "confirmed", now)


def end(visit: Appointment, now: datetime) -> None:
    """A visit that its person does not want any more: its time is free in the same moment."""
    wait_list.end_wish_of(visit, now)
    visit.state, visit.cancelled_by = State.CANCELLED, "patient"
    visit.cancel_asked_at = visit.held_until = None
    visit.sequence += 1
    claims.release(visit.id)


def for_update(viewer: Viewer, appointment_id: UUID) -> Appointment:
    """A visit of the person, held until the transaction ends.

    Raises:
        Missing: no such visit, or somebody else's.
    """
    mine = (
        select(Appointment)
        .join(
            Connection,
            (Connection.office_id == Appointment.office_id) & (Connection.chart_id == Appointment.chart_id),
        )
        .where(
            Appointment.public_id == appointment_id,
            Appointment.state != State.HELD,
            Connection.person_id == viewer.person_id,
            Connection.ended_at.is_(None),
        )
    )
    visit = database.session().scalar(mine.with_for_update(of=Appointment))
    if visit is None:
        raise Missing
    return visit


def write_down(viewer: Viewer, visit: Appointment, deed: str, now: datetime) -> None:
    """A line of the visit's history, and one of the audit: the person did it."""
    history.note(visit, deed, by=viewer.actor, now=now)
    record(f"appointment.{deed}", by=viewer, about=visit.public_id, section=_SECTION)

"""Somebody closes their account: what becomes of their visits.

What they only held, asked for or wait for goes, for nobody would read the answer. What the office has agreed to stays:
it is an appointment with the office, not with the portal, and people who leave a portal do not thereby leave their
doctor.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.domain.appointments import claims, history, questions, wait_list
from portal.domain.appointments.cancelling import end
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.types import State
from portal.domain.appointments.waiting_models import WaitListEntry
from portal.domain.connections.models import Connection
from portal.domain.viewer import Actor
from portal.kernel import database

_GOES = (State.HELD, State.PENDING, State.PROPOSED)


def leave(person_id: int, actor: Actor, now: datetime) -> None:
    """Let go of what is not agreed on yet. Called while the person's connections are still open."""
    _leave_lists(person_id, now)
    questions.leave(person_id, now)
    mine = (
        select(Appointment)
        .join(
            Connection,
            (Connection.office_id == Appointment.office_id) & (Connection.chart_id == Appointment.chart_id),
        )
        .where(
            Connection.person_id == person_id,
            Connection.ended_at.is_(None),
            Appointment.state.in_(_GOES),
        )
    )
    session = database.session()
    for visit in list(session.scalars(mine.with_for_update(of=Appointment))):
        if visit.state == State.HELD:
            claims.release(visit.id)
            session.delete(visit)
        else:
            end(visit, now)
            history.note(visit, "cancelled", by=actor, now=now)


def _leave_lists(person_id: int, now: datetime) -> None:
    theirs = (
        select(WaitListEntry)
        .join(
            Connection,
            (Connection.office_id == WaitListEntry.office_id) & (Connection.chart_id == WaitListEntry.chart_id),
        )
        .where(
            Connection.person_id == person_id,
            Connection.ended_at.is_(None),
            WaitListEntry.state.in_(wait_list.STANDING),
        )
    )
    for entry in list(database.session().scalars(theirs.with_for_update(of=WaitListEntry))):
        wait_list.end(entry, by="patient", now=now)

"""A visit takes the place of another one (APT-8): in the same moment the old one goes, and its time is free."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import aliased

from portal.domain.appointments import asking_rules, claims, history, wait_list
from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.appointments.rules import OPEN
from portal.domain.appointments.types import State
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Office, Provider
from portal.domain.viewer import Actor, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

_new = aliased(Appointment)


class MovedChoice(NamedTuple):
    """Where another time is looked for: the visit's provider and reason, by their outer ids."""

    provider: UUID
    reason: UUID


_CHOICE = (
    select(Provider.public_id, VisitReason.public_id)
    .select_from(Connection)
    .join(Appointment, (Appointment.office_id == Connection.office_id) & (Appointment.chart_id == Connection.chart_id))
    .join(Provider, Provider.id == Appointment.provider_id)
    .join(VisitReason, VisitReason.id == Appointment.reason_id)
    .where(
        Connection.person_id == bindparam("person_id"),
        Connection.ended_at.is_(None),
        Appointment.public_id == bindparam("public_id"),
        Appointment.state != State.HELD,
    )
)


def choice_of(viewer: Viewer, appointment_id: UUID) -> MovedChoice:
    """Where to look for another time for a visit of the person.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    found = database.read_one(MovedChoice, _CHOICE, person_id=viewer.person_id, public_id=appointment_id)
    if found is None:
        raise Missing
    return found


def movable(viewer: Viewer, appointment_id: UUID, office_id: int, now: datetime) -> Appointment:
    """A visit of the person at the office, held until the transaction ends, which another one may take the place of.

    Raises:
        Missing: there is none, it is somebody else's, or at another office.
        Refused: `appointment_over`, `too_late_to_move`, `is_moving`.
    """
    session = database.session()
    row = session.scalar(
        select(Appointment)
        .join(
            Connection, (Connection.office_id == Appointment.office_id) & (Connection.chart_id == Appointment.chart_id)
        )
        .where(
            Appointment.public_id == appointment_id,
            Appointment.office_id == office_id,
            Appointment.state != State.HELD,
            Connection.person_id == viewer.person_id,
            Connection.ended_at.is_(None),
        )
        .with_for_update(of=Appointment)
    )
    if row is None:
        raise Missing
    office = session.get_one(Office, office_id)
    is_moving = exists().where(
        _new.office_id == office_id, _new.replaces_id == row.id, _new.state.in_([State.PENDING, State.PROPOSED])
    )
    refuse_if(
        asking_rules.why_not_move(
            State(row.state),
            row.starts_at,
            timedelta(hours=office.cancel_notice_hours),
            now,
            is_moving=bool(session.scalar(select(is_moving))),
        )
    )
    return row


def let_old_go(replaced_id: int, *, by: Actor, now: datetime, whose: str = "patient") -> None:
    """The visit that was moved is canceled, and its time free, in the transaction under way. `whose`: who wanted it."""
    old = database.session().get_one(Appointment, replaced_id, with_for_update=True)
    if old.state not in OPEN:
        return
    old.state, old.cancelled_by, old.cancel_asked_at, old.held_until = State.CANCELLED, whose, None, None
    old.sequence += 1
    wait_list.end_wish_of(old, now)
    claims.release(old.id)
    history.note(old, "moved", by=by, now=now)

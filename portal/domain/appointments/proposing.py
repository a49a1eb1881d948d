"""The office offers up to three other times; the person picks one, or lets them lapse (APT-5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, select

from portal.domain.appointments import answering, claims, history
from portal.domain.appointments.answering import Visit
from portal.domain.appointments.desk_rules import OFFERED_FOR, why_not_pick, why_not_propose
from portal.domain.appointments.models import PROPOSED, Appointment, ProposedTime, VisitReason
from portal.domain.appointments.offering import Offering, office_offerings_of, slot_at
from portal.domain.appointments.types import Length, Slot, State
from portal.domain.audit.actions import record
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Location, Office, Provider
from portal.domain.viewer import Actor, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Refusal, Refused, refuse_if

_ANSWERED = (State.PENDING, State.PROPOSED)
_PORTAL = Actor("portal", 0)
_TO_PICK = (
    select(
        ProposedTime.number,
        ProposedTime.starts_at,
        Appointment.minutes,
        (Provider.given + " " + Provider.family).label("provider"),
        Location.name.label("location"),
        Office.name.label("office"),
        Office.phone,
        Office.time_zone,
        Appointment.held_until,
    )
    .join(Appointment, Appointment.id == ProposedTime.appointment_id)
    .join(Provider, Provider.id == ProposedTime.provider_id)
    .join(Location, Location.id == ProposedTime.location_id)
    .join(Office, Office.id == ProposedTime.office_id)
    .join(Connection, (Connection.office_id == Appointment.office_id) & (Connection.chart_id == Appointment.chart_id))
    .where(
        Appointment.public_id == bindparam("public_id"),
        Appointment.state == State.PROPOSED,
        Connection.person_id == bindparam("person_id"),
        Connection.ended_at.is_(None),
    )
    .order_by(ProposedTime.number)
)


class ToPick(NamedTuple):
    """One of the times that an office offers. `until`: when they lapse."""

    number: int
    starts_at: datetime
    minutes: int
    provider: str
    location: str
    office: str
    phone: str
    zone: str
    until: datetime


def propose(
    viewer: StaffViewer,
    appointment_id: UUID,
    *,
    version: int,
    provider: UUID,
    times: Sequence[datetime],
    now: datetime,
) -> None:
    """Offer other times of a provider. All of them are claimed until the person picks; the one asked for is free.

    Raises:
        Missing: no such visit or provider in the viewer's office.
        Refused: what `answering.approve` says; no time, more than three, some that overlap, or one that is taken.
    """
    visit = answering.as_seen(viewer, appointment_id, _ANSWERED, version)
    length = _length_of(visit.row)
    refuse_if(why_not_propose(times, timedelta(minutes=length.minutes + length.buffer_minutes), now))
    offered = [slot_of(viewer, provider, one, now) for one in sorted(times)]
    _forget_times(visit.row)
    claim_times(visit.row, offered, length, now)
    row = visit.row
    row.state, row.starts_at = State.PROPOSED, offered[0][1].starts_at
    row.held_until = min(now + OFFERED_FOR, offered[-1][1].starts_at)
    answering.note(viewer, visit, "proposed", now)
    history.tell_person("appointment_proposed", row)


def times_of(viewer: Viewer, appointment_id: UUID) -> list[ToPick]:
    """What an office offers the person.

    Raises:
        Missing: nothing is offered to them under this id.
    """
    found = database.read(ToPick, _TO_PICK, public_id=appointment_id, person_id=viewer.person_id)
    if not found:
        raise Missing
    return found


def pick(viewer: Viewer, appointment_id: UUID, number: int, now: datetime) -> None:
    """Take one of the times: it is agreed on at once, for the office offered it. The others are free again.

    Raises:
        Missing: there is no such visit of theirs, or no such time.
        Refused: `times_gone`: the office waited long enough, or took them back.
    """
    visit = _mine(viewer, appointment_id)
    row = visit.row
    refuse_if(why_not_pick(State(row.state), row.held_until, now))
    chosen = database.session().get(ProposedTime, (row.id, number))
    if chosen is None:
        raise Missing
    grains = _length_of(row).grains(chosen.starts_at)
    row.starts_at, row.provider_id, row.location_id = chosen.starts_at, chosen.provider_id, chosen.location_id
    claims.release(row.id, but_seat=(grains, chosen.seat))
    database.session().execute(delete(ProposedTime).where(ProposedTime.appointment_id == row.id))
    answering.agree(visit, by=viewer.actor, deed="picked", now=now)
    record("appointment.picked", by=viewer, about=row.public_id, section="appointments")
    history.tell_person("appointment_moved" if row.replaces_id else "appointment_confirmed", row)


def lapse(now: datetime) -> int:
    """Times that nobody picked are free again, and the request waits for the office once more. How many visits."""
    lapsed = select(Appointment).where(Appointment.state == PROPOSED, Appointment.held_until <= now)
    rows = database.session().scalars(lapsed.order_by(Appointment.id).limit(200).with_for_update(skip_locked=True))
    found = list(rows)
    for row in found:
        row.state, row.held_until = State.PENDING, None
        _forget_times(row)
        history.note(row, "lapsed", by=_PORTAL, now=now)
    return len(found)


def slot_of(viewer: StaffViewer, provider: UUID, starts_at: datetime, now: datetime) -> tuple[Offering, Slot]:
    """A time of one of the office's providers.

    Raises:
        Missing: no such provider in the viewer's office.
        Refused: `time_taken`: the rules give no such time.
    """
    offering = next((one for one in office_offerings_of(viewer.office_id or 0, now) if one.public_id == provider), None)
    if offering is None:
        raise Missing
    slot = slot_at(offering, starts_at)
    if slot is None:
        raise Refused(Refusal("time_taken"))
    return offering, slot


def claim_times(row: Appointment, offered: Sequence[tuple[Offering, Slot]], length: Length, now: datetime) -> None:
    """Take a seat at each of these times for one visit."""
    session = database.session()
    for number, (offering, slot) in enumerate(offered, 1):
        row.provider_id, row.location_id = offering.provider_id, slot.location_id
        seat = claims.claim(row, length, range(slot.capacity), starts_at=slot.starts_at, now=now)
        session.add(
            ProposedTime(
                appointment_id=row.id,
                number=number,
                office_id=row.office_id,
                provider_id=offering.provider_id,
                location_id=slot.location_id,
                starts_at=slot.starts_at,
                seat=seat,
            )
        )


def _forget_times(row: Appointment) -> None:
    database.session().execute(delete(ProposedTime).where(ProposedTime.appointment_id == row.id))
    claims.release(row.id)


def _length_of(row: Appointment) -> Length:
    return Length(row.minutes, database.session().get_one(VisitReason, row.reason_id).buffer_minutes)


def _mine(viewer: Viewer, appointment_id: UUID) -> Visit:
    session = database.session()
    mine = (
        select(Appointment)
        .join(
            Connection, (Connection.office_id == Appointment.office_id) & (Connection.chart_id == Appointment.chart_id)
        )
        .where(
            Appointment.public_id == appointment_id,
            Appointment.state != State.HELD,
            Connection.person_id == viewer.person_id,
            Connection.ended_at.is_(None),
        )
        .with_for_update(of=Appointment)
    )
    row = session.scalar(mine)
    if row is None:
        raise Missing
    return Visit(row, session.get_one(Chart, row.chart_id))

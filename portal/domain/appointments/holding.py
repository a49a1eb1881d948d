"""A person chooses a time: it is held for ten minutes, then asked for (or, for some reasons, booked at once).

A request is its time: who comes back after the ten minutes, or whose hold was swept away, asks for the same time again
and has it, unless somebody else does by now.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from portal.domain.accounts.models import Person
from portal.domain.appointments import asking_rules, claims, history, moving, offering, rules
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.offering import Offering
from portal.domain.appointments.types import Reason, Slot, State
from portal.domain.audit.actions import record
from portal.domain.connections.models import Connection
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, Refusal, refuse_if


class Wanted(NamedTuple):
    """A provider and a reason (outer ids), a moment, and the visit (outer id) that it would take the place of."""

    provider: UUID
    reason: UUID
    starts_at: datetime
    replaces: UUID | None = None


class _Choice(NamedTuple):
    """The same, as it is offered. `slot`: None where the rules give no such time (any more)."""

    offer: Offering
    reason: Reason
    slot: Slot | None
    starts_at: datetime
    old: Appointment | None

    @property
    def chart_id(self) -> int:
        """The person's chart that the visit is about."""
        return self.old.chart_id if self.old else self.offer.chart_id or 0


def hold(viewer: Viewer, wanted: Wanted, now: datetime) -> datetime:
    """Keep a time for the person while they write; until when. Of two others at most, the older one goes.

    Raises:
        Missing: no such provider or reason at the person's offices, or no such visit to replace.
        Refused: `provider_takes_no_requests`, `time_not_offered`, `time_taken`, `many_requests`; or why the visit can
            not move.
    """
    choice = _chosen(viewer, wanted, now)
    refuse_if(_why_not_try(choice.offer, choice.reason, choice.slot))
    mine = _holds_of(viewer)
    known = _held(mine, choice)
    if known is not None and asking_rules.is_safe(known.held_until, now):
        return known.held_until or now
    refuse_if(asking_rules.why_not_more(_waiting(choice)))
    _make_room(mine, choice)
    row = _take(choice, now)
    row.held_until = now + rules.HELD_FOR
    record("appointment.held", by=viewer, about=row.public_id, section="appointments")
    return row.held_until


def why_not_try(offer: Offering, wanted: Wanted) -> Refusal | None:
    """Whether somebody else has the time by what was read: who comes too late is told without a transaction."""
    reason = offer.reason(wanted.reason)
    if reason is None:
        return None
    return _why_not_try(offer, reason, offering.slot_at(offer, wanted.starts_at, reason.minutes))


def submit(viewer: Viewer, wanted: Wanted, note: str | None, now: datetime) -> UUID:
    """Ask for the time, held or not; the visit's outer id. A reason that the office books at once is booked.

    Raises:
        Missing, Refused: as `hold`.
    """
    choice = _chosen(viewer, wanted, now)
    mine = _holds_of(viewer)
    row = _held(mine, choice)
    if row is None or not asking_rules.is_safe(row.held_until, now):
        refuse_if(asking_rules.why_not_more(_waiting(choice)))
        _make_room(mine, choice)
        row = _take(choice, now)
    row.state, row.held_until, row.requested_at, row.note = State.PENDING, None, now, note
    row.replaces_id = choice.old.id if choice.old else None
    if choice.reason.at_once:
        _book(viewer, row, now)
    else:
        _ask(viewer, row, choice.old, now)
    return row.public_id


def let_go(viewer: Viewer, wanted: Wanted) -> None:
    """Give a held time back before its ten minutes are over. Where nothing is held there is nothing to do."""
    for row in _holds_of(viewer):
        if row.starts_at == wanted.starts_at:
            _give_back(row)


def _chosen(viewer: Viewer, wanted: Wanted, now: datetime) -> _Choice:
    offer = offering.offering_of(viewer, wanted.provider, now)
    refuse_if(asking_rules.why_not_choose(is_open=offer.is_open))
    reason = offer.reason(wanted.reason)
    if reason is None:
        raise Missing
    old = moving.movable(viewer, wanted.replaces, offer.office_id, now) if wanted.replaces else None
    return _Choice(offer, reason, offering.slot_at(offer, wanted.starts_at, reason.minutes), wanted.starts_at, old)


def _why_not_try(offer: Offering, reason: Reason, slot: Slot | None) -> Refusal | None:
    """Who comes too late is told by what was read: that costs the database no lock and no row.

    Where the person holds a time of the provider, it is theirs or goes for the new one: then only trying tells.
    """
    if slot is None or any(one.provider_id == offer.provider_id and one.state == State.HELD for one in offer.mine):
        return None
    grains = reason.length.grains(slot.starts_at)
    return rules.why_not_take(offer.taken.free_seat(grains.start, len(grains), range(slot.capacity)))


def _holds_of(viewer: Viewer) -> list[Appointment]:
    """What the person holds, oldest first; nobody holds more for them until the transaction ends."""
    session = database.session()
    session.execute(select(Person.id).where(Person.id == viewer.person_id).with_for_update())
    return list(
        session.scalars(
            select(Appointment)
            .join(
                Connection,
                (Connection.office_id == Appointment.office_id) & (Connection.chart_id == Appointment.chart_id),
            )
            .where(
                Connection.person_id == viewer.person_id,
                Connection.ended_at.is_(None),
                Appointment.state == State.HELD,
            )
            .order_by(Appointment.held_until, Appointment.id)
            .with_for_update(of=Appointment)
        )
    )


def _held(mine: list[Appointment], choice: _Choice) -> Appointment | None:
    wanted = (choice.offer.provider_id, choice.reason.id, choice.starts_at, choice.chart_id)
    return next((row for row in mine if (row.provider_id, row.reason_id, row.starts_at, row.chart_id) == wanted), None)


def _make_room(mine: list[Appointment], choice: _Choice) -> None:
    """Give back what another time of the same provider held, and the oldest beyond what one may hold."""
    others = [row for row in mine if row.provider_id != choice.offer.provider_id]
    kept = others[-(rules.MOST_HELD - 1) :]
    for row in mine:
        if row not in kept:
            _give_back(row)


def _give_back(row: Appointment) -> None:
    claims.release(row.id)
    database.session().delete(row)
    database.session().flush()


def _waiting(choice: _Choice) -> int:
    """How many requests of the chart wait for the office's answer."""
    found = select(func.count()).where(
        Appointment.office_id == choice.offer.office_id,
        Appointment.chart_id == choice.chart_id,
        Appointment.state == State.PENDING,
    )
    return database.session().scalar(found) or 0


def _take(choice: _Choice, now: datetime) -> Appointment:
    """A visit that has its time, in the state held.

    Raises:
        Refused: `time_not_offered`, `time_taken`.
    """
    offer, reason, slot = choice.offer, choice.reason, choice.slot
    earliest = now + offer.book_ahead
    is_there = slot is not None and slot.day in offer.days(now)
    refuse_if(asking_rules.why_not_have(is_there=is_there, starts_at=choice.starts_at, earliest=earliest))
    assert slot is not None
    seats, starts_at = range(slot.capacity), choice.starts_at
    row = Appointment(
        office_id=offer.office_id,
        chart_id=choice.chart_id,
        provider_id=offer.provider_id,
        location_id=slot.location_id,
        reason_id=reason.id,
        starts_at=starts_at,
        minutes=reason.minutes,
        state=State.HELD,
    )
    database.session().add(row)
    database.session().flush()
    claims.claim(row, reason.length, seats, starts_at=starts_at, now=now)
    return row


def _ask(viewer: Viewer, row: Appointment, old: Appointment | None, now: datetime) -> None:
    """The office is asked. What was only asked for itself is moved at once; what was agreed stays until this is."""
    _note(viewer, row, "requested", now)
    if old is not None and old.state != State.BOOKED:
        row.replaces_id = None
        moving.let_old_go(old.id, by=viewer.actor, now=now)
    history.tell_person("appointment_requested", row)


def _book(viewer: Viewer, row: Appointment, now: datetime) -> None:
    row.state, row.confirmed_at = State.BOOKED, now
    row.sequence += 1
    _note(viewer, row, "booked", now)
    if row.replaces_id is not None:
        moving.let_old_go(row.replaces_id, by=viewer.actor, now=now)
    history.tell_person("appointment_moved" if row.replaces_id else "appointment_confirmed", row)


def _note(viewer: Viewer, row: Appointment, deed: str, now: datetime) -> None:
    """A line of the visit's history, and one of the person's audit."""
    database.session().flush()
    history.note(row, deed, by=viewer.actor, now=now)
    record(f"appointment.{deed}", by=viewer, about=row.public_id, section="appointments")

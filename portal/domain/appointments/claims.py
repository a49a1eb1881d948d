"""Taking a provider's time, and giving it back. The table's primary key decides; what is here only asks it.

A visit takes the same seat in each of its grains, all in one statement, so that it has its whole time or nothing. What
a hold took and did not use in time is given back where somebody wants it, and by the sweep.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from portal.domain.appointments import freeing, rules, slots
from portal.domain.appointments.models import Appointment, Claim
from portal.domain.appointments.types import Length, State, Taken, grain
from portal.domain.practices.models import Provider
from portal.kernel import database
from portal.kernel.refusal import Refusal, Refused

_CLAIM = cast(Table, Claim.__table__)
#: What is taken of some providers' time: index-only on the primary key. Values: provider_id; first, after (grains).
TAKEN = select(_CLAIM.c.provider_id, _CLAIM.c.grain, _CLAIM.c.seat).where(
    _CLAIM.c.provider_id == bindparam("provider_id"),
    _CLAIM.c.grain >= bindparam("first"),
    _CLAIM.c.grain < bindparam("after"),
)
#: Yesterday's may still be looked at beside what was booked.
_KEPT = timedelta(days=1)
_LAPSED = select(Appointment.id).where(
    Appointment.state == State.HELD, Appointment.held_until.is_not(None), Appointment.held_until <= bindparam("moment")
)


def taken(provider_id: int, grains: range) -> set[tuple[int, int]]:
    """(grain, seat) of a provider that somebody has, between two grains, as `slots.filled` counts them."""
    found = database.read(Taken, TAKEN, provider_id=provider_id, first=grains.start, after=grains.stop)
    return set(slots.filled({(one.grain, one.seat) for one in found}))


def claim(appointment: Appointment, length: Length, seats: range, *, starts_at: datetime, now: datetime) -> int:
    """Take a seat for a visit from a moment on; which one.

    Args:
        seats: those that may be taken: the slot's capacity, or those beyond it (staff overbook, slots.BESIDE).

    Raises:
        Refused: none of them is free all the time (`time_taken`), also where somebody was quicker just now.
    """
    session, grains = database.session(), length.grains(starts_at)
    let_lapsed_go(appointment.provider_id, grains, now)
    session.flush()
    for seat in _free(seats, grains, taken(appointment.provider_id, grains)):
        rows = [
            {"provider_id": appointment.provider_id, "grain": grain, "seat": seat, "appointment_id": appointment.id}
            for grain in grains
        ]
        try:
            with session.begin_nested():
                session.execute(insert(_CLAIM).values(rows))
            return seat
        except IntegrityError:
            continue
    raise Refused(Refusal("time_taken"))


def why_not(provider_id: int, length: Length, capacity: int, *, starts_at: datetime) -> Refusal | None:
    """Whether a seat is free, without taking it: who comes too late costs the database no lock."""
    grains = length.grains(starts_at)
    return rules.why_not_take(slots.free_seat(grains, capacity, taken(provider_id, grains)))


def release(appointment_id: int, but_seat: tuple[range, int] | None = None) -> None:
    """Give the time of a visit back; with `but_seat` (grains, seat) all but that of the time which was picked."""
    freeing.put_down([appointment_id], but_seat)
    mine = delete(_CLAIM).where(_CLAIM.c.appointment_id == appointment_id)
    if but_seat:
        grains, seat = but_seat
        mine = mine.where((_CLAIM.c.grain < grains.start) | (_CLAIM.c.grain >= grains.stop) | (_CLAIM.c.seat != seat))
    database.session().execute(mine)


def let_lapsed_go(provider_id: int, grains: range, now: datetime) -> None:
    """Free what a hold took there and did not use in its ten minutes."""
    lapsed = delete(_CLAIM).where(
        _CLAIM.c.provider_id == provider_id,
        _CLAIM.c.grain >= grains.start,
        _CLAIM.c.grain < grains.stop,
        _CLAIM.c.appointment_id.in_(_LAPSED),
    )
    database.session().execute(lapsed, {"moment": now})


def forget_past(now: datetime) -> int:
    """Take away claims of times that are over (the visits stay), so that the table holds what is ahead. How many."""
    every = select(Provider.id)
    past = delete(_CLAIM).where(_CLAIM.c.provider_id.in_(every), _CLAIM.c.grain < grain(now - _KEPT))
    return cast(CursorResult[Any], database.session().execute(past)).rowcount


def _free(seats: range, grains: range, had: Collection[tuple[int, int]]) -> Iterator[int]:
    return (seat for seat in seats if not any((grain, seat) in had for grain in grains))

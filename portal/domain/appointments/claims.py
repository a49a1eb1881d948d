"""Taking a provider's time, and giving it back. The table's primary key decides; what is here only asks it.

A visit takes the same seat in each of its grains, all in one statement, so that it has its whole time or nothing. What
a hold took and did not use in time is given back where somebody wants it, and by the sweep.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, Executable, Table, and_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from portal.domain.appointments import freeing
from portal.domain.appointments.busy import BESIDE, Busy
from portal.domain.appointments.models import HELD, Appointment, Claim
from portal.domain.appointments.types import Length, Taken, grain
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
_LAPSED = select(Appointment.id).where(Appointment.state == HELD, Appointment.held_until <= bindparam("moment"))


class _Had(NamedTuple):
    """A seat of a grain, and whether a hold has it that was not used in time."""

    grain: int
    seat: int
    is_lapsed: bool


_HAD = (
    select(
        _CLAIM.c.grain, _CLAIM.c.seat, and_(Appointment.state == HELD, Appointment.held_until <= bindparam("moment"))
    )
    .join(Appointment, Appointment.id == _CLAIM.c.appointment_id)
    .where(
        _CLAIM.c.provider_id == bindparam("provider_id"),
        _CLAIM.c.grain >= bindparam("first"),
        _CLAIM.c.grain < bindparam("after"),
    )
)


@cache
def _take_unless_taken(how_many: int) -> Executable:
    """So many grains of a seat, made once for each length: each statement was put together anew before.

    SQLite knows these words too. A time that is taken spoils no transaction so, and no savepoint is needed.
    """
    same: dict[str, Any] = {name: bindparam(name) for name in ("provider_id", "seat", "appointment_id")}
    rows = [{**same, "grain": bindparam(f"grain_{number}")} for number in range(how_many)]
    return insert(_CLAIM).values(rows).on_conflict_do_nothing().returning(_CLAIM.c.grain)


def taken(provider_id: int, grains: range) -> Busy:
    """What somebody has of a provider's time, between two grains, as `Busy.filled` counts it."""
    found = database.read(Taken, TAKEN, provider_id=provider_id, first=grains.start, after=grains.stop)
    return Busy((one.grain, one.seat) for one in found).filled()


def claim(appointment: Appointment, length: Length, seats: range, *, starts_at: datetime, now: datetime) -> int:
    """Take a seat for a visit from a moment on; which one.

    Args:
        seats: those that may be taken: the slot's capacity, or those beyond it (staff overbook, busy.BESIDE).

    Raises:
        Refused: none of them is free all the time (`time_taken`), also where somebody was quicker just now.
    """
    grains = length.grains(starts_at)
    return _take(appointment, grains, seats, _standing(appointment.provider_id, grains, now))


def _standing(provider_id: int, grains: range, now: datetime) -> Busy:
    """What is taken, without what was held in vain, which is freed. Who comes too late has asked nothing but this."""
    values = {"provider_id": provider_id, "first": grains.start, "after": grains.stop, "moment": now}
    had = database.read(_Had, _HAD, **values)
    if any(one.is_lapsed for one in had):
        let_lapsed_go(provider_id, grains, now)
    return Busy((one.grain, one.seat) for one in had if not one.is_lapsed).filled()


def _take(appointment: Appointment, grains: range, seats: range, had: Busy) -> int:
    for seat in seats:
        if had.is_free(grains.start, len(grains), seat) and _has_all(appointment, grains, seat):
            return seat
    raise Refused(Refusal("time_taken"))


def _has_all(appointment: Appointment, grains: range, seat: int) -> bool:
    """Take a seat in all of the grains, or in none, where somebody else has one of them just now."""
    mine = {"provider_id": appointment.provider_id, "seat": seat, "appointment_id": appointment.id}
    each = {f"grain_{number}": one for number, one in enumerate(grains)}
    got = [one for (one,) in database.write(_take_unless_taken(len(grains)), **mine, **each)]
    if len(got) < len(grains):
        there = (_CLAIM.c.provider_id == appointment.provider_id) & (_CLAIM.c.seat == seat) & _CLAIM.c.grain.in_(got)
        database.session().execute(delete(_CLAIM).where(there))
    return len(got) == len(grains)


def has_time(appointment_id: int) -> bool:
    """Whether a visit has its time: a request whose offered times ran out has none."""
    return (
        database.session().scalar(select(_CLAIM.c.grain).where(_CLAIM.c.appointment_id == appointment_id).limit(1))
        is not None
    )


def release(appointment_id: int, but_seat: tuple[range, int] | None = None) -> None:
    """Give the time of a visit back; with `but_seat` (grains, seat) all but that of the time which was picked."""
    freeing.put_down([appointment_id], but_seat)
    mine = delete(_CLAIM).where(_CLAIM.c.appointment_id == appointment_id)
    if but_seat:
        grains, seat = but_seat
        mine = mine.where((_CLAIM.c.grain < grains.start) | (_CLAIM.c.grain >= grains.stop) | (_CLAIM.c.seat != seat))
    database.session().execute(mine)


def release_ahead(appointment_id: int, now: datetime) -> None:
    """Give back what is still ahead of a visit's time: nobody comes, and others may."""
    freeing.put_down([appointment_id])
    ahead = delete(_CLAIM).where(_CLAIM.c.appointment_id == appointment_id, _CLAIM.c.grain > grain(now))
    database.session().execute(ahead)


def claim_ahead(appointment: Appointment, length: Length, now: datetime) -> None:
    """Take back what is still ahead of its time, beside others where they have it by now: somebody came after all."""
    all_of_it = length.grains(appointment.starts_at)
    ahead = range(max(all_of_it.start, grain(now) + 1), all_of_it.stop)
    if ahead:
        _take(appointment, ahead, range(2 * BESIDE), taken(appointment.provider_id, ahead))


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

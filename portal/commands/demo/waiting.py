"""People who wait for an earlier time; one of them has been offered one just now."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from portal.commands.demo.world import World
from portal.domain.appointments import claims
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.offering import free_times, office_offerings_of
from portal.domain.appointments.types import State
from portal.domain.appointments.waiting_models import WaitListEntry, WaitListOffer
from portal.domain.charts.models import Chart
from portal.kernel import database

#: Who is first in line.
_WHO = "Marisol"
_MOST = 3
#: Longer than an office's offers stand, so that it is still there the day after loading.
_OFFERED_FOR = timedelta(days=2)


def add(world: World) -> None:
    """Some who have a visit ahead wait for an earlier one."""
    office = world.offices["L"]
    ahead = (
        select(Appointment)
        .where(
            Appointment.office_id == office.id,
            Appointment.state == State.BOOKED,
            Appointment.starts_at > world.now + timedelta(days=1),
            Appointment.cancel_asked_at.is_(None),
        )
        .join(Chart, Chart.id == Appointment.chart_id)
        .order_by(Chart.given != _WHO, Appointment.starts_at.desc(), Appointment.id)
        .limit(_MOST)
    )
    for place, visit in enumerate(list(database.session().scalars(ahead))):
        entry = WaitListEntry(
            public_id=world.uuid(),
            office_id=office.id,
            chart_id=visit.chart_id,
            reason_id=visit.reason_id,
            provider_id=visit.provider_id if place % 2 == 0 else None,
            appointment_id=visit.id,
            weekdays=31,
            part_of_day="any" if place == 0 else "morning",
            notice_hours=24,
            until_day=visit.starts_at.date(),
            asked_at=world.now - timedelta(days=4, hours=place),
        )
        world.keep(entry)
        if place == 0:
            _offer(world, entry, visit)


def _offer(world: World, entry: WaitListEntry, visit: Appointment) -> None:
    """A time before the visit is held for them."""
    offering = next(
        one for one in office_offerings_of(entry.office_id, world.now) if one.provider_id == visit.provider_id
    )
    reason = next(one for one in offering.reasons if one.id == entry.reason_id)
    times = free_times(offering, reason, offering.days(world.now)[3:], world.now)
    slot = next((one for one in islice(times, 20) if one.starts_at < visit.starts_at), None)
    if slot is None:
        return
    row = Appointment(
        public_id=world.uuid(),
        office_id=entry.office_id,
        chart_id=entry.chart_id,
        provider_id=visit.provider_id,
        location_id=slot.location_id,
        reason_id=entry.reason_id,
        starts_at=slot.starts_at,
        minutes=reason.minutes,
        state=State.OFFERED,
        held_until=world.now + _OFFERED_FOR,
        replaces_id=visit.id,
    )
    world.keep(row)
    claims.claim(row, reason.length, range(slot.capacity), starts_at=slot.starts_at, now=world.now)
    entry.state, entry.offer_id = "offered", row.id
    world.keep(
        WaitListOffer(
            office_id=entry.office_id,
            entry_id=entry.id,
            provider_id=row.provider_id,
            starts_at=row.starts_at,
            offered_at=world.now,
            until=row.held_until,
        )
    )

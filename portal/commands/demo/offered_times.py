"""One request is answered with other times, of which the person has not picked one yet."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from portal.commands.demo.world import World
from portal.domain.appointments import claims, history, proposing
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.offering import free_times, office_offerings_of
from portal.domain.appointments.types import State
from portal.domain.charts.models import Chart
from portal.domain.viewer import Actor
from portal.kernel import database

_WHO = "Delphine"
_LATER = 8


def add(world: World) -> None:
    """Three times, some hours apart, a week after the one that was asked for is looked at."""
    office = world.offices["L"]
    asked = (
        select(Appointment)
        .join(Chart, Chart.id == Appointment.chart_id)
        .where(Appointment.office_id == office.id, Appointment.state == State.PENDING, Chart.given == _WHO)
    )
    visit = database.session().scalars(asked).first()
    if visit is None:
        return
    offering = next(one for one in office_offerings_of(office.id, world.now) if one.provider_id == visit.provider_id)
    reason = next(one for one in offering.reasons if one.id == visit.reason_id)
    days = offering.days(world.now)[_LATER:]
    times = list(islice(free_times(offering, reason, days, world.now), 0, 12, 4))
    claims.release(visit.id)
    proposing.claim_times(visit, [(offering, slot) for slot in times], reason.length, world.now)
    visit.state, visit.starts_at = State.PROPOSED, times[0].starts_at
    visit.held_until = world.now + timedelta(days=2)
    history.note(visit, "proposed", by=Actor("staff", world.staff["tamsin"].id), now=world.now - timedelta(hours=3))

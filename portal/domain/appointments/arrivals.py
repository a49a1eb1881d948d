"""The day itself: who has arrived and stands in line, who was seen, who did not come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.appointments import answering, cancelling
from portal.domain.appointments.desk_rules import why_not_arrive, why_not_miss
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.planning import Planned
from portal.domain.appointments.types import State
from portal.domain.viewer import StaffViewer, Viewer
from portal.kernel.refusal import Refusal, refuse_if

_Rule = Callable[[datetime, datetime], Refusal | None]


def arrive(viewer: StaffViewer, appointment_id: UUID, *, version: int, now: datetime) -> datetime:
    """They are here. When the visit is.

    Raises:
        Missing: no such visit in the viewer's office.
        Refused: `visit_answered`, `visit_changed`; `visit_another_day`.
    """
    return _mark(viewer, appointment_id, version, (State.BOOKED,), State.ARRIVED, now, why_not_arrive)


def arrive_oneself(viewer: Viewer, visit: Appointment, now: datetime) -> None:
    """The person says so, of a visit that is held for them until the transaction ends; who is here wants no way out."""
    visit.state, visit.arrived_at, visit.cancel_asked_at = State.ARRIVED, now, None
    cancelling.write_down(viewer, visit, str(State.ARRIVED), now)


def finish(viewer: StaffViewer, appointment_id: UUID, *, version: int, now: datetime) -> datetime:
    """They were seen. When the visit was.

    Raises:
        Missing, Refused: as `arrive`.
    """
    return _mark(viewer, appointment_id, version, (State.ARRIVED,), State.FULFILLED, now, why_not_arrive)


def miss(viewer: StaffViewer, appointment_id: UUID, *, version: int, now: datetime) -> datetime:
    """They did not come. When the visit was.

    Raises:
        Missing, Refused: as `arrive`; `visit_still_ahead`.
    """
    return _mark(viewer, appointment_id, version, (State.BOOKED,), State.NO_SHOW, now, why_not_miss)


def places_in_line(visits: Sequence[Planned]) -> dict[UUID, int]:
    """The place in the line of their provider of everybody who has arrived: 1 is next."""
    waiting = sorted((one for one in visits if one.state == State.ARRIVED and one.arrived_at), key=_arrival)
    places: dict[UUID, int] = {}
    counted: dict[int, int] = {}
    for one in waiting:
        counted[one.provider_id] = places[one.public_id] = counted.get(one.provider_id, 0) + 1
    return places


def _arrival(visit: Planned) -> datetime:
    return visit.arrived_at or visit.starts_at


def _mark(
    viewer: StaffViewer,
    appointment_id: UUID,
    version: int,
    wanted: Collection[State],
    state: State,
    now: datetime,
    rule: _Rule,
) -> datetime:
    visit = answering.as_seen(viewer, appointment_id, wanted, version)
    refuse_if(rule(visit.row.starts_at, now))
    visit.row.state = state
    if state is State.ARRIVED:
        visit.row.arrived_at = now
    answering.note(viewer, visit, str(state), now)
    return visit.row.starts_at

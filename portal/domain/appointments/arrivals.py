"""The day itself: who has arrived and stands in line, who was seen, who did not come."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from portal.domain.appointments import answering, cancelling, claims
from portal.domain.appointments.desk_rules import why_not_arrive, why_not_miss, why_not_put_back
from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.appointments.planning import Planned
from portal.domain.appointments.types import Length, State
from portal.domain.viewer import StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.refusal import Refusal, refuse_if

_Rule = Callable[[datetime, datetime], Refusal | None]
#: What a visit was before it was marked.
_BEFORE = {State.ARRIVED: State.BOOKED, State.FULFILLED: State.ARRIVED, State.NO_SHOW: State.BOOKED}


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
    starts_at = _mark(viewer, appointment_id, version, (State.BOOKED,), State.NO_SHOW, now, why_not_miss)
    claims.release_ahead(answering.for_update(viewer, appointment_id).row.id, now)
    return starts_at


def put_back(viewer: StaffViewer, appointment_id: UUID, *, version: int, now: datetime) -> datetime:
    """A slip of the hand: as if the last mark had not been made. When the visit is.

    Raises:
        Missing, Refused: as `arrive`.
    """
    row = answering.as_seen(viewer, appointment_id, tuple(_BEFORE), version).row
    was = State(row.state)
    starts_at = _mark(viewer, appointment_id, version, (was,), _BEFORE[was], now, why_not_put_back, deed="put_back")
    if was is State.ARRIVED:
        row.arrived_at = None
    if was is State.NO_SHOW:
        reason = database.session().get_one(VisitReason, row.reason_id)
        claims.claim_ahead(row, Length(row.minutes, reason.buffer_minutes), now)
    return starts_at


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
    *,
    deed: str = "",
) -> datetime:
    visit = answering.as_seen(viewer, appointment_id, wanted, version)
    refuse_if(rule(visit.row.starts_at, now))
    visit.row.state = state
    if state is State.ARRIVED and not deed:
        visit.row.arrived_at = now
    answering.note(viewer, visit, deed or str(state), now)
    return visit.row.starts_at

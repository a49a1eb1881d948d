"""One visit as the office sees it, with what happened to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import StaffMember
from portal.domain.appointments.check_in_models import CheckInStep
from portal.domain.appointments.models import Appointment, AppointmentEvent, VisitReason
from portal.domain.appointments.types import State
from portal.domain.audit.models import AuditEntry
from portal.domain.audit.queries import with_head
from portal.domain.charts.models import Chart
from portal.domain.practices.models import Location, Provider
from portal.domain.viewer import Head, StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

#: In this order people are asked when they check in.
_STEPS = ("phone", "address", "insurance")
_steps = {step: aliased(CheckInStep) for step in _STEPS}
_replaced, _head, _links = aliased(Appointment), aliased(AuditEntry), aliased(AuditEntry)
_OF_VISIT = (
    "public_id",
    "version",
    "state",
    "starts_at",
    "minutes",
    "requested_at",
    "cancel_asked_at",
    "checked_in_at",
    "arrived_at",
    "note",
    "because",
    "is_overbooked",
)


class Event(NamedTuple):
    """A line of a visit's history. `name`: who of staff did it; `starts_at`: the time that the visit had then.

    `because`: why it was booked beside another one or outside the hours.
    """

    deed: str
    by_kind: str
    name: str | None
    at: datetime
    starts_at: datetime
    because: str | None


class Said(NamedTuple):
    """What the person said yes to when they checked in: phone, address, insurance.

    `changed_at`: when it was changed, where that was after the last visit.
    """

    step: str
    at: datetime
    changed_at: datetime | None


class OfficeVisit(NamedTuple):
    """A visit and whose it is. `head`: the end of its person's audit chain. `provider_id` is the outer one."""

    public_id: UUID
    version: int
    state: str
    starts_at: datetime
    minutes: int
    requested_at: datetime | None
    cancel_asked_at: datetime | None
    checked_in_at: datetime | None
    arrived_at: datetime | None
    note: str | None
    because: str | None
    is_overbooked: bool
    replaces_at: datetime | None
    chart: UUID
    chart_number: str
    person_id: int | None
    given: str
    family: str
    birth_date: date
    phone_on_file: str | None
    provider_id: UUID
    provider: str
    location: str
    reason_id: UUID
    reason: str
    head: Head
    events: tuple[Event, ...]
    said: tuple[Said, ...]

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.family}, {self.given}"

    @property
    def changed(self) -> list[tuple[str, datetime]]:
        """What the person changed since the last visit, and when."""
        return [(one.step, one.changed_at) for one in self.said if one.changed_at]


def _with_steps(found: Any) -> Any:
    """Joined with what the person said yes to; one row of each at most."""
    for name, step in _steps.items():
        found = found.outerjoin(step, and_(step.appointment_id == Appointment.id, step.step == name))
    return found


#: The visit beside each line of its history.
_ONE = with_head(
    _with_steps(
        select(
            *(getattr(Appointment, name) for name in _OF_VISIT),
            _replaced.starts_at.label("replaces_at"),
            Chart.public_id.label("chart"),
            Chart.number,
            Chart.person_id,
            Chart.given,
            Chart.family,
            Chart.birth_date,
            Chart.phone_on_file,
            Provider.public_id.label("provider_id"),
            (Provider.given + " " + Provider.family).label("provider"),
            Location.name.label("location"),
            VisitReason.public_id.label("reason_id"),
            VisitReason.name.label("reason"),
        )
        .join(Chart, Chart.id == Appointment.chart_id)
        .join(Provider, Provider.id == Appointment.provider_id)
        .join(Location, Location.id == Appointment.location_id)
        .join(VisitReason, VisitReason.id == Appointment.reason_id)
        .outerjoin(_replaced, _replaced.id == Appointment.replaces_id)
        .outerjoin(
            AppointmentEvent,
            and_(
                AppointmentEvent.office_id == Appointment.office_id, AppointmentEvent.appointment_id == Appointment.id
            ),
        )
        .outerjoin(StaffMember, and_(AppointmentEvent.by_kind == "staff", StaffMember.id == AppointmentEvent.by_id))
        .where(
            Appointment.public_id == bindparam("public_id"),
            Appointment.office_id == bindparam("office_id"),
            Appointment.state != State.HELD,
        )
        .order_by(AppointmentEvent.id)
    ),
    "person",
    Chart.person_id,
).add_columns(
    *(step.at.label(f"said_{name}") for name, step in _steps.items()),
    *(step.changed_at.label(f"changed_{name}") for name, step in _steps.items()),
    AppointmentEvent.deed,
    AppointmentEvent.by_kind,
    (StaffMember.given + " " + StaffMember.family).label("author"),
    AppointmentEvent.at,
    AppointmentEvent.starts_at.label("event_starts_at"),
    AppointmentEvent.because.label("event_because"),
)
_WIDTH = len(OfficeVisit._fields) - 3
_EVENTS_FROM = _WIDTH + 2 + 2 * len(_STEPS)


def visit_of(viewer: StaffViewer, public_id: UUID) -> OfficeVisit:
    """A visit at the viewer's office; one that somebody only holds is nobody's yet.

    Raises:
        Missing: it is not there, or another office's.
    """
    rows = database.read(Flat, _ONE, public_id=public_id, office_id=viewer.office_id or 0)
    if not rows:
        raise Missing
    head = Head.of(*rows[0][_WIDTH : _WIDTH + 2])
    events = tuple(Event._make(row[_EVENTS_FROM:]) for row in rows if row[_EVENTS_FROM] is not None)
    said_at, changed_at = rows[0][_WIDTH + 2 : _EVENTS_FROM - len(_STEPS)], rows[0][_EVENTS_FROM - len(_STEPS) :]
    said = tuple(Said(*one) for one in zip(_STEPS, said_at, changed_at, strict=False) if one[1])
    return OfficeVisit._make((*rows[0][:_WIDTH], head, events, said))

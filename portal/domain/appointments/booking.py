"""Staff book a visit for somebody, as on the phone: agreed on at once, at any time of theirs.

Where a time is taken they may book beside the other visit; it gets a seat beyond the capacity (busy.BESIDE). That, and
a time outside the hours, is done only by who says so and why; the history and the audit keep it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from portal.domain.accounts.models import Account
from portal.domain.appointments import answering, desk_rules, history, moving, offering, question_desk, seating
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.offering import Offering
from portal.domain.appointments.types import State
from portal.domain.charts import actions as charts
from portal.domain.charts import rules as charts_rules
from portal.domain.charts.models import Chart
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Location, Office, Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if


class Booking(NamedTuple):
    """What staff want. Provider, reason and location are outer ids; `location` None: where the provider is then.

    `is_beside`, `is_outside`: they mean it where the time is taken, or outside the hours; `because`: why they do.
    `note`: what the person says about the visit. `replaces`: the visit (outer id) that goes in the same moment.
    `question`: the one for a time (outer id) that the visit answers.
    """

    provider: UUID
    reason: UUID
    starts_at: datetime
    location: UUID | None = None
    is_beside: bool = False
    is_outside: bool = False
    because: str | None = None
    note: str | None = None
    replaces: UUID | None = None
    question: UUID | None = None


class Slip(NamedTuple):
    """What somebody takes home about their visit. `has_account`: they are told too."""

    starts_at: datetime
    is_overbooked: bool
    provider: str
    office: str
    phone: str
    location: str
    line1: str
    city: str
    region: str
    postal_code: str
    has_account: bool


_HAS_ACCOUNT = exists().where(
    Connection.office_id == Appointment.office_id,
    Connection.chart_id == Appointment.chart_id,
    Connection.ended_at.is_(None),
    Account.person_id == Connection.person_id,
    Account.state == "active",
)
_SLIP = (
    select(
        Appointment.starts_at,
        Appointment.is_overbooked,
        (Provider.given + " " + Provider.family).label("provider"),
        Office.name,
        Location.phone,
        Location.name.label("location"),
        Location.line1,
        Location.city,
        Location.state,
        Location.postal_code,
        _HAS_ACCOUNT.label("has_account"),
    )
    .select_from(Appointment)
    .join(Office, Office.id == Appointment.office_id)
    .join(Location, Location.id == Appointment.location_id)
    .join(Provider, Provider.id == Appointment.provider_id)
    .where(
        Appointment.public_id == bindparam("public_id"),
        Appointment.office_id == bindparam("office_id"),
        Appointment.chart_id == bindparam("chart_id"),
        Appointment.state != State.HELD,
    )
)


def book(viewer: StaffViewer, chart_id: UUID, wanted: Booking, now: datetime) -> UUID:
    """Book a visit for the person of a chart, who is told where they have an account. Its outer id.

    Raises:
        Missing: no such chart, provider, reason or location in the viewer's office, or no such question of the chart.
        Refused: `book_steps`, `book_past`, `book_too_far`, `book_outside`, `time_taken`; the chart was merged; the
            visit to replace is over or not of this chart (`visit_changed`).
    """
    chart = charts.for_update(viewer, chart_id)
    refuse_if(charts_rules.why_not_change(chart.merged_into_id))
    offer = offering.office_offering_of(viewer, wanted.provider, now)
    reason = offer.reason(wanted.reason)
    if reason is None:
        raise Missing
    place = _location(viewer, wanted.location) if wanted.location else None
    refuse_if(desk_rules.why_not_book(wanted.starts_at, now))
    rule = seating.hours_at(offer, reason.minutes, wanted.starts_at, place)
    refuse_if(desk_rules.why_not_outside(is_within=rule is not None, is_meant=wanted.is_outside))
    row = Appointment(
        office_id=chart.office_id,
        chart_id=chart.id,
        provider_id=offer.provider_id,
        location_id=rule.location_id if rule else place or _usual(offer),
        reason_id=reason.id,
        starts_at=wanted.starts_at,
        minutes=reason.minutes,
        state=State.BOOKED,
        requested_at=now,
        confirmed_at=now,
        note=wanted.note,
        sequence=1,
    )
    if wanted.replaces:
        row.replaces_id = _let_go(viewer, chart, wanted.replaces, now)
    database.session().add(row)
    database.session().flush()
    capacity = rule.capacity if rule else 1
    row.is_overbooked = seating.take(row, reason.length, capacity, now, is_beside=wanted.is_beside)
    _write_down(viewer, chart, row, wanted, now, is_outside=rule is None)
    if wanted.question:
        question_desk.answer_with(viewer, chart, wanted.question, row, now)
    history.tell_person("appointment_moved" if row.replaces_id else "appointment_confirmed", row)
    return row.public_id


def slip_of(viewer: StaffViewer, chart: OpenChart, appointment_id: UUID) -> Slip:
    """What the person of a chart takes home about a visit.

    Raises:
        Missing: the chart has no such visit.
    """
    values = {"office_id": viewer.office_id or 0, "chart_id": chart.id}
    found = database.read_one(Slip, _SLIP, public_id=appointment_id, **values)
    if found is None:
        raise Missing
    return found


def _let_go(viewer: StaffViewer, chart: Chart, replaced: UUID, now: datetime) -> int:
    """The visit that is moved goes first, so that its own time can be had; where the new one fails, it stays."""
    old = answering.for_update(viewer, replaced).row
    refuse_if(desk_rules.why_not_move(State(old.state), is_of_chart=old.chart_id == chart.id))
    moving.let_old_go(old.id, by=viewer.actor, now=now, whose="staff")
    return old.id


def _write_down(
    viewer: StaffViewer, chart: Chart, row: Appointment, wanted: Booking, now: datetime, *, is_outside: bool
) -> None:
    unusual = row.is_overbooked or is_outside
    history.note(row, "booked", by=viewer.actor, now=now, because=wanted.because if unusual else None)
    charts.record_at(chart, "appointment.booked", by=viewer, section="appointments")
    if row.is_overbooked:
        charts.record_at(chart, "appointment.overbooked", by=viewer, section="appointments")
    if is_outside:
        charts.record_at(chart, "appointment.booked_outside_hours", by=viewer, section="appointments")


def _location(viewer: StaffViewer, public_id: UUID) -> int:
    mine = select(Location.id).where(
        Location.public_id == public_id, Location.office_id == viewer.office_id, Location.ended_at.is_(None)
    )
    found = database.session().scalar(mine)
    if found is None:
        raise Missing
    return found


def _usual(offer: Offering) -> int:
    """Where the provider works."""
    return database.session().get_one(Provider, offer.provider_id).location_id

"""The visits of one chart, as the office sees them there."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.appointments.types import State
from portal.domain.charts.types import OpenChart
from portal.domain.practices.models import Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import database

#: So many are shown, the newest.
LISTED = 50


class ChartVisit(NamedTuple):
    """A visit in the list of a chart. `state`: a State."""

    id: UUID
    state: str
    starts_at: datetime
    minutes: int
    provider: str
    reason: str
    cancel_asked_at: datetime | None
    checked_in_at: datetime | None


_OF_CHART = (
    select(
        Appointment.public_id,
        Appointment.state,
        Appointment.starts_at,
        Appointment.minutes,
        (Provider.given + " " + Provider.family).label("provider"),
        VisitReason.name,
        Appointment.cancel_asked_at,
        Appointment.checked_in_at,
    )
    .join(Provider, Provider.id == Appointment.provider_id)
    .join(VisitReason, VisitReason.id == Appointment.reason_id)
    .where(
        Appointment.office_id == bindparam("office_id"),
        Appointment.chart_id == bindparam("chart_id"),
        Appointment.state != State.HELD,
    )
    .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
    .limit(LISTED)
)


def visits_of(viewer: StaffViewer, chart: OpenChart) -> list[ChartVisit]:
    """What the office has agreed to, was asked for, or saw; latest first."""
    return database.read(ChartVisit, _OF_CHART, office_id=viewer.office_id, chart_id=chart.id)

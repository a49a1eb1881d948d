"""Emergency access: what a role leaves out of a chart is opened with a reason, marked, and told (MODEL, Staff)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, SQLColumnExpression, bindparam, func, select

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.actions import record_apart
from portal.domain.charts import actions, rules
from portal.domain.charts.models import Chart, EmergencyAccess
from portal.domain.outbox.actions import queue
from portal.domain.practices.models import Position
from portal.domain.viewer import Actor, Role, StaffViewer
from portal.kernel import database
from portal.kernel.refusal import refuse_if

_MOST = 100
_LIST = (
    select(
        EmergencyAccess.at,
        EmergencyAccess.until,
        EmergencyAccess.reason,
        (StaffMember.given + " " + StaffMember.family).label("author"),
        Chart.public_id,
        Chart.number,
    )
    .join(StaffMember, StaffMember.id == EmergencyAccess.staff_member_id)
    .join(Chart, Chart.id == EmergencyAccess.chart_id)
    .where(EmergencyAccess.office_id == bindparam("office_id"))
    .order_by(EmergencyAccess.id.desc())
    .limit(_MOST)
)
_ADMINISTRATORS = (
    select(Position.staff_member_id)
    .join(StaffMember, StaffMember.id == Position.staff_member_id)
    .where(
        Position.office_id == bindparam("office_id"),
        Position.role == Role.ADMINISTRATOR.value,
        Position.ended_at.is_(None),
        StaffMember.state == "active",
    )
)


class Opened(NamedTuple):
    """Somebody opened what their role leaves out. The chart is told by its number alone."""

    at: datetime
    until: datetime
    reason: str
    author: str
    chart: UUID
    number: str


class _Administrator(NamedTuple):
    id: int


def lasts_until(chart_id: SQLColumnExpression[int], staff_id: SQLColumnExpression[int]) -> ScalarSelect[datetime]:
    """Until when somebody's latest emergency access to a chart lasts, as part of a wider select."""
    return (
        select(func.max(EmergencyAccess.until))
        .where(
            EmergencyAccess.office_id == Chart.office_id,
            EmergencyAccess.chart_id == chart_id,
            EmergencyAccess.staff_member_id == staff_id,
        )
        .scalar_subquery()
    )


def open_chart(viewer: StaffViewer, chart_id: UUID, *, reason: str, now: datetime) -> None:
    """Open all of a chart to somebody whose role leaves parts out, for an hour. The office's administrators are told.

    Raises:
        Missing: it is not there, or another office's.
        Refused: the reason says too little.
    """
    refuse_if(rules.why_not_open_in_emergency(reason))
    chart = actions.for_update(viewer, chart_id)
    database.session().add(
        EmergencyAccess(
            office_id=chart.office_id,
            chart_id=chart.id,
            staff_member_id=viewer.actor.id,
            reason=reason,
            at=now,
            until=now + rules.EMERGENCY_LASTS,
        )
    )
    actions.record_at(chart, "chart.opened_in_emergency", by=viewer, section="emergency")
    _tell(chart.office_id)


def opened_in(viewer: StaffViewer) -> list[Opened]:
    """The latest emergency accesses in the viewer's office, newest first; that somebody looked is written down."""
    found = database.read(Opened, _LIST, office_id=viewer.office_id)
    record_apart(
        "charts.emergencies_viewed",
        chain=viewer.subject,
        actor=viewer.actor,
        head=viewer.chain,
        office_id=viewer.office_id,
        section="emergency",
    )
    return found


def _tell(office_id: int) -> None:
    """The administrators; where there is none, the office itself. The notice says neither who nor whose chart."""
    found = database.read(_Administrator, _ADMINISTRATORS, office_id=office_id)
    for to in [Actor("staff", one.id) for one in found] or [Actor("office", office_id)]:
        queue("emergency_access", to=to, office_id=office_id)

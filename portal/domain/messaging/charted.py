"""The conversations of one chart, as the office sees them there."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from portal.domain.accounts.models import StaffMember
from portal.domain.charts.types import OpenChart
from portal.domain.messaging.models import Conversation
from portal.domain.messaging.types import Charted
from portal.domain.practices.models import Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import database

#: So many are shown, the newest.
LISTED = 50
_OF_CHART = (
    select(
        Conversation.public_id,
        Conversation.subject,
        Conversation.state,
        Conversation.last_at,
        Conversation.due_at,
        (Provider.given + " " + Provider.family).label("provider"),
        (StaffMember.given + " " + StaffMember.family).label("assigned"),
    )
    .outerjoin(Provider, Provider.id == Conversation.provider_id)
    .outerjoin(StaffMember, StaffMember.id == Conversation.assigned_to)
    .where(Conversation.office_id == bindparam("office_id"), Conversation.chart_id == bindparam("chart_id"))
    .order_by(Conversation.last_at.desc(), Conversation.id.desc())
    .limit(LISTED)
)


def conversations_of(viewer: StaffViewer, chart: OpenChart) -> list[Charted]:
    """What the person of the chart and the office wrote to each other, latest first."""
    return database.read(Charted, _OF_CHART, office_id=viewer.office_id, chart_id=chart.id)

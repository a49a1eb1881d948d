"""An office ends a connection: the account no longer reaches the chart, and a new invitation can connect it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, cast, delete, exists, func, literal, null, or_, select, update
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import Account
from portal.domain.charts import actions as charts
from portal.domain.charts.models import Chart
from portal.domain.connections import rules
from portal.domain.connections.models import CareTeamMember, Connection, ProfileChange
from portal.domain.connections.queries import DEACTIVATED
from portal.domain.connections.types import WhyEnded
from portal.domain.outbox.actions import queue
from portal.domain.practices.models import Office
from portal.domain.viewer import Actor, StaffViewer
from portal.kernel import database
from portal.kernel.database import Moment
from portal.kernel.refusal import refuse_if

_since = aliased(Connection)
#: Ended by an office lately, and not connected again.
_ENDED = (
    Connection.person_id == bindparam("person_id"),
    Connection.end_reason != DEACTIVATED,
    Connection.ended_at > bindparam("told_since", type_=Moment()),
    ~exists().where(
        _since.office_id == Connection.office_id, _since.person_id == Connection.person_id, _since.ended_at.is_(None)
    ),
)
#: For the list of one's offices (requests.mine_of), in its shape, latest first. Values person_id, told_since.
MINE_ENDED = (
    select(
        literal(2),
        cast(null(), Uuid()),
        Office.name,
        Office.phone,
        literal("ended"),
        Connection.ended_at,
        Connection.end_reason,
        Connection.end_note,
        -Connection.id,
    )
    .select_from(Connection)
    .join(Office, Office.id == Connection.office_id)
    .where(*_ENDED)
)
#: For home: connections that an office ended. Columns kind, count, first_at; values person_id, told_since.
ENDED = (
    select(
        literal("connection_ended").label("kind"),
        func.count().label("count"),
        cast(null(), Date()).label("first_at"),
    )
    .where(*_ENDED)
    .having(func.count() > 0)
)


def end(viewer: StaffViewer, chart_id: UUID, why: WhyEnded, note: str | None, now: datetime) -> None:
    """Part a chart and the account that is connected to it. From the next request on the person sees nothing of it.

    The chart is nobody's account any more, as before the enrollment; so are those that were merged into it. Who looked
    after the person is no more their care team, and what they changed and nobody answered waits no longer.

    Raises:
        Missing: no such chart, or another office's.
        Refused: `not_connected`.
    """
    chart = charts.for_update(viewer, chart_id)
    session = database.session()
    bond = session.scalar(
        select(Connection).where(Connection.chart_id == chart.id, Connection.ended_at.is_(None)).with_for_update()
    )
    refuse_if(rules.why_not_end(is_connected=bond is not None))
    assert bond is not None
    charts.record_at(chart, "connection.ended", by=viewer, section="connections")
    charts.note_change(viewer, chart, now, "disconnected", after=why.value)
    bond.ended_at, bond.end_reason, bond.end_note = now, why.value, note
    merged_too = or_(Chart.id == chart.id, Chart.merged_into_id == chart.id)
    mine = (Chart.office_id == chart.office_id, Chart.person_id == bond.person_id, merged_too)
    session.execute(update(Chart).where(*mine).values(person_id=None))
    session.execute(delete(CareTeamMember).where(CareTeamMember.chart_id == chart.id))
    waiting = (ProfileChange.chart_id == chart.id, ProfileChange.state == "waiting")
    session.execute(update(ProfileChange).where(*waiting).values(state="gone", answered_at=now))
    _tell(bond)


def _tell(bond: Connection) -> None:
    account = select(Account.id).where(Account.person_id == bond.person_id, Account.state == "active")
    account_id = database.session().scalar(account)
    if account_id is not None:
        queue("connection_ended", to=Actor("patient", account_id), office_id=bond.office_id)

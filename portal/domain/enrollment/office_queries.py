"""What an office sees of its invitations. No names: who it is stands in the chart, where looking is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Exists,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    text,
    union_all,
)

from portal.domain.charts.models import Chart
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.enrollment import rules
from portal.domain.enrollment.models import ActivationCode
from portal.domain.enrollment.types import AtChart, Invitation, InvitingProvider
from portal.domain.outbox.models import OutboxMessage
from portal.domain.practices.models import Office, Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import database

LISTED = 50


class _Row(NamedTuple):
    """A code, a provider, or (without an id) a yes or no about office and chart.

    `words`: a channel, a name, or (beside whether the office invites) the age from which it does, in years.
    """

    kind: str
    public_id: UUID | None
    words: str | None
    made_at: datetime | None
    expires_at: datetime | None
    used_at: datetime | None
    replaced_at: datetime | None
    flag: bool | None


class _Line(NamedTuple):
    """An invitation of an office."""

    public_id: UUID
    chart_id: UUID
    number: str
    channel: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    replaced_at: datetime | None
    undelivered: bool


def _lost() -> Exists:
    """That the email of an invitation did not arrive."""
    ours = (OutboxMessage.office_id == ActivationCode.office_id, OutboxMessage.about == ActivationCode.public_id)
    return exists().where(text("outbox_message.state in ('failed','parked')"), *ours)


_MOMENTS = (ActivationCode.made_at, ActivationCode.expires_at, ActivationCode.used_at, ActivationCode.replaced_at)
_THIS_CHART = (ActivationCode.office_id == bindparam("office_id"), ActivationCode.chart_id == bindparam("chart_id"))
_NO_CODE = (null(), null(), null(), null(), null(), null())


def _whether(kind: str, flag: SQLColumnExpression[bool], words: SQLColumnExpression[Any] | None = None) -> Any:
    return select(literal(kind), null(), null() if words is None else words, *_NO_CODE[2:], flag).where(
        Office.id == bindparam("office_id")
    )


_ON_TEAM = exists().where(CareTeamMember.chart_id == bindparam("chart_id"), CareTeamMember.provider_id == Provider.id)
_CONNECTED = exists().where(Connection.chart_id == bindparam("chart_id"), Connection.ended_at.is_(None))
_NAME = Provider.given + " " + Provider.family + ", " + Provider.credentials
_AT_CHART: Any = union_all(
    select(literal("code").label("kind"), ActivationCode.public_id, ActivationCode.channel, *_MOMENTS, _lost()).where(
        ActivationCode.office_id == bindparam("office_id"), ActivationCode.chart_id == bindparam("chart_id")
    ),
    select(literal("provider"), Provider.public_id, _NAME, *_NO_CODE[2:], _ON_TEAM).where(
        Provider.office_id == bindparam("office_id"), Provider.ended_at.is_(None)
    ),
    _whether("by invitation", Office.enrolls_by_invitation, cast(Office.adult_age, String)),
    _whether("connected", _CONNECTED),
)
_LIST = (
    select(
        ActivationCode.public_id,
        Chart.public_id.label("chart_id"),
        Chart.number,
        ActivationCode.channel,
        *_MOMENTS,
        _lost().label("undelivered"),
    )
    .join(Chart, and_(Chart.office_id == ActivationCode.office_id, Chart.id == ActivationCode.chart_id))
    .where(ActivationCode.office_id == bindparam("office_id"))
    .order_by(ActivationCode.made_at.desc())
    .limit(LISTED)
)
_OPEN = (
    ActivationCode.office_id == bindparam("office_id"),
    ActivationCode.used_at.is_(None),
    ActivationCode.replaced_at.is_(None),
    ActivationCode.expires_at > bindparam("now"),
)
#: For Today of the office: kind and number. Values: office_id, now, soon (now + rules.SOON).
LAPSING_SUMMARY = (
    select(literal("invitations_lapse").label("kind"), func.count().label("number"))
    .where(*_OPEN, ActivationCode.expires_at <= bindparam("soon"))
    .having(func.count() > 0)
)
LOST_SUMMARY = (
    select(literal("invitations_lost").label("kind"), func.count().label("number"))
    .where(*_OPEN, _lost())
    .having(func.count() > 0)
)


def at_chart(staff: StaffViewer, chart: OpenChart, now: datetime) -> AtChart:
    """Whether the person of a chart can be invited, by whom, and what became of earlier invitations, newest first."""
    rows = database.read(_Row, _AT_CHART, office_id=staff.office_id, chart_id=chart.id)
    flags = {row.kind: bool(row.flag) for row in rows}
    lines = [
        _Line._make((row.public_id, chart.public_id, chart.number, *row[2:])) for row in rows if row.kind == "code"
    ]
    adult_age = next(int(str(row.words)) for row in rows if row.kind == "by invitation")
    providers = [row for row in rows if row.kind == "provider" and row.public_id is not None]
    return AtChart(
        flags["by invitation"],
        flags["connected"],
        adult_age,
        sorted((_seen(line, now) for line in lines), key=lambda one: one.made_at, reverse=True),
        [InvitingProvider(row.public_id, str(row.words), bool(row.flag)) for row in providers if row.public_id],
    )


def invitations_of(staff: StaffViewer, now: datetime) -> list[Invitation]:
    """The office's newest invitations, LISTED at most."""
    return [_seen(line, now) for line in database.read(_Line, _LIST, office_id=staff.office_id)]


def _seen(line: _Line, now: datetime) -> Invitation:
    state = rules.state_of(line.used_at, line.replaced_at, line.expires_at, now)
    return Invitation(
        line.public_id,
        line.chart_id,
        line.number,
        line.channel,
        line.made_at,
        line.expires_at,
        line.used_at,
        state,
        bool(line.undelivered),
    )

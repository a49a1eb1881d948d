"""Today of an office in one statement: each feature offers a select of kind and number, and they are joined here with
what did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Integer, String, Uuid, cast, literal, null, select, union_all

from portal.domain.appointments import desk as appointments
from portal.domain.charts import queries as charts
from portal.domain.connections import profile_changes, requests
from portal.domain.connections import queries as connections
from portal.domain.enrollment import office_queries as enrollment
from portal.domain.enrollment.rules import SOON
from portal.domain.kiosks import queries as kiosks
from portal.domain.messaging import desk as messaging
from portal.domain.outbox.queries import TROUBLE
from portal.domain.outbox.types import Trouble
from portal.domain.practices import queries as practices
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.database import Moment

#: What the features tell: selects of kind, number. Values: office_id, since, now, soon.
SUMMARIES = (
    kiosks.HELP_SUMMARY,
    *practices.DESK_SUMMARIES,
    charts.NO_CHART,
    *appointments.DESK_SUMMARIES,
    *messaging.DESK_SUMMARIES,
    requests.TO_ANSWER,
    profile_changes.TO_ANSWER,
    enrollment.LOST_SUMMARY,
    enrollment.LAPSING_SUMMARY,
    connections.LEFT_SUMMARY,
)
_TROUBLE = "trouble"


class DeskLine(NamedTuple):
    """Something that a feature has for the office: how many of a kind."""

    kind: str
    number: int


class Desk(NamedTuple):
    """What there is for an office today."""

    lines: list[DeskLine]
    trouble: list[Trouble]


class _Row(NamedTuple):
    """A line (kind, number), or a notice that did not arrive (all that follows)."""

    kind: str
    number: int | None
    public_id: UUID | None
    message: str | None
    channel: str | None
    to_kind: str | None
    to_id: int | None
    state: str | None
    problem: str | None
    queued_at: datetime | None
    settled_at: datetime | None


_EMPTY: dict[str, Any] = {
    "kind": String(),
    "number": Integer(),
    "public_id": Uuid(),
    "message": String(),
    "channel": String(),
    "to_kind": String(),
    "to_id": BigInteger(),
    "state": String(),
    "problem": String(),
    "queued_at": Moment(),
    "settled_at": Moment(),
}


def _row(**filled: Any) -> list[Any]:
    """The columns of `_Row`; what is not filled is an empty value of its type (PostgreSQL wants to know)."""
    return [filled.get(name, cast(null(), kind)).label(name) for name, kind in _EMPTY.items()]


_trouble, _told = TROUBLE.subquery("trouble"), [summary.subquery() for summary in SUMMARIES]
_DESK = union_all(
    select(*_row(kind=literal(_TROUBLE), **dict(_trouble.c.items()))),
    *(select(*_row(kind=told.c.kind, number=told.c.number)) for told in _told),
)


def desk_of(viewer: StaffViewer, now: datetime, most: int) -> Desk:
    """What there is for the viewer's office, in the order of the features; `most` notices that did not arrive."""
    moments = {"since": connections.left_since(now), "now": now, "soon": now + SOON}
    moments |= {"of_today": now - timedelta(hours=14)}
    rows = database.read(_Row, _DESK, office_id=viewer.office_id, most=most, **moments)
    trouble = [Trouble(*row[2:]) for row in rows if row.kind == _TROUBLE]  # type: ignore[arg-type]
    return Desk([DeskLine(row.kind, row.number or 0) for row in rows if row.kind != _TROUBLE], trouble)

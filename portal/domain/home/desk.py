"""Today of an office in one statement: each feature offers a select of kind and number, and they are joined here with
what did not arrive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Integer, String, Uuid, cast, literal, null, select, union_all

from portal.domain.appointments import today as appointments
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

#: What the features tell: selects of kind, number, and maybe first_at. Values: office_id, since, now, soon, yesterday.
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
    """Something that a feature has for the office: how many of a kind, and (for visits) when the first of them is."""

    kind: str
    number: int
    first_at: datetime | None = None


class Desk(NamedTuple):
    """What there is for an office today."""

    lines: list[DeskLine]
    trouble: list[Trouble]


class _Row(NamedTuple):
    """A line (kind, number, and queued_at as its first_at), or a notice that did not arrive (all that follows)."""

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
    *(
        select(
            *_row(
                kind=told.c.kind,
                number=told.c.number,
                **({"queued_at": told.c.first_at} if "first_at" in told.c else {}),
            )
        )
        for told in _told
    ),
)


def desk_of(viewer: StaffViewer, now: datetime, most: int) -> Desk:
    """What there is for the viewer's office, in the order of the features; `most` notices that did not arrive."""
    moments = {"since": connections.left_since(now), "now": now, "soon": now + SOON}
    moments |= {"of_today": now - timedelta(hours=14), "yesterday": appointments.since_yesterday(now)}
    rows = database.read(_Row, _DESK, office_id=viewer.office_id, most=most, **moments)
    trouble = [Trouble(*row[2:]) for row in rows if row.kind == _TROUBLE]  # type: ignore[arg-type]
    lines = [DeskLine(row.kind, row.number or 0, row.queued_at) for row in rows if row.kind != _TROUBLE]
    return Desk(lines, trouble)

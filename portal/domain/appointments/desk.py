"""What waits for the office's answer, and one visit as the office sees it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    Date,
    Integer,
    String,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.domain.appointments import question_queries, working_hours
from portal.domain.appointments.models import Appointment, TimeOff, VisitReason, WeeklyHours
from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.appointments.today import CANCELED_AT, GONE, LEAVING, PENDING, since_yesterday
from portal.domain.audit.actions import record_list, record_list_apart
from portal.domain.charts.models import Chart
from portal.domain.practices.models import Location, Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.database import Moment

_MOST = 60
_replaced = aliased(Appointment)
#: What a line of the queue shows.
_ASKED = (
    Appointment.public_id,
    Appointment.version,
    Appointment.starts_at,
    Appointment.minutes,
    Appointment.note,
    _replaced.starts_at.label("replaces_at"),
    Chart.public_id.label("chart"),
    Chart.person_id,
    Chart.given,
    Chart.family,
    Chart.birth_date,
    (Provider.given + " " + Provider.family).label("provider"),
    Location.name.label("location"),
    VisitReason.name.label("reason"),
)


class Waiting(NamedTuple):
    """A line of the queue. `kind`: request (for a visit), leaving (wants to cancel one), question (found no time), gone
    (they canceled by themselves).

    `replaces_at`: when the visit is that this one would take the place of. `waited`: in the hours of the office. A
    question has the provider and the reason, but no time: its `starts_at` is when it was asked, and no place.
    """

    kind: str
    since: datetime
    public_id: UUID
    version: int
    starts_at: datetime
    minutes: int
    note: str | None
    replaces_at: datetime | None
    chart: UUID
    person_id: int | None
    given: str
    family: str
    birth_date: date
    provider: str
    location: str | None
    reason: str
    waited: timedelta

    @property
    def is_leaving(self) -> bool:
        """Whether they want to cancel."""
        return self.kind == "leaving"

    @property
    def is_gone(self) -> bool:
        """Whether they canceled by themselves; nobody has to answer."""
        return self.kind == "gone"

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.family}, {self.given}"

    @property
    def is_late(self) -> bool:
        """Whether an answer should have been there by now."""
        return self.waited > working_hours.LATE


class _Row(NamedTuple):
    """A line of the queue, a weekday with hours (weekday, opens, closes), or a holiday (from_day, until_day)."""

    kind: str
    since: datetime | None
    public_id: UUID | None
    version: int | None
    starts_at: datetime | None
    minutes: int | None
    note: str | None
    replaces_at: datetime | None
    chart: UUID | None
    person_id: int | None
    given: str | None
    family: str | None
    birth_date: date | None
    provider: str | None
    location: str | None
    reason: str | None
    weekday: int | None
    opens: int | None
    closes: int | None
    from_day: date | None
    until_day: date | None


_TYPES: dict[str, Any] = {
    "kind": String(),
    "since": Moment(),
    "public_id": Uuid(),
    "version": Integer(),
    "starts_at": Moment(),
    "minutes": Integer(),
    "note": Text(),
    "replaces_at": Moment(),
    "chart": Uuid(),
    "person_id": Integer(),
    "given": String(),
    "family": String(),
    "birth_date": Date(),
    "provider": String(),
    "location": String(),
    "reason": String(),
    "weekday": Integer(),
    "opens": Integer(),
    "closes": Integer(),
    "from_day": Date(),
    "until_day": Date(),
}


def _columns(**filled: Any) -> list[Any]:
    """The columns of `_Row`; what is not filled is an empty value of its type (PostgreSQL wants to know)."""
    return [filled.get(name, cast(null(), kind)).label(name) for name, kind in _TYPES.items()]


def _lines(kind: str, since: Any, *where: Any) -> Any:
    """Requests, or cancellations, oldest first."""
    found = (
        select(since.label("since"), *_ASKED)
        .join(Chart, Chart.id == Appointment.chart_id)
        .join(Provider, Provider.id == Appointment.provider_id)
        .join(Location, Location.id == Appointment.location_id)
        .join(VisitReason, VisitReason.id == Appointment.reason_id)
        .outerjoin(_replaced, _replaced.id == Appointment.replaces_id)
        .where(Appointment.office_id == bindparam("office_id"), *where)
        .order_by(since, Appointment.id)
        .limit(_MOST)
        .subquery()
    )
    return select(*_columns(kind=literal(kind), **dict(found.c.items())))


def _questions() -> Any:
    """Who found no time and asks for one, oldest first."""
    found = (
        select(
            TimeQuestion.asked_at.label("since"),
            TimeQuestion.public_id,
            TimeQuestion.version,
            TimeQuestion.asked_at.label("starts_at"),
            VisitReason.minutes,
            TimeQuestion.words.label("note"),
            Chart.public_id.label("chart"),
            *(Chart.person_id, Chart.given, Chart.family, Chart.birth_date),
            (Provider.given + " " + Provider.family).label("provider"),
            VisitReason.name.label("reason"),
        )
        .join(Chart, Chart.id == TimeQuestion.chart_id)
        .join(Provider, Provider.id == TimeQuestion.provider_id)
        .join(VisitReason, VisitReason.id == TimeQuestion.reason_id)
        .where(TimeQuestion.office_id == bindparam("office_id"), question_queries.OPEN)
        .order_by(TimeQuestion.asked_at, TimeQuestion.id)
        .limit(_MOST)
        .subquery()
    )
    return select(*_columns(kind=literal("question"), **dict(found.c.items())))


_WEEK = (
    select(
        WeeklyHours.weekday,
        func.min(WeeklyHours.starts).label("opens"),
        func.max(WeeklyHours.ends).label("closes"),
    )
    .where(
        WeeklyHours.office_id == bindparam("office_id"),
        WeeklyHours.until_day.is_(None) | (WeeklyHours.until_day >= bindparam("today", type_=Date())),
    )
    .group_by(WeeklyHours.weekday)
    .subquery()
)
_HOLIDAYS = (
    select(TimeOff.from_day, TimeOff.until_day)
    .where(
        TimeOff.office_id == bindparam("office_id"),
        TimeOff.provider_id.is_(None),
        TimeOff.starts.is_(None),
        TimeOff.until_day >= bindparam("first", type_=Date()),
        TimeOff.from_day <= bindparam("today", type_=Date()),
    )
    .subquery()
)
_QUEUE = union_all(
    _lines("request", Appointment.requested_at, PENDING),
    _lines("leaving", Appointment.cancel_asked_at, *LEAVING),
    _lines("gone", CANCELED_AT, *GONE),
    _questions(),
    select(*_columns(kind=literal("hours"), **dict(_WEEK.c.items()))),
    select(*_columns(kind=literal("closed"), **dict(_HOLIDAYS.c.items()))),
)


def note_list(viewer: StaffViewer, waiting: list[Waiting], *, apart: bool) -> None:
    """That the queue was shown is written down: `apart` before a page is sent, else with the deed that it answers."""
    write = record_list_apart if apart else record_list
    write(
        "appointments.queued", by=viewer, subjects={one.chart: one.person_id for one in waiting}, section="appointments"
    )


def queue_of(viewer: StaffViewer, now: datetime) -> list[Waiting]:
    """Who waits for an answer of the viewer's office, oldest first, and who canceled by themselves; sixty of each."""
    zone = ZoneInfo(viewer.time_zone)
    today = now.astimezone(zone).date()
    first = today - timedelta(days=61)
    moments = {"now": now, "yesterday": since_yesterday(now)}
    rows = database.read(_Row, _QUEUE, office_id=viewer.office_id, today=today, first=first, **moments)
    week = working_hours.week_of((row.weekday, row.opens, row.closes) for row in rows if row.kind == "hours")  # type: ignore[misc]
    closed = [working_hours.Holiday(row.from_day, row.until_day) for row in rows if row.kind == "closed"]  # type: ignore[arg-type]
    waiting = [
        Waiting(row.kind, *row[1:16], working_hours.waited(row.since, now, week, closed, zone))  # type: ignore[arg-type]
        for row in rows
        if row.since is not None
    ]
    return sorted(waiting, key=lambda one: (one.since, one.public_id))

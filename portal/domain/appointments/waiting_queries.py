"""Who waits for what, as the person and as the office see it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Date, bindparam, case, cast, func, literal, null, or_, select
from sqlalchemy.orm import aliased

from portal.domain.appointments.models import Appointment, VisitReason
from portal.domain.appointments.waiting_models import WaitListEntry, WaitListOffer
from portal.domain.audit.actions import record_list_apart
from portal.domain.audit.queries import with_head
from portal.domain.charts.models import Chart
from portal.domain.charts.types import OpenChart
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Location, Office, Provider
from portal.domain.viewer import Head, StaffViewer, Viewer
from portal.kernel import database
from portal.kernel.database import Moment
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

#: What is over is shown to its person for so long.
TOLD_FOR = timedelta(days=30)
_LISTED = 200
_visit, _offer, _offering = aliased(Appointment), aliased(Appointment), aliased(Provider)
_AT_OFFICE = WaitListEntry.office_id
_PROVIDER = (Provider.given + " " + Provider.family + ", " + Provider.credentials).label("provider")
_WISH = (
    WaitListEntry.public_id,
    WaitListEntry.state,
    WaitListEntry.part_of_day,
    WaitListEntry.weekdays,
    WaitListEntry.notice_hours,
    WaitListEntry.until_day,
    WaitListEntry.asked_at,
    WaitListEntry.ended_at,
    WaitListEntry.ended_by,
    WaitListEntry.because,
    VisitReason.name,
    VisitReason.name_es,
    _PROVIDER,
)


class Waits(NamedTuple):
    """An entry as its person sees it.

    `visit`, `visit_at`: the visit that they have; `offer_*`: what is offered, or taken. `provider`: None where anybody
    will do.
    """

    id: UUID
    state: str
    part: str
    weekdays: int
    notice_hours: int
    until_day: date
    asked_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    because: str | None
    reason: str
    reason_es: str | None
    provider: str | None
    office: str
    phone: str
    zone: str
    visit: UUID | None
    visit_at: datetime | None
    offer: UUID | None
    offer_at: datetime | None
    offer_minutes: int | None
    offer_until: datetime | None
    offer_provider: str | None
    offer_location: str | None

    @property
    def is_open(self) -> bool:
        """Whether they are on the list."""
        return self.state in ("waiting", "offered")

    def called(self, language: str) -> str:
        """What the visit is for, in a language where the office wrote it in that."""
        return self.reason_es if language == "es" and self.reason_es else self.reason


class InLine(NamedTuple):
    """An entry as the office sees it. `offers`: how many times were offered so far; `last_became`: of the last of them.

    `place`: of those who wait, first is 1, in the order of asking.
    """

    id: UUID
    state: str
    part: str
    weekdays: int
    notice_hours: int
    until_day: date
    asked_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    because: str | None
    reason: str
    reason_es: str | None
    provider: str | None
    chart: UUID
    person_id: int | None
    given: str
    family: str
    birth_date: date
    visit: UUID | None
    visit_at: datetime | None
    offer_at: datetime | None
    offer_until: datetime | None
    offer_provider: str | None
    last_at: datetime | None
    last_became: str | None

    @property
    def name(self) -> str:
        """Oakhurst, Maribel."""
        return f"{self.family}, {self.given}"


def _joined(statement: Any) -> Any:
    return (
        statement.join(VisitReason, VisitReason.id == WaitListEntry.reason_id)
        .outerjoin(Provider, Provider.id == WaitListEntry.provider_id)
        .outerjoin(_visit, (_visit.office_id == _AT_OFFICE) & (_visit.id == WaitListEntry.appointment_id))
        .outerjoin(_offer, (_offer.office_id == _AT_OFFICE) & (_offer.id == WaitListEntry.offer_id))
        .outerjoin(_offering, _offering.id == _offer.provider_id)
    )


_OFFERED_BY = (_offering.given + " " + _offering.family + ", " + _offering.credentials).label("offer_provider")
_OF_PERSON = (
    _joined(
        select(
            *_WISH,
            Office.name.label("office"),
            Office.phone,
            Office.time_zone,
            _visit.public_id.label("visit"),
            _visit.starts_at.label("visit_at"),
            _offer.public_id.label("offer"),
            _offer.starts_at.label("offer_at"),
            _offer.minutes,
            _offer.held_until,
            _OFFERED_BY,
            Location.name.label("location"),
        )
        .select_from(Connection)
        .join(WaitListEntry, (Connection.office_id == _AT_OFFICE) & (WaitListEntry.chart_id == Connection.chart_id))
        .join(Office, Office.id == _AT_OFFICE)
    )
    .outerjoin(Location, Location.id == _offer.location_id)
    .where(Connection.person_id == bindparam("person_id"), Connection.ended_at.is_(None))
)
_ALL = _OF_PERSON.where(
    or_(WaitListEntry.ended_at.is_(None), WaitListEntry.ended_at > bindparam("told_since", type_=Moment()))
).order_by(
    case((WaitListEntry.state == "offered", 0), (WaitListEntry.state == "waiting", 1), else_=2), WaitListEntry.id
)
_EVERY = _OF_PERSON.order_by(WaitListEntry.id)
_ONE = _OF_PERSON.where(WaitListEntry.public_id == bindparam("public_id"))
_last = aliased(WaitListOffer)
_LAST_ID = (
    select(func.max(_last.id))
    .where(_last.office_id == _AT_OFFICE, _last.entry_id == WaitListEntry.id, _last.ended_at.is_not(None))
    .correlate(WaitListEntry)
    .scalar_subquery()
)
_OF_OFFICE = (
    _joined(
        select(
            *_WISH,
            Chart.public_id.label("chart"),
            Chart.person_id,
            Chart.given,
            Chart.family,
            Chart.birth_date,
            _visit.public_id.label("visit"),
            _visit.starts_at.label("visit_at"),
            _offer.starts_at.label("offer_at"),
            _offer.held_until,
            _OFFERED_BY,
            WaitListOffer.starts_at.label("last_at"),
            WaitListOffer.became,
        ).select_from(WaitListEntry)
    )
    .join(Chart, Chart.id == WaitListEntry.chart_id)
    .outerjoin(WaitListOffer, WaitListOffer.id == _LAST_ID)
    .where(bindparam("office_id") == _AT_OFFICE)
)
_STANDING = or_(WaitListEntry.state == "waiting", WaitListEntry.state == "offered")
_IN_LINE = _OF_OFFICE.where(_STANDING).order_by(WaitListEntry.id).limit(_LISTED)
_ONE_IN_LINE = with_head(_OF_OFFICE.where(WaitListEntry.public_id == bindparam("public_id")), "person", Chart.person_id)
_OF_CHART = (
    _OF_OFFICE.where(WaitListEntry.chart_id == bindparam("chart_id")).order_by(WaitListEntry.id.desc()).limit(20)
)
#: For home: kind, count, first_at. Values: person_id, now.
FREE = (
    select(literal("time_free").label("kind"), func.count().label("count"), cast(null(), Date).label("first_at"))
    .select_from(Connection)
    .join(WaitListEntry, (Connection.office_id == _AT_OFFICE) & (WaitListEntry.chart_id == Connection.chart_id))
    .join(_offer, (_offer.office_id == _AT_OFFICE) & (_offer.id == WaitListEntry.offer_id))
    .where(
        Connection.person_id == bindparam("person_id"),
        Connection.ended_at.is_(None),
        WaitListEntry.state == "offered",
        _offer.held_until > bindparam("now", type_=Moment()),
    )
    .having(func.count() > 0)
)


def waits_of(viewer: Viewer, now: datetime) -> list[Waits]:
    """What the person waits for, offers first, and what became of it in the last 30 days."""
    return database.read(Waits, _ALL, person_id=viewer.person_id, told_since=now - TOLD_FOR)


def all_of_person(person_id: int) -> list[Waits]:
    """Everything that a person waits for or waited for, for their copy."""
    return database.read(Waits, _EVERY, person_id=person_id)


def wait_of(viewer: Viewer, entry_id: UUID) -> Waits:
    """One entry of the person.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    found = database.read_one(Waits, _ONE, person_id=viewer.person_id, public_id=entry_id)
    if found is None:
        raise Missing
    return found


def line_of(viewer: StaffViewer) -> list[InLine]:
    """Who waits at the viewer's office, first to last; 200 at most. That it was shown is written down."""
    found = database.read(InLine, _IN_LINE, office_id=viewer.office_id)
    subjects = {one.chart: one.person_id for one in found}
    record_list_apart("appointments.waiting", by=viewer, subjects=subjects, section="appointments")
    return found


def in_line_of(viewer: StaffViewer, entry_id: UUID) -> tuple[InLine, Head]:
    """One entry at the viewer's office, and the end of its person's audit chain.

    Raises:
        Missing: there is none, or it is another office's.
    """
    found = database.read_one(Flat, _ONE_IN_LINE, office_id=viewer.office_id, public_id=entry_id)
    if found is None:
        raise Missing
    return InLine._make(found[:-2]), Head.of(*found[-2:])


def of_chart(viewer: StaffViewer, chart: OpenChart) -> list[InLine]:
    """What the person of a chart waits for or waited for, newest first; 20 at most."""
    return database.read(InLine, _OF_CHART, office_id=viewer.office_id, chart_id=chart.id)

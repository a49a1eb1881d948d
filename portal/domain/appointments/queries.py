"""What a person sees of their visits: of every chart that they are connected to, in the order of time.

A time that is only held is not a visit yet; it belongs to the pages where somebody is choosing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import aliased

from portal.domain.appointments.models import Appointment, AppointmentEvent, VisitReason
from portal.domain.appointments.rules import OPEN
from portal.domain.appointments.types import State
from portal.domain.appointments.waiting_models import WaitListEntry
from portal.domain.connections.models import Connection
from portal.domain.practices.models import Location, Office, Provider
from portal.domain.viewer import Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

#: So many past visits are shown at once.
LISTED = 20
#: Somebody who is late still sees on home where they are to be.
LATE = timedelta(hours=1)
#: No visit lasts longer.
_LONGEST = timedelta(hours=8)


class Visit(NamedTuple):
    """A visit as its person sees it. `state`: a State; `zone`: the office's, in which its day is meant."""

    id: UUID
    state: str
    starts_at: datetime
    minutes: int
    zone: str
    office: str
    provider: str
    credentials: str
    reason: str
    reason_es: str | None
    by_video: bool
    cancel_asked_at: datetime | None
    checked_in_at: datetime | None

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_open(self) -> bool:
        """Whether the person may still expect something of it."""
        return self.state in (*OPEN, State.ARRIVED)

    def called(self, language: str) -> str:
        """What it is for, in a language where the office wrote it in that."""
        return self.reason_es if language == "es" and self.reason_es else self.reason


class NextVisit(NamedTuple):
    """The next visit that is agreed on, as home shows it (columns of NEXT). `state`: booked, or arrived."""

    id: UUID
    starts_at: datetime
    office: str
    zone: str
    provider: str
    reason: str
    reason_es: str | None
    state: str
    minutes: int
    by_video: bool
    cancel_asked_at: datetime | None
    checked_in_at: datetime | None

    def called(self, language: str) -> str:
        """What it is for, in a language where the office wrote it in that."""
        return self.reason_es if language == "es" and self.reason_es else self.reason


class Event(NamedTuple):
    """A line of the history: what was done, by whom (patient, staff, portal), and for which time."""

    at: datetime
    deed: str
    by_kind: str
    starts_at: datetime


class Details(NamedTuple):
    """What the page of one visit shows beside `visit`.

    `notice_hours`: how long before it the person may cancel; `replaces`, `replaced_by`: the visit in whose place this
    one comes, and the one that would come in its place. `waits`: the entry of the wait list for an earlier time, or
    that this one is offered by. `history`: first to last.
    """

    visit: Visit
    history: list[Event]
    office_email: str
    location: str
    line1: str
    city: str
    region: str
    postal_code: str
    phone: str
    notice_hours: int
    cancels_at_once: bool
    requested_at: datetime | None
    confirmed_at: datetime | None
    note: str | None
    because: str | None
    cancelled_by: str | None
    video_link: str | None
    sequence: int
    version: int
    replaces: UUID | None
    replaced_by: UUID | None
    waits: UUID | None

    @property
    def address(self) -> str:
        """Where to go, in one line."""
        return f"{self.line1}, {self.city}, {self.region} {self.postal_code}"

    @property
    def join_url(self) -> str | None:
        """Where a visit by video takes place; no other scheme than https leads anywhere."""
        return self.video_link if self.video_link and self.video_link.startswith("https://") else None

    @property
    def is_confirmed(self) -> bool:
        """Whether the person said that they will be there, at this time."""
        return any(one.deed == "confirmed" and one.starts_at == self.visit.starts_at for one in self.history)

    @property
    def notice(self) -> timedelta:
        """How long before it the person may cancel here."""
        return timedelta(hours=self.notice_hours)


_THEIRS = (
    Connection.person_id == bindparam("person_id"),
    Connection.ended_at.is_(None),
    Appointment.state != State.HELD,
)
#: The columns of Visit, of those of the person in `person_id`; check_in goes on from here.
VISITS = (
    select(
        Appointment.public_id,
        Appointment.state,
        Appointment.starts_at,
        Appointment.minutes,
        Office.time_zone,
        Office.name.label("office"),
        (Provider.given + " " + Provider.family).label("provider"),
        Provider.credentials,
        VisitReason.name.label("reason"),
        VisitReason.name_es,
        VisitReason.by_video,
        Appointment.cancel_asked_at,
        Appointment.checked_in_at,
    )
    .select_from(Connection)
    .join(
        Appointment,
        (Appointment.office_id == Connection.office_id) & (Appointment.chart_id == Connection.chart_id),
    )
    .join(Office, Office.id == Appointment.office_id)
    .join(Provider, Provider.id == Appointment.provider_id)
    .join(VisitReason, VisitReason.id == Appointment.reason_id)
    .where(*_THEIRS)
)
_BETWEEN = (Appointment.starts_at >= bindparam("first")) & (Appointment.starts_at < bindparam("after"))
#: Those of a span of time, and all that begin after a moment: the month that is looked at, and what comes.
_SHOWN = VISITS.where(or_(_BETWEEN, Appointment.starts_at >= bindparam("since"))).order_by(
    Appointment.starts_at, Appointment.id
)
_PAST = (
    VISITS.where(Appointment.starts_at < bindparam("before"))
    .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
    .limit(LISTED + 1)
)
#: For home: the next visit that is agreed on, or for which they wait in line, and not over by an hour. One row at most;
#: values person_id, still.
NEXT = (
    VISITS.with_only_columns(
        Appointment.public_id,
        Appointment.starts_at,
        Office.name.label("office"),
        Office.time_zone.label("zone"),
        (Provider.given + " " + Provider.family).label("provider"),
        VisitReason.name.label("reason"),
        VisitReason.name_es.label("reason_es"),
        *(Appointment.state, Appointment.minutes, VisitReason.by_video),
        *(Appointment.cancel_asked_at, Appointment.checked_in_at),
    )
    .where(
        or_(Appointment.state == State.BOOKED, Appointment.state == State.ARRIVED),
        Appointment.starts_at > bindparam("still"),
    )
    .order_by(Appointment.starts_at, Appointment.id)
    .limit(1)
)
_old, _new, _event = aliased(Appointment), aliased(Appointment), AppointmentEvent


_REPLACED_BY = (
    select(_new.public_id)
    .where(
        _new.office_id == Appointment.office_id,
        _new.replaces_id == Appointment.id,
        or_(*(_new.state == state for state in OPEN)),
    )
    .limit(1)
    .scalar_subquery()
)
_WAITS = (
    select(WaitListEntry.public_id)
    .where(
        WaitListEntry.office_id == Appointment.office_id,
        or_(WaitListEntry.appointment_id == Appointment.id, WaitListEntry.offer_id == Appointment.id),
        or_(WaitListEntry.state == "waiting", WaitListEntry.state == "offered"),
    )
    .limit(1)
    .scalar_subquery()
)
_ONE = (
    VISITS.join(Location, Location.id == Appointment.location_id)
    .join(_old, _old.id == Appointment.replaces_id, isouter=True)
    .join(_event, (_event.office_id == Appointment.office_id) & (_event.appointment_id == Appointment.id), isouter=True)
    .where(Appointment.public_id == bindparam("public_id"))
    .order_by(_event.id)
    .add_columns(
        *(_event.at, _event.deed, _event.by_kind, _event.starts_at.label("event_starts_at")),
        Office.email,
        Location.name.label("location"),
        *(Location.line1, Location.city, Location.state.label("region"), Location.postal_code, Location.phone),
        *(Office.cancel_notice_hours, Office.cancels_at_once),
        *(Appointment.requested_at, Appointment.confirmed_at, Appointment.note, Appointment.because),
        *(Appointment.cancelled_by, Appointment.video_link, Appointment.sequence, Appointment.version),
        _old.public_id.label("replaces"),
        _REPLACED_BY.label("replaced_by"),
        _WAITS.label("waits"),
    )
)


def visits_of(viewer: Viewer, first: datetime, after: datetime, now: datetime) -> list[Visit]:
    """The person's visits that begin from `first` to before `after`, and those that are not over; soonest first."""
    return database.read(Visit, _SHOWN, person_id=viewer.person_id, first=first, after=after, since=now - _LONGEST)


def past_of(viewer: Viewer, before: datetime) -> tuple[list[Visit], bool]:
    """The last visits that began before a moment, latest first; whether there are older ones."""
    found = database.read(Visit, _PAST, person_id=viewer.person_id, before=before)
    return found[:LISTED], len(found) > LISTED


def appointment_of(viewer: Viewer, appointment_id: UUID) -> Details:
    """One visit of the person.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    rows = database.read(Flat, _ONE, person_id=viewer.person_id, public_id=appointment_id)
    if not rows:
        raise Missing
    shared, events = len(Visit._fields), len(Visit._fields) + len(Event._fields)
    history = [Event(*row[shared:events]) for row in rows if row[shared]]
    return Details(Visit(*rows[0][:shared]), history, *rows[0][events:])

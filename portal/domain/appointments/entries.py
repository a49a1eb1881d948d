"""A visit as an entry of its person's calendar, and as far as a notice may tell it.

A visit that takes the place of another one is the same entry to a calendar, moved: the name of the entry is that of the
first visit of the row, and what each of them counted adds up, so that it always rises (RFC 5545 UID, SEQUENCE).
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import Account
from portal.domain.appointments.models import Appointment, AppointmentEvent, VisitReason
from portal.domain.appointments.types import State
from portal.domain.connections.models import Connection
from portal.domain.notifications.models import NoticePreference
from portal.domain.notifications.preferences import APPOINTMENTS
from portal.domain.practices.models import Location, Office
from portal.domain.viewer import Viewer
from portal.kernel import database, secrets
from portal.kernel.refusal import Missing

_AGREED = (State.BOOKED, State.ARRIVED, State.FULFILLED)


class Entry(NamedTuple):
    """A visit without its reason and provider. `first_id` is that of the first visit of the row; `sequence` rises.

    `changed_at`: None where nothing of its history is kept. `is_replaced`: an agreed visit stands in its place.
    `in_mail`: the person asked for when and where in their email.
    """

    state: str
    starts_at: datetime
    minutes: int
    zone: str
    office: str
    location: str
    line1: str
    city: str
    region: str
    postal_code: str
    by_video: bool
    video_link: str | None
    confirmed_at: datetime | None
    replaces_id: int | None
    first_id: int
    sequence: int
    changed_at: datetime | None
    is_replaced: bool
    in_mail: bool | None

    @property
    def uid(self) -> str:
        """The name of the entry for good, without a host; it opens nothing and leads nowhere."""
        return secrets.keyed_hash("calendar entry", str(self.first_id)).hex()[:32]

    @property
    def place(self) -> str:
        """The office and where it is, in one line."""
        return f"{self.office}, {self.location}, {self.line1}, {self.city}, {self.region} {self.postal_code}"

    @property
    def is_agreed(self) -> bool:
        """Whether the person is expected then."""
        return self.state in _AGREED

    @property
    def is_called_off(self) -> bool:
        """Whether it stood in calendars and is to go from them."""
        return self.state == State.CANCELLED and self.confirmed_at is not None and not self.is_replaced


_earlier, _later = aliased(Appointment), aliased(Appointment)
_first = (
    select(Appointment.id, Appointment.office_id, Appointment.replaces_id, Appointment.sequence)
    .where(Appointment.public_id == bindparam("public_id"))
    .cte("row_of_visits", recursive=True)
)
_ROW_OF_VISITS = _first.union_all(
    select(_earlier.id, _earlier.office_id, _earlier.replaces_id, _earlier.sequence).join(
        _first, (_earlier.office_id == _first.c.office_id) & (_earlier.id == _first.c.replaces_id)
    )
)
_FIRST_ID = select(_ROW_OF_VISITS.c.id).where(_ROW_OF_VISITS.c.replaces_id.is_(None)).scalar_subquery()
_SEQUENCE = select(func.sum(_ROW_OF_VISITS.c.sequence)).scalar_subquery()
_CHANGED_AT = (
    select(AppointmentEvent.at)
    .where(AppointmentEvent.office_id == Appointment.office_id, AppointmentEvent.appointment_id == Appointment.id)
    .order_by(AppointmentEvent.id.desc())
    .limit(1)
    .scalar_subquery()
)
_IS_REPLACED = exists().where(
    _later.office_id == Appointment.office_id,
    _later.replaces_id == Appointment.id,
    or_(*(_later.state == state for state in _AGREED)),
)
_ENTRY = (
    select(
        Appointment.state,
        Appointment.starts_at,
        Appointment.minutes,
        Office.time_zone,
        Office.name.label("office"),
        Location.name.label("location"),
        Location.line1,
        Location.city,
        Location.state.label("region"),
        Location.postal_code,
        VisitReason.by_video,
        Appointment.video_link,
        Appointment.confirmed_at,
        Appointment.replaces_id,
        _FIRST_ID.label("first_id"),
        _SEQUENCE.label("sequence"),
        _CHANGED_AT.label("changed_at"),
        _IS_REPLACED.label("is_replaced"),
        NoticePreference.in_mail,
    )
    .select_from(Appointment)
    .join(
        Connection,
        (Connection.office_id == Appointment.office_id) & (Connection.chart_id == Appointment.chart_id),
    )
    .join(Office, Office.id == Appointment.office_id)
    .join(Location, Location.id == Appointment.location_id)
    .join(VisitReason, VisitReason.id == Appointment.reason_id)
    .outerjoin(
        NoticePreference,
        (NoticePreference.person_id == Connection.person_id) & (NoticePreference.kind == APPOINTMENTS),
    )
    .where(
        Appointment.public_id == bindparam("public_id"),
        Appointment.state != State.HELD,
        Appointment.state != State.OFFERED,
        Connection.ended_at.is_(None),
    )
)
_OF_PERSON = _ENTRY.where(Connection.person_id == bindparam("person_id"))
_OF_ACCOUNT = _ENTRY.join(Account, Account.person_id == Connection.person_id).where(
    Account.id == bindparam("account_id")
)


def entry_of(viewer: Viewer, appointment_id: UUID) -> Entry:
    """A visit of the person as their calendar takes it. One that waits in the place of another one is none yet.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    found = database.read_one(Entry, _OF_PERSON, person_id=viewer.person_id, public_id=appointment_id)
    if found is None or (found.replaces_id is not None and not found.is_agreed):
        raise Missing
    return found


def told(account_id: int, appointment_id: UUID) -> Entry | None:
    """A visit about which an account is told. None: it is not there, or not theirs any more."""
    return database.read_one(Entry, _OF_ACCOUNT, account_id=account_id, public_id=appointment_id)

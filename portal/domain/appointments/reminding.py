"""Reminders of visits: found in the visits themselves whenever they are asked for, and each told once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import CursorResult, Integer, Table, and_, bindparam, delete, exists, or_, select, text
from sqlalchemy.exc import IntegrityError

from portal.domain.accounts.models import Account, Person
from portal.domain.appointments import reminder_rules as rules
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.reminder_models import Reminder
from portal.domain.appointments.reminder_rules import Kind
from portal.domain.appointments.types import State
from portal.domain.connections.models import Connection
from portal.domain.notifications.models import NoticePreference
from portal.domain.notifications.preferences import APPOINTMENTS
from portal.domain.notifications.types import Preference
from portal.domain.outbox.actions import queue
from portal.domain.outbox.sealing import secrets_of
from portal.domain.outbox.types import Leased
from portal.domain.practices.models import Office
from portal.domain.viewer import Actor
from portal.kernel import database

MESSAGE = "appointment_reminder"
AT_ONCE = 200
#: A reminder's row is of use until its visit is over; a month more to look into complaints.
KEPT = timedelta(days=30)
_REMINDER = cast(Table, Reminder.__table__)


class Ahead(NamedTuple):
    """An agreed visit of somebody with an account, of which they were not reminded yet. Zones: office's, person's."""

    id: int
    public_id: UUID
    office_id: int
    starts_at: datetime
    zone: str
    agreed_at: datetime | None
    account_id: int
    phone: str | None
    own_zone: str
    remind_by: str | None


class _State(NamedTuple):
    state: str
    starts_at: datetime


_TOLD = exists().where(
    Reminder.appointment_id == Appointment.id,
    Reminder.kind == bindparam("kind"),
    Reminder.starts_at == Appointment.starts_at,
)
_AHEAD = (
    select(
        Appointment.id,
        Appointment.public_id,
        Appointment.office_id,
        Appointment.starts_at,
        Office.time_zone.label("zone"),
        Appointment.confirmed_at,
        Account.id.label("account_id"),
        Account.phone,
        Person.time_zone.label("own_zone"),
        NoticePreference.remind_by,
    )
    .select_from(Appointment)
    .join(Office, Office.id == Appointment.office_id)
    .join(
        Connection,
        and_(
            Connection.office_id == Appointment.office_id,
            Connection.chart_id == Appointment.chart_id,
            Connection.ended_at.is_(None),
        ),
    )
    .join(Account, and_(Account.person_id == Connection.person_id, Account.state == "active"))
    .join(Person, Person.id == Connection.person_id)
    .outerjoin(
        NoticePreference,
        and_(NoticePreference.person_id == Connection.person_id, NoticePreference.kind == APPOINTMENTS),
    )
    .where(
        text("appointment.state = 'booked'"),  # as the partial index says it, so that both databases use that
        Appointment.cancel_asked_at.is_(None),
        Appointment.starts_at > bindparam("first"),
        Appointment.starts_at <= bindparam("last"),
        or_(
            Appointment.starts_at > bindparam("from_at"),
            and_(Appointment.starts_at == bindparam("from_at"), Appointment.id > bindparam("from_id")),
        ),
        ~_TOLD,
    )
    .order_by(Appointment.starts_at, Appointment.id)
    .limit(bindparam("most", type_=Integer))
)
_NOW = select(Appointment.state, Appointment.starts_at).where(Appointment.public_id == bindparam("public_id"))


def ahead(kind: Kind, now: datetime, after: Ahead | None = None) -> list[Ahead]:
    """Visits of which somebody may have to be reminded now, soonest first; the page that follows `after`."""
    first, last = rules.window(kind, now)
    come_from = (after.starts_at, after.id) if after else (first, 0)
    values = {"first": first, "last": last, "from_at": come_from[0], "from_id": come_from[1]}
    return database.read(Ahead, _AHEAD, kind=kind, most=AT_ONCE, **values)


def remind(kind: Kind, visits: list[Ahead], now: datetime) -> int:
    """Tell those for whom it is time. How many. Whoever else does the same at this moment tells each of the others."""
    return sum(_remind(kind, visit, now) for visit in visits)


def is_over(leased: Leased) -> bool:
    """Whether a reminder on its way is of no use any more: the visit was canceled or moved."""
    if leased.message != MESSAGE or leased.about is None:
        return False
    visit = database.read_one(_State, _NOW, public_id=leased.about)
    meant = secrets_of(leased.public_id, leased.facts).get("starts_at")
    return visit is None or visit.state != State.BOOKED or visit.starts_at.isoformat() != meant


def forget(now: datetime) -> int:
    """Take away what visits long past were reminded of, a thousand rows at most. How many."""
    old = select(_REMINDER.c.appointment_id).where(_REMINDER.c.starts_at < now - KEPT).limit(1000)
    gone = delete(_REMINDER).where(_REMINDER.c.appointment_id.in_(old), _REMINDER.c.starts_at < now - KEPT)
    return cast(CursorResult[Any], database.session().execute(gone)).rowcount


def _remind(kind: Kind, visit: Ahead, now: datetime) -> bool:
    chosen = visit.remind_by or Preference().remind_by
    by_phone = chosen in {"sms", "voice"} and visit.phone is not None
    channel = rules.channel_now(chosen if by_phone or chosen == "none" else "email", kind, visit.own_zone, now)
    if channel is None or not rules.is_due(kind, visit.starts_at, visit.zone, visit.agreed_at, now):
        return False
    row = Reminder(appointment_id=visit.id, kind=kind, starts_at=visit.starts_at, office_id=visit.office_id, at=now)
    try:
        with database.session().begin_nested():
            database.session().add(row)
    except IntegrityError:
        return False
    if channel == "none":
        return False
    queue(
        MESSAGE,
        to=Actor("patient", visit.account_id),
        channel=channel,
        about=visit.public_id,
        office_id=visit.office_id,
        lapses_at=rules.lapses_at(kind, visit.starts_at),
        secret={"starts_at": visit.starts_at.isoformat()},
    )
    return True

"""What happened to a visit: each deed adds a line, and tells the person that something waits for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.domain.accounts.models import Account
from portal.domain.appointments.models import Appointment, AppointmentEvent
from portal.domain.connections.models import Connection
from portal.domain.outbox.actions import queue
from portal.domain.viewer import Actor
from portal.kernel import database


def note(visit: Appointment, deed: str, *, by: Actor, now: datetime, because: str | None = None) -> None:
    """A line of the visit's history, with the time that it has now. The row must have its id. `because`: for staff."""
    database.session().add(
        AppointmentEvent(
            office_id=visit.office_id,
            appointment_id=visit.id,
            at=now,
            deed=deed,
            by_kind=by.kind,
            by_id=by.id,
            starts_at=visit.starts_at,
            because=because,
        )
    )


def is_noted(visit: Appointment, deed: str) -> bool:
    """Whether that was done to the visit at the time that it has now."""
    line = select(AppointmentEvent.id).where(
        AppointmentEvent.office_id == visit.office_id,
        AppointmentEvent.appointment_id == visit.id,
        AppointmentEvent.deed == deed,
        AppointmentEvent.starts_at == visit.starts_at,
    )
    return database.session().scalar(line.limit(1)) is not None


def tell_person(message: str, visit: Appointment, lapses_at: datetime | None = None) -> None:
    """Send a notice about a visit to whoever is connected to its chart, where they have an account that is in use.

    `lapses_at`: after this moment it is of no use.
    """
    account = account_of(visit.office_id, visit.chart_id)
    if account is not None:
        to = Actor("patient", account)
        queue(message, to=to, about=visit.public_id, office_id=visit.office_id, lapses_at=lapses_at)


def account_of(office_id: int, chart_id: int) -> int | None:
    """The account (inner id) that is told of what concerns a chart, if there is one in use."""
    found: int | None = database.session().scalar(
        select(Account.id)
        .join(Connection, Connection.person_id == Account.person_id)
        .where(
            Connection.office_id == office_id,
            Connection.chart_id == chart_id,
            Connection.ended_at.is_(None),
            Account.state == "active",
        )
        .limit(1)
    )
    return found

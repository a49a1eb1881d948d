"""A line of people who wait at an office, and the sweep that serves it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.domain.appointments import passing_on
from portal.domain.appointments.models import Appointment
from portal.domain.appointments.waiting_models import FreedTime, WaitListEntry, WaitListOffer
from portal.kernel import clock, database
from tests.factories import appointments, connections, practices
from tests.people import Patient, a_patient

NEW_YORK = ZoneInfo("America/New_York")


class Line(NamedTuple):
    """A provider with hours from 9 to 5, seen for a reason of 20 minutes; `monday` is the one after the next."""

    office: practices.NewOffice
    provider: int
    reason: int
    monday: date

    def at(self, hour: int, minute: int = 0, days: int = 0) -> datetime:
        """A moment of that Monday, or so many days after it."""
        day = self.monday + timedelta(days=days)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)

    def chart_of(self, person: Patient) -> int:
        """The chart of a person at the office, connected."""
        return connections.a_connection(person.person_id, self.office.id)

    def visit(self, chart: int, at: datetime, state: str = "booked") -> UUID:
        """A visit of the provider."""
        return appointments.an_appointment(chart, self.provider, self.reason, at, state)

    def wish(self, chart: int, visit: UUID | None = None, **more: object) -> UUID:
        """The next in line."""
        return appointments.a_wish(chart, self.provider, self.reason, visit, **more)

    def somebody(self, **more: object) -> tuple[Patient, UUID]:
        """Somebody new who waits for any time, last in line."""
        person = a_patient()
        return person, self.wish(self.chart_of(person), **more)


def a_line(office: practices.NewOffice) -> Line:
    """At an office that is there."""
    provider = practices.a_provider(office.id, "Imre", "Lindgren-Ash")
    appointments.some_hours(provider)
    today = clock.now().astimezone(NEW_YORK).date()
    monday = today + timedelta(days=14 - today.weekday())
    return Line(office, provider, appointments.a_reason(office.id, provider, name="Blood pressure"), monday)


def serve() -> None:
    """What the sweep does for the wait list."""
    if passing_on.is_due(clock.now()):
        with database.writing():
            passing_on.lapse(clock.now())
        more = True
        while more:
            with database.writing():
                more = passing_on.pass_on(clock.now()) > 0


def entry(public_id: UUID) -> WaitListEntry:
    """An entry as it is stored now."""
    with database.writing() as session:
        row = session.scalars(select(WaitListEntry).where(WaitListEntry.public_id == public_id)).one()
        session.expunge(row)
        return row


def offered(public_id: UUID) -> Appointment | None:
    """What is offered to somebody (or was taken by them)."""
    with database.writing() as session:
        row = session.scalar(
            select(Appointment)
            .join(WaitListEntry, WaitListEntry.offer_id == Appointment.id)
            .where(WaitListEntry.public_id == public_id)
        )
        if row is not None:
            session.expunge(row)
        return row


def became() -> list[str | None]:
    """What became of every offer so far, in order."""
    with database.writing() as session:
        return list(session.scalars(select(WaitListOffer.became).order_by(WaitListOffer.id)))


def freed() -> int:
    """How many spans wait for the sweep."""
    with database.writing() as session:
        return len(list(session.scalars(select(FreedTime.id))))

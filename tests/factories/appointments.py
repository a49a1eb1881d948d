"""What offices offer, and visits in any state."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.appointments import claims
from portal.domain.appointments.models import Appointment, OfferedReason, TimeOff, VisitReason, WeeklyHours
from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.appointments.rules import CLAIMING
from portal.domain.appointments.types import Length
from portal.domain.appointments.waiting_models import WaitListEntry
from portal.domain.practices.models import Provider
from portal.kernel import clock, database

_LONG_AGO = date(2020, 1, 1)


def a_reason(office_id: int, *provider_ids: int, name: str = "Follow-up", minutes: int = 20, **more: Any) -> int:
    """A visit reason that the providers offer. Its inner id."""
    with database.writing() as session:
        reason = VisitReason(office_id=office_id, name=name, minutes=minutes, **more)
        session.add(reason)
        session.flush()
        session.add_all(
            OfferedReason(office_id=office_id, reason_id=reason.id, provider_id=provider_id)
            for provider_id in provider_ids
        )
        return reason.id


def some_hours(provider_id: int, starts: int = 9 * 60, ends: int = 17 * 60, **more: Any) -> None:
    """Open from Monday to Friday (or `weekdays`) at the provider's location, pause from 12 to 1."""
    weekdays = more.pop("weekdays", range(5))
    values = {"pause_starts": 12 * 60, "pause_ends": 13 * 60, "slot_minutes": 20, "from_day": _LONG_AGO} | more
    with database.writing() as session:
        provider = session.get_one(Provider, provider_id)
        values = {"location_id": provider.location_id} | values
        session.add_all(
            WeeklyHours(
                office_id=provider.office_id,
                provider_id=provider_id,
                weekday=weekday,
                starts=starts,
                ends=ends,
                **values,
            )
            for weekday in weekdays
        )


def time_off(office_id: int, from_day: date, until_day: date | None = None, **more: Any) -> None:
    """Days off of a provider (`provider_id`) or of the office."""
    with database.writing() as session:
        session.add(TimeOff(office_id=office_id, from_day=from_day, until_day=until_day or from_day, **more))


def an_appointment(
    chart_id: int, provider_id: int, reason_id: int, starts_at: datetime, state: str = "booked", **more: Any
) -> UUID:
    """A visit, with the claims that its state has. Its outer id."""
    now = clock.now()
    with database.writing() as session:
        provider, reason = session.get_one(Provider, provider_id), session.get_one(VisitReason, reason_id)
        values = {"minutes": reason.minutes, "requested_at": now, "location_id": provider.location_id}
        values |= {"held_until": now + timedelta(minutes=10)} if state == "held" else {}
        row = Appointment(
            office_id=provider.office_id,
            chart_id=chart_id,
            provider_id=provider_id,
            reason_id=reason_id,
            starts_at=starts_at,
            state=state,
            **(values | more),
        )
        session.add(row)
        session.flush()
        if state in CLAIMING:
            claims.claim(row, Length(row.minutes, reason.buffer_minutes), range(20), starts_at=starts_at, now=now)
        return row.public_id


def location_of(provider_id: int) -> int:
    """Where a provider works, inside a transaction."""
    return database.session().get_one(Provider, provider_id).location_id


def a_wish(chart_id: int, provider_id: int, reason_id: int, visit: UUID | None = None, **more: Any) -> UUID:
    """Somebody waits for a time (earlier than that of a visit) of the provider. Its outer id."""
    now = clock.now()
    with database.writing() as session:
        provider = session.get_one(Provider, provider_id)
        row = session.scalars(select(Appointment).where(Appointment.public_id == visit)).one() if visit else None
        values = {"until_day": (row.starts_at if row else now + timedelta(days=90)).date(), "asked_at": now}
        values |= {"provider_id": provider_id, "notice_hours": 2, "appointment_id": row.id if row else None}
        entry = WaitListEntry(office_id=provider.office_id, chart_id=chart_id, reason_id=reason_id, **(values | more))
        session.add(entry)
        session.flush()
        return entry.public_id


def a_question(chart_id: int, provider_id: int, reason_id: int, **more: Any) -> UUID:
    """Somebody found no time and asks the provider's office. Its outer id."""
    with database.writing() as session:
        provider = session.get_one(Provider, provider_id)
        values = {"words": "Is there anything on Fridays?", "asked_at": clock.now()} | more
        row = TimeQuestion(
            office_id=provider.office_id, chart_id=chart_id, provider_id=provider_id, reason_id=reason_id, **values
        )
        session.add(row)
        session.flush()
        return row.public_id

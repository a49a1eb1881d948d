"""What deeds on visits left behind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.domain.appointments.models import Appointment, AppointmentEvent, Claim
from portal.domain.audit.models import AuditEntry, AuditSubject
from portal.domain.outbox.models import OutboxMessage
from portal.kernel import database


def visit(public_id: UUID) -> Appointment:
    """A visit as it is stored now."""
    with database.writing() as session:
        row = session.scalars(select(Appointment).where(Appointment.public_id == public_id)).one()
        session.expunge(row)
        return row


def claimed(public_id: UUID | None = None) -> int:
    """How many grains a visit has (or all visits)."""
    counted = select(func.count()).select_from(Claim)
    if public_id:
        counted = counted.join(Appointment, Appointment.id == Claim.appointment_id).where(
            Appointment.public_id == public_id
        )
    with database.writing() as session:
        return session.scalar(counted) or 0


def happened(public_id: UUID) -> list[tuple[str, str]]:
    """The history of a visit: deed, and who."""
    events = (
        select(AppointmentEvent.deed, AppointmentEvent.by_kind)
        .join(Appointment, Appointment.id == AppointmentEvent.appointment_id)
        .where(Appointment.public_id == public_id)
        .order_by(AppointmentEvent.id)
    )
    with database.writing() as session:
        return [tuple(row) for row in session.execute(events)]


def told() -> list[tuple[str, str, int]]:
    """Every notice on its way: name and to whom."""
    with database.writing() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        return [(row.message, row.to_kind, row.to_id) for row in rows]


def events_of(chain: str, subject_id: int) -> list[str]:
    """An audit chain."""
    entries = (
        select(AuditEntry.event)
        .where(AuditEntry.chain == chain, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.seq)
    )
    with database.writing() as session:
        return list(session.scalars(entries))


def shown() -> list[Any]:
    """The persons of the charts that lists showed."""
    with database.writing() as session:
        return list(session.scalars(select(AuditSubject.person_id)))

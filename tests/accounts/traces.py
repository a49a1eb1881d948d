"""What a deed leaves behind: audit rows and notices to offices."""

from __future__ import annotations

from sqlalchemy import select

from portal.domain.accounts.models import Address, Person
from portal.domain.audit.models import AuditEntry
from portal.domain.outbox.models import OutboxMessage
from portal.kernel import database


def events_of(person_id: int) -> list[str]:
    """What was done to a person's record, without the views of it."""
    found = select(AuditEntry.event).where(AuditEntry.chain == "person", AuditEntry.subject_id == person_id)
    return [event for event in _all(found.order_by(AuditEntry.seq)) if not event.endswith((".viewed", ".opened"))]


def offices_told() -> list[int]:
    """The offices that a notice about a changed profile waits for."""
    return _all(select(OutboxMessage.to_id).where(OutboxMessage.message == "profile_changed"))


def person(person_id: int) -> Person:
    """The stored person."""
    (found,) = _all(select(Person).where(Person.id == person_id))
    return found


def addresses(person_id: int) -> list[Address]:
    """The stored addresses, oldest first."""
    return _all(select(Address).where(Address.person_id == person_id).order_by(Address.id))


def default_of(person_id: int) -> list[str]:
    """The names of the default addresses: there must be one."""
    return [address.label for address in addresses(person_id) if address.is_default]


def _all(statement):
    with database.apart() as session:
        return list(session.scalars(statement))

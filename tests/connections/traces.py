"""What asking and answering leave behind."""

from __future__ import annotations

from sqlalchemy import select

from portal.domain.audit.models import AuditEntry
from portal.domain.connections.models import Connection, ConnectionRequest
from portal.domain.outbox.models import OutboxMessage
from portal.kernel import database


def requests(**known: object) -> list[ConnectionRequest]:
    """The stored requests, oldest first."""
    return _all(select(ConnectionRequest).filter_by(**known).order_by(ConnectionRequest.id))


def connections(person_id: int) -> list[Connection]:
    """The open connections of a person."""
    return _all(select(Connection).where(Connection.person_id == person_id, Connection.ended_at.is_(None)))


def events_of(person_id: int) -> list[str]:
    """What was done about a person, and who of the office looked; not their own looking."""
    found = select(AuditEntry.event).where(AuditEntry.chain == "person", AuditEntry.subject_id == person_id)
    mine = ("connections.viewed", "sign_in.opened", "home.viewed")
    return [event for event in _all(found.order_by(AuditEntry.seq)) if event not in mine]


def told() -> list[tuple[str, str, int]]:
    """The notices that wait: message, kind and inner id of whom they are for."""
    with database.apart() as session:
        rows = session.execute(
            select(OutboxMessage.message, OutboxMessage.to_kind, OutboxMessage.to_id).order_by(OutboxMessage.id)
        )
        return [tuple(row) for row in rows if row[0] != "new_device"]


def _all(statement):
    with database.apart() as session:
        return list(session.scalars(statement))

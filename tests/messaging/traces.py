"""What deeds on conversations left behind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.audit.models import AuditEntry
from portal.domain.messaging.models import Conversation, ConversationEvent, Message, ReadMark
from portal.domain.outbox.models import OutboxMessage
from portal.kernel import database


def conversations() -> list[Any]:
    """Every conversation as it is stored now, in the order of beginning."""
    return _all(select(Conversation).order_by(Conversation.id))


def conversation(public_id: UUID) -> Any:
    """One of them."""
    return next(one for one in conversations() if one.public_id == public_id)


def said(public_id: UUID) -> list[tuple[str, str]]:
    """Role of the author and words of each message."""
    of_one = select(Message).where(Message.conversation_id == conversation(public_id).id).order_by(Message.number)
    return [(one.by_role, one.body) for one in _all(of_one)]


def happened(public_id: UUID) -> list[str]:
    """What else was done."""
    of_one = select(ConversationEvent).where(ConversationEvent.conversation_id == conversation(public_id).id)
    return [one.deed for one in _all(of_one.order_by(ConversationEvent.id))]


def mark(public_id: UUID, kind: str, by_id: int) -> tuple[int, int] | None:
    """Through which message somebody has read it, and how many they have not."""
    key = (conversation(public_id).id, kind, by_id)
    found = [one for one in _all(select(ReadMark)) if (one.conversation_id, one.by_kind, one.by_id) == key]
    return (found[0].number, found[0].unread) if found else None


def told() -> list[tuple[str, str, int]]:
    """Every notice on its way: name and to whom."""
    return [(one.message, one.to_kind, one.to_id) for one in _all(select(OutboxMessage).order_by(OutboxMessage.id))]


def events_of(person_id: int) -> list[str]:
    """The audit chain of a person."""
    entries = select(AuditEntry).where(AuditEntry.chain == "person", AuditEntry.subject_id == person_id)
    return [one.event for one in _all(entries.order_by(AuditEntry.seq))]


def _all(statement: Any) -> list[Any]:
    with database.writing() as session:
        rows = list(session.scalars(statement))
        session.expunge_all()
        return rows

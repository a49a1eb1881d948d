"""Conversations in any state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.domain.messaging import rules
from portal.domain.messaging.models import Conversation, Message, ReadMark, SavedReply
from portal.kernel import clock, database


def a_conversation(
    chart_id: int,
    person_id: int,
    office_id: int,
    account_id: int,
    *bodies: str,
    provider_id: int | None = None,
    at: datetime | None = None,
    **more: Any,
) -> UUID:
    """What the person wrote, message by message, and nobody has answered yet. Its outer id."""
    at, bodies = at or clock.now(), bodies or ("My knee hurts when I climb stairs.",)
    values = {"subject": "Question about my knee", "state": "waiting", "waiting_since": at} | more
    values = {"due_at": at + timedelta(days=3), "last_by": "patient", "last_at": at} | values
    with database.writing() as session:
        row = Conversation(
            office_id=office_id,
            chart_id=chart_id,
            person_id=person_id,
            provider_id=provider_id,
            started_at=at,
            messages=len(bodies),
            snippet=rules.snippet_of(bodies[-1]),
            **values,
        )
        session.add(row)
        session.flush()
        wrote = {"by_kind": "patient", "by_id": account_id, "by_role": "patient"}
        session.add_all(
            Message(office_id=office_id, conversation_id=row.id, number=number, at=at, body=body, **wrote)
            for number, body in enumerate(bodies, 1)
        )
        session.add(
            ReadMark(conversation_id=row.id, by_kind="patient", by_id=account_id, number=len(bodies), at=at, unread=0)
        )
        return row.public_id


def a_saved_reply(office_id: int, name: str, body: str, body_es: str | None = None) -> UUID:
    """What an office answers with again and again. Its outer id."""
    with database.writing() as session:
        row = SavedReply(office_id=office_id, name=name, body=body, body_es=body_es)
        session.add(row)
        session.flush()
        return row.public_id

"""Somebody closes their account: what they and the office wrote stays in the chart, and nobody goes on with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from portal.domain.messaging import attaching
from portal.domain.messaging.models import Conversation, ConversationEvent, Draft, ReadMark
from portal.domain.messaging.types import State
from portal.domain.viewer import Actor
from portal.kernel import database


def leave(person_id: int, actor: Actor, now: datetime) -> None:
    """Close what is open, and forget what they had read, and what they had typed and not sent."""
    session = database.session()
    theirs = select(Conversation).where(Conversation.person_id == person_id, Conversation.state != State.CLOSED)
    for row in session.scalars(theirs.with_for_update()):
        row.state, row.waiting_since, row.due_at = State.CLOSED, None, None
        session.add(
            ConversationEvent(
                office_id=row.office_id,
                conversation_id=row.id,
                at=now,
                deed="left",
                by_kind=actor.kind,
                by_id=actor.id,
            )
        )
    attaching.forget_of(actor)
    session.execute(delete(Draft).where(Draft.by_kind == actor.kind, Draft.by_id == actor.id))
    session.execute(delete(ReadMark).where(ReadMark.by_kind == actor.kind, ReadMark.by_id == actor.id))

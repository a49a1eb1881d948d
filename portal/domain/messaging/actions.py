"""What a person does: begin a conversation, and go on with it. Nothing is ever changed or taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, case, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from portal.domain.audit.actions import record
from portal.domain.connections.models import Connection
from portal.domain.messaging import attaching, drafts, rules
from portal.domain.messaging.models import Conversation, Message, ReadMark
from portal.domain.messaging.types import Recipient, State, Thread
from portal.domain.practices.models import Provider
from portal.domain.viewer import Actor, Viewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

#: SQLite knows these words too. A mark goes on, never back.
_MARK = insert(ReadMark).values(
    {name: bindparam(name) for name in ("conversation_id", "by_kind", "by_id", "number", "at", "unread")}
)
_READ = _MARK.on_conflict_do_update(
    index_elements=[ReadMark.conversation_id, ReadMark.by_kind, ReadMark.by_id],
    set_={
        "number": _MARK.excluded.number,
        "at": case((ReadMark.number < _MARK.excluded.number, _MARK.excluded.at), else_=ReadMark.at),
        "unread": 0,
    },
    where=or_(ReadMark.number < _MARK.excluded.number, ReadMark.unread > 0),
)


def start(viewer: Viewer, recipient: Recipient, *, subject: str, body: str, due_at: datetime, now: datetime) -> UUID:
    """Begin a conversation. Its outer id. `recipient` and `due_at` are looked up for this person, in this request.

    Raises:
        Refused: `message_too_long`, or `takes_no_messages`.
    """
    refuse_if(rules.why_not_say(body))
    refuse_if(rules.why_not_write_to(takes_messages=recipient.takes_messages, name=recipient.name))
    row = Conversation(
        public_id=uuid4(),
        office_id=recipient.office_id,
        chart_id=recipient.chart_id,
        person_id=viewer.person_id,
        provider_id=recipient.provider_id,
        subject=subject,
        state=State.WAITING,
        started_at=now,
        last_at=now,
        last_by="patient",
        snippet="",
        messages=0,
    )
    database.session().add(row)
    _wait(row, due_at, now)
    say(row, viewer.actor, "patient", body, now, place=drafts.NEW)
    record("conversation.started", by=viewer, about=row.public_id, section="messaging")
    return row.public_id


def reply(viewer: Viewer, public_id: UUID, *, body: str, due_at: datetime, now: datetime) -> None:
    """Go on with a conversation of one's own.

    Raises:
        Missing: there is none, or it is somebody else's.
        Refused: `message_too_long`, `conversation_closed`, or `takes_no_messages`.
    """
    refuse_if(rules.why_not_say(body))
    row = _for_update(viewer, public_id)
    provider = database.session().get(Provider, row.provider_id) if row.provider_id else None
    takes = takes_messages(provider)
    name = f"{provider.given} {provider.family}, {provider.credentials}" if provider else None
    refuse_if(rules.why_not_go_on(State(row.state), takes_messages=takes, name=name))
    if row.state != State.WAITING:
        _wait(row, due_at, now)
    say(row, viewer.actor, "patient", body, now)
    _change_mark(viewer, public_id, archived_at=None)
    record("conversation.replied", by=viewer, about=row.public_id, section="messaging")


def mark_unread(viewer: Viewer, public_id: UUID) -> None:
    """Have a conversation of one's own stand among what is new again.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    _change_mark(viewer, public_id, unread=1)


def archive(viewer: Viewer, public_id: UUID, now: datetime | None) -> None:
    """Put a conversation of one's own away until somebody writes again; or (None) back into the list.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    _change_mark(viewer, public_id, archived_at=now)


def _change_mark(viewer: Viewer, public_id: UUID, **values: Any) -> None:
    row = _for_update(viewer, public_id)
    mine = (ReadMark.by_kind == viewer.actor.kind, ReadMark.by_id == viewer.actor.id)
    database.session().execute(update(ReadMark).where(ReadMark.conversation_id == row.id, *mine).values(**values))


def note_read(actor: Actor, conversation_id: int, number: int, now: datetime) -> None:
    """Somebody has a conversation before their eyes, through a message. Outside of any transaction."""
    values = {"conversation_id": conversation_id, "by_kind": actor.kind, "by_id": actor.id}
    database.write_apart(_READ, **values, number=number, at=now, unread=0)


def note_read_by_person(viewer: Viewer, thread: Thread, now: datetime) -> None:
    """The same, where there was anything new for them."""
    if thread.unread or thread.number < thread.messages:
        note_read(viewer.actor, thread.id, thread.messages, now)


def say(row: Conversation, actor: Actor, role: str, body: str, now: datetime, *, place: str | None = None) -> None:
    """Add a message, which its author has read, with what they attached to its draft. The conversation is held, or new.

    `place`: that of the draft, where it is not the conversation's.
    """
    session, place = database.session(), place or drafts.place_of(row.public_id)
    row.messages += 1
    row.last_at, row.last_by, row.snippet = now, actor.kind, rules.snippet_of(body)
    session.flush()
    session.add(
        Message(
            office_id=row.office_id,
            conversation_id=row.id,
            number=row.messages,
            at=now,
            by_kind=actor.kind,
            by_id=actor.id,
            by_role=role,
            body=body,
        )
    )
    session.flush()
    attaching.send_along(actor, place, row.id, row.messages)
    values = {"conversation_id": row.id, "by_kind": actor.kind, "by_id": actor.id}
    database.write(_READ, **values, number=row.messages, at=now, unread=0)
    drafts.forget(actor, place)


def takes_messages(provider: Provider | None) -> bool:
    """Whether a conversation with them can be gone on with; a pool (None) always takes messages."""
    return provider is None or (provider.takes_messages and provider.ended_at is None)


def _wait(row: Conversation, due_at: datetime, now: datetime) -> None:
    """The office is to answer, by a moment."""
    row.state, row.waiting_since, row.due_at = State.WAITING, now, due_at


def _for_update(viewer: Viewer, public_id: UUID) -> Conversation:
    mine = (
        select(Conversation)
        .join(
            Connection,
            (Connection.office_id == Conversation.office_id)
            & (Connection.chart_id == Conversation.chart_id)
            & (Connection.person_id == Conversation.person_id),
        )
        .where(
            Conversation.public_id == public_id,
            Conversation.person_id == viewer.person_id,
            Connection.ended_at.is_(None),
        )
    )
    row = database.session().scalar(mine.with_for_update(of=Conversation))
    if row is None:
        raise Missing
    return row

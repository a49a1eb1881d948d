"""What the office does with a conversation: answer, close, reopen, give it to somebody, or take it to the pool."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from portal.domain.accounts.models import Account, StaffMember
from portal.domain.charts.actions import record_at
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.messaging import rules
from portal.domain.messaging.actions import say, takes_messages
from portal.domain.messaging.models import Conversation, ConversationEvent, ReadMark, StaffNote
from portal.domain.messaging.types import State
from portal.domain.outbox.actions import queue
from portal.domain.practices.models import Position, Provider
from portal.domain.viewer import Actor, StaffViewer
from portal.kernel import database
from portal.kernel.refusal import Missing, refuse_if

_UNREAD = (
    insert(ReadMark)
    .values({name: bindparam(name) for name in ("conversation_id", "by_kind", "by_id", "number", "at", "unread")})
    .on_conflict_do_update(
        index_elements=[ReadMark.conversation_id, ReadMark.by_kind, ReadMark.by_id],
        set_={"unread": ReadMark.unread + 1, "archived_at": None},
    )
)


def reply(viewer: StaffViewer, public_id: UUID, *, body: str, now: datetime) -> None:
    """Answer the person. They are told that a message waits.

    Raises:
        Missing: no such conversation in the viewer's office.
        Refused: `message_too_long`, `person_not_connected`, `conversation_closed_here`, `provider_takes_no_messages`.
    """
    refuse_if(rules.why_not_say(body))
    row = _for_update(viewer, public_id)
    account = _account_of(row)
    provider = database.session().get(Provider, row.provider_id) if row.provider_id else None
    refuse_if(
        rules.why_not_answer(
            State(row.state),
            takes_messages=takes_messages(provider),
            name=f"{provider.given} {provider.family}" if provider else None,
            is_connected=account is not None,
        )
    )
    row.state, row.waiting_since, row.due_at = State.ANSWERED, None, None
    say(row, viewer.actor, viewer.role, body, now)
    assert account is not None
    database.write(
        _UNREAD, conversation_id=row.id, by_kind="patient", by_id=account, number=0, at=row.started_at, unread=1
    )
    queue("message_waiting", to=Actor("patient", account), about=row.public_id, office_id=row.office_id)
    _record(viewer, row, "replied")


def write_note(viewer: StaffViewer, public_id: UUID, *, body: str, now: datetime) -> None:
    """Tell colleagues something about a conversation. Its person never sees it, and nobody can change it.

    Raises:
        Missing: no such conversation in the viewer's office.
    """
    row = _for_update(viewer, public_id)
    database.session().add(
        StaffNote(office_id=row.office_id, conversation_id=row.id, at=now, staff_member_id=viewer.actor.id, body=body)
    )
    _record(viewer, row, "noted")


def close(viewer: StaffViewer, public_id: UUID, *, version: int, now: datetime) -> None:
    """It is over: it can be read, and not gone on with until it is opened again.

    Raises:
        Missing: no such conversation in the viewer's office.
        Refused: `conversation_went_on`.
    """
    row = _as_seen(viewer, public_id, version)
    if row.state == State.CLOSED:
        return
    row.state, row.waiting_since, row.due_at = State.CLOSED, None, None
    _note(viewer, row, "closed", now)


def reopen(viewer: StaffViewer, public_id: UUID, *, version: int, now: datetime) -> None:
    """Open it again. It counts as answered until somebody writes.

    Raises:
        Missing, Refused: as `close`.
    """
    row = _as_seen(viewer, public_id, version)
    if row.state != State.CLOSED:
        return
    row.state = State.ANSWERED
    _note(viewer, row, "reopened", now)


def assign(viewer: StaffViewer, public_id: UUID, member: UUID | None, *, version: int, now: datetime) -> None:
    """Have somebody of the office take care of it, or (None) nobody in particular.

    Raises:
        Missing: no such conversation in the viewer's office.
        Refused: `conversation_went_on`, or `not_to_assign`.
    """
    row = _as_seen(viewer, public_id, version)
    staff_id = _reader(viewer, member) if member is not None else None
    refuse_if(rules.why_not_assign(works_here=member is None or staff_id is not None))
    if row.assigned_to == staff_id:
        return
    row.assigned_to = staff_id
    _note(viewer, row, "unassigned" if staff_id is None else "assigned", now, staff_id)


def take(viewer: StaffViewer, public_id: UUID, *, version: int, now: datetime) -> None:
    """Take care of it oneself.

    Raises:
        Missing, Refused: as `close`.
    """
    row = _as_seen(viewer, public_id, version)
    if row.assigned_to != viewer.actor.id:
        row.assigned_to = viewer.actor.id
        _note(viewer, row, "assigned", now, viewer.actor.id)


def to_pool(viewer: StaffViewer, public_id: UUID, *, version: int, now: datetime) -> None:
    """Take it from its provider to the pool of the office, where anybody may answer.

    Raises:
        Missing, Refused: as `close`.
    """
    row = _as_seen(viewer, public_id, version)
    if row.provider_id is None:
        return
    row.provider_id = row.assigned_to = None
    _note(viewer, row, "to_pool", now)


def _for_update(viewer: StaffViewer, public_id: UUID) -> Conversation:
    ours = select(Conversation).where(Conversation.public_id == public_id, Conversation.office_id == viewer.office_id)
    row = database.session().scalar(ours.with_for_update())
    if row is None:
        raise Missing
    return row


def _as_seen(viewer: StaffViewer, public_id: UUID, version: int) -> Conversation:
    row = _for_update(viewer, public_id)
    refuse_if(rules.why_not_as_seen(version=row.version, seen=version))
    return row


def _account_of(row: Conversation) -> int | None:
    """The account of who began it, while it is in use and connected to the chart."""
    return database.session().scalar(
        select(Account.id)
        .join(Connection, Connection.person_id == Account.person_id)
        .where(
            Account.person_id == row.person_id,
            Account.state == "active",
            Connection.office_id == row.office_id,
            Connection.chart_id == row.chart_id,
            Connection.ended_at.is_(None),
        )
        .limit(1)
    )


def _reader(viewer: StaffViewer, member: UUID) -> int | None:
    """The inner id of somebody who works at the office and reads messages there."""
    return database.session().scalar(
        select(StaffMember.id)
        .join(Position, Position.staff_member_id == StaffMember.id)
        .where(
            StaffMember.public_id == member,
            Position.office_id == viewer.office_id,
            Position.ended_at.is_(None),
            Position.role.in_(rules.READERS),
        )
    )


def _note(viewer: StaffViewer, row: Conversation, deed: str, now: datetime, staff_id: int | None = None) -> None:
    database.session().add(
        ConversationEvent(
            office_id=row.office_id,
            conversation_id=row.id,
            at=now,
            deed=deed,
            by_kind="staff",
            by_id=viewer.actor.id,
            staff_member_id=staff_id,
        )
    )
    _record(viewer, row, deed)


def _record(viewer: StaffViewer, row: Conversation, deed: str) -> None:
    """The audit line, in the chain of the chart's person."""
    chart = database.session().get_one(Chart, row.chart_id)
    record_at(chart, f"conversation.{deed}", by=viewer, section="messaging")

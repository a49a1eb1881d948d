"""One conversation as the office reads it, with what happened to it; and who may be given it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, Text, and_, bindparam, case, cast, func, literal, null, or_, select, true, union_all
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.models import AuditEntry
from portal.domain.audit.queries import with_head
from portal.domain.charts.models import Chart
from portal.domain.connections.models import Connection
from portal.domain.messaging import attached
from portal.domain.messaging.actions import note_read
from portal.domain.messaging.desk import IS_MINE, OURS, PROVIDER
from portal.domain.messaging.drafts import OWN, place_of
from portal.domain.messaging.models import (
    Conversation,
    ConversationEvent,
    Draft,
    Message,
    ReadMark,
    SavedReply,
    StaffNote,
)
from portal.domain.messaging.queries import NEWEST, SHOWN, read_by
from portal.domain.messaging.rules import READERS
from portal.domain.messaging.types import Colleague, Event, Named, Note, OfficeThread, Said
from portal.domain.practices.models import Position, Provider
from portal.domain.viewer import Head, StaffViewer
from portal.kernel import database
from portal.kernel.database import Moment
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

_to, _head, _links = aliased(StaffMember), aliased(AuditEntry), aliased(AuditEntry)
_ONE = (
    select(Conversation.id)
    .where(Conversation.public_id == bindparam("public_id"), Conversation.office_id == bindparam("office_id"))
    .scalar_subquery()
)
_SAID = (
    select(
        Message.conversation_id,
        Message.number,
        Message.at,
        Message.by_kind,
        Message.by_role,
        (StaffMember.given + " " + StaffMember.family).label("author"),
        Message.body,
        attached.of_message().label("files"),
    )
    .outerjoin(StaffMember, and_(Message.by_kind == "staff", StaffMember.id == Message.by_id))
    .where(
        Message.office_id == bindparam("office_id"),
        Message.conversation_id == _ONE,
        Message.number < bindparam("before", type_=Integer()),
    )
    .order_by(Message.number.desc())
    .limit(SHOWN + 1)
    .subquery("said")
)
_HAPPENED = (
    select(
        ConversationEvent.conversation_id,
        cast(null(), Integer),
        ConversationEvent.at,
        ConversationEvent.by_kind,
        ConversationEvent.deed,
        (StaffMember.given + " " + StaffMember.family).label("author"),
        cast(_to.given + " " + _to.family, Text).label("body"),
        cast(null(), Text),
    )
    .outerjoin(StaffMember, and_(ConversationEvent.by_kind == "staff", StaffMember.id == ConversationEvent.by_id))
    .outerjoin(_to, _to.id == ConversationEvent.staff_member_id)
    .where(ConversationEvent.office_id == bindparam("office_id"), ConversationEvent.conversation_id == _ONE)
)
_NOTED = (
    select(
        StaffNote.conversation_id,
        cast(null(), Integer),
        StaffNote.at,
        literal("note"),
        literal(""),
        (StaffMember.given + " " + StaffMember.family).label("author"),
        StaffNote.body,
        cast(null(), Text),
    )
    .join(StaffMember, StaffMember.id == StaffNote.staff_member_id)
    .where(StaffNote.office_id == bindparam("office_id"), StaffNote.conversation_id == _ONE)
)
_SAVED = (
    select(
        Conversation.id,
        cast(null(), Integer),
        cast(null(), Moment()),
        literal("saved"),
        literal(""),
        SavedReply.name,
        cast(SavedReply.public_id, Text),
        cast(null(), Text),
    )
    .join(SavedReply, SavedReply.office_id == Conversation.office_id)
    .where(Conversation.id == _ONE)
)
_LINES = union_all(select(*_SAID.c), _HAPPENED, _NOTED, _SAVED).subquery("lines")
_CONNECTED = (
    select(func.count())
    .where(
        Connection.office_id == Conversation.office_id,
        Connection.chart_id == Conversation.chart_id,
        Connection.person_id == Conversation.person_id,
        Connection.ended_at.is_(None),
    )
    .scalar_subquery()
)
_THREAD = with_head(
    select(
        Conversation.id,
        Conversation.public_id,
        Conversation.version,
        Conversation.subject,
        Conversation.state,
        Conversation.due_at,
        Conversation.messages,
        PROVIDER.label("provider"),
        and_(func.coalesce(Provider.takes_messages, true()), Provider.ended_at.is_(None)).label("takes_messages"),
        _CONNECTED.label("is_connected"),
        (StaffMember.given + " " + StaffMember.family).label("assigned"),
        IS_MINE.label("is_mine"),
        Chart.public_id.label("chart"),
        Chart.number.label("chart_number"),
        Chart.person_id,
        Chart.given,
        Chart.family,
        Chart.birth_date,
        func.coalesce(ReadMark.number, 0).label("read_number"),
        read_by("patient").label("read_at"),
        Draft.content,
        Draft.saved_at,
        attached.of_draft().label("draft_files"),
    )
    .select_from(Conversation)
    .join(Chart, Chart.id == Conversation.chart_id)
    .join(_LINES, _LINES.c.conversation_id == Conversation.id)
    .outerjoin(Provider, Provider.id == Conversation.provider_id)
    .outerjoin(StaffMember, StaffMember.id == Conversation.assigned_to)
    .outerjoin(
        ReadMark,
        and_(
            ReadMark.conversation_id == Conversation.id,
            ReadMark.by_kind == "staff",
            ReadMark.by_id == bindparam("reader_id"),
        ),
    )
    .outerjoin(Draft, OWN)
    .where(Conversation.public_id == bindparam("public_id"), OURS),
    "person",
    Chart.person_id,
).add_columns(*list(_LINES.c)[1:])
_WIDTH = OfficeThread._fields.index("head")
#: Who may be given a conversation of the viewer's office; the version of it comes along.
_COLLEAGUES = (
    select(
        Conversation.version,
        StaffMember.public_id,
        (StaffMember.given + " " + StaffMember.family).label("name"),
        Position.role,
        case((Conversation.assigned_to == StaffMember.id, 1), else_=0).label("has_it"),
    )
    .select_from(Conversation)
    .join(Position, Position.office_id == Conversation.office_id)
    .join(StaffMember, StaffMember.id == Position.staff_member_id)
    .where(
        Conversation.public_id == bindparam("public_id"),
        OURS,
        Position.ended_at.is_(None),
        or_(*(Position.role == role for role in READERS)),
    )
    .order_by(StaffMember.family, StaffMember.given, StaffMember.id)
)


def thread_of(viewer: StaffViewer, public_id: UUID, before: int = NEWEST) -> OfficeThread:
    """A conversation of the viewer's office, with its newest messages before a number and what happened meanwhile.

    Raises:
        Missing: there is none, or it is another office's.
    """
    values = {"office_id": viewer.office_id or 0, "reader_id": viewer.actor.id, "own_kind": "staff"}
    place = place_of(public_id)
    rows = database.read(Flat, _THREAD, public_id=public_id, before=before, place=place, **values)
    lines = [row[_WIDTH + 2 :] for row in rows]
    found = sorted((Said._make(line) for line in lines if line[0] is not None), key=lambda one: -one.number)
    if not found:
        raise Missing
    said, is_newest = tuple(reversed(found[:SHOWN])), before == NEWEST
    more = [line for line in lines if line[0] is None]
    happened = (Event(line[1], line[3], line[4], line[5]) for line in more if line[2] not in {"note", "saved"})
    notes = sorted(Note(line[1], line[4], line[5]) for line in more if line[2] == "note")
    saved = sorted((Named(UUID(line[5]), line[4]) for line in more if line[2] == "saved"), key=lambda one: one.name)
    events = sorted(happened, key=lambda one: one.at)
    meanwhile = (one for one in events if one.at >= said[0].at and (is_newest or one.at <= said[-1].at))
    head = Head.of(*rows[0][_WIDTH : _WIDTH + 2])
    earlier = said[0].number if len(found) > SHOWN else 0
    return OfficeThread._make((*rows[0][:_WIDTH], head, said, earlier, tuple(meanwhile), tuple(notes), tuple(saved)))


def note_read_by_staff(viewer: StaffViewer, thread: OfficeThread, now: datetime) -> None:
    """This member of staff has a conversation before their eyes, where there was anything new for them."""
    if thread.number < thread.messages:
        note_read(viewer.actor, thread.id, thread.messages, now)


def colleagues_of(viewer: StaffViewer, public_id: UUID) -> tuple[int, list[Colleague]]:
    """The version of a conversation, and who may be given it.

    Raises:
        Missing: there is none, or it is another office's.
    """
    rows = database.read(Flat, _COLLEAGUES, public_id=public_id, office_id=viewer.office_id)
    if not rows:
        raise Missing
    return rows[0][0], [Colleague._make(row[1:]) for row in rows]

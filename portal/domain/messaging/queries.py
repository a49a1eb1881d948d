"""What a person reads of their conversations: those that they began, in the charts that they are connected to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    text,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import Account, StaffMember
from portal.domain.connections.models import CareTeamMember, Connection
from portal.domain.messaging import attached
from portal.domain.messaging.drafts import OWN, place_of
from portal.domain.messaging.models import Conversation, Draft, Message, ReadMark
from portal.domain.messaging.types import Row, Said, Tab, Thread
from portal.domain.practices.models import Office, Position, Provider
from portal.domain.viewer import Role, Viewer
from portal.kernel import database
from portal.kernel.database import Moment
from portal.kernel.paging import Page, cut
from portal.kernel.refusal import Missing
from portal.kernel.rows import Flat

#: So many conversations, and so many messages of one, are shown at once.
LISTED, SHOWN = 20, 20
#: Before this number is every message.
NEWEST = 2**31 - 1

#: Amara Fenwick-Osei, MD.
PROVIDER = Provider.given + " " + Provider.family + ", " + Provider.credentials
MINE = (
    Conversation.person_id == bindparam("person_id"),
    exists().where(
        Connection.office_id == Conversation.office_id,
        Connection.chart_id == Conversation.chart_id,
        Connection.person_id == Conversation.person_id,
        Connection.ended_at.is_(None),
    ),
)
#: What a patient has not read yet, in the words of the partial index, so that both databases use it.
UNREAD = text("read_mark.unread > 0")


def _marked(kind: str) -> ColumnElement[bool]:
    """The viewer's own mark of a conversation."""
    return and_(
        ReadMark.conversation_id == Conversation.id,
        ReadMark.by_kind == kind,
        ReadMark.by_id == bindparam("reader_id"),
    )


def _listed(*where: ColumnElement[bool]) -> Any:
    """Conversations, latest first, as a part of the page's one statement."""
    found = (
        select(
            Conversation.public_id,
            Conversation.subject,
            Conversation.state,
            Conversation.last_at.label("at"),
            Conversation.last_by,
            Conversation.snippet,
            PROVIDER.label("with_name"),
            Office.name.label("office_name"),
            func.coalesce(ReadMark.unread, 0).label("unread"),
        )
        .join(Office, Office.id == Conversation.office_id)
        .outerjoin(Provider, Provider.id == Conversation.provider_id)
        .outerjoin(ReadMark, _marked("patient"))
        .where(*MINE, Conversation.last_at < bindparam("before", type_=Moment()), *where)
        .order_by(Conversation.last_at.desc(), Conversation.id.desc())
        .limit(LISTED + 1)
        .subquery("listed")
    )
    return select(literal("row").label("kind"), *found.c)


def _unread_of(*where: ColumnElement[bool]) -> Any:
    """How many messages of some conversations the viewer has not read: of the few that have any."""
    return (
        select(func.coalesce(func.sum(ReadMark.unread), 0))
        .join(Conversation, Conversation.id == ReadMark.conversation_id)
        .where(ReadMark.by_kind == "patient", ReadMark.by_id == bindparam("reader_id"), UNREAD, *MINE, *where)
        .scalar_subquery()
    )


def _tab(kind: str, key: Any, name: Any, unread: Any) -> Any:
    nothing = [cast(null(), String)] * 2
    return select(
        literal(kind), key, *nothing, cast(null(), Moment()), *nothing, name, Office.name, cast(unread, Integer)
    )


_WITH_PROVIDER = _unread_of(Conversation.provider_id == Provider.id)
_WITH_POOL = _unread_of(Conversation.provider_id.is_(None), Conversation.office_id == Office.id)
CONNECTED = (Connection.person_id == bindparam("person_id"), Connection.ended_at.is_(None))
_TABS = (
    _tab("provider", Provider.public_id, PROVIDER, _WITH_PROVIDER)
    .select_from(Connection)
    .join(CareTeamMember, CareTeamMember.chart_id == Connection.chart_id)
    .join(Provider, Provider.id == CareTeamMember.provider_id)
    .join(Office, Office.id == Provider.office_id)
    .where(*CONNECTED, Provider.ended_at.is_(None)),
    _tab("pool", Office.public_id, cast(null(), String), _WITH_POOL)
    .select_from(Connection)
    .join(Office, Office.id == Connection.office_id)
    .where(*CONNECTED),
)
_OF_PROVIDER = Conversation.provider_id == (
    select(Provider.id).where(Provider.public_id == bindparam("key", type_=Uuid())).scalar_subquery()
)
_OF_POOL = and_(
    Conversation.provider_id.is_(None),
    Conversation.office_id
    == (select(Office.id).where(Office.public_id == bindparam("key", type_=Uuid())).scalar_subquery()),
)
_IN_LIST, _ARCHIVED = ReadMark.archived_at.is_(None), ReadMark.archived_at.is_not(None)
_INBOX = {
    kind: union_all(*_TABS, _listed(*where))
    for kind, where in {
        "all": (_IN_LIST,),
        "provider": (_IN_LIST, _OF_PROVIDER),
        "pool": (_IN_LIST, _OF_POOL),
        "archived": (_ARCHIVED,),
    }.items()
}

#: For home: in how many conversations there is something new. Columns kind, count, first_at; values person_id.
SUMMARY = (
    select(
        literal("unread_messages").label("kind"),
        func.count().label("count"),
        cast(null(), Date()).label("first_at"),
    )
    .select_from(Account)
    .join(ReadMark, and_(ReadMark.by_kind == "patient", ReadMark.by_id == Account.id, UNREAD))
    .join(Conversation, Conversation.id == ReadMark.conversation_id)
    .where(Account.person_id == bindparam("person_id"), *MINE)
    .having(func.count() > 0)
)

_own, _mark = aliased(Message), aliased(ReadMark)
_LAST_OWN = (
    select(func.max(_own.number))
    .where(_own.conversation_id == Conversation.id, _own.by_kind == bindparam("own_kind", type_=String()))
    .scalar_subquery()
)


def read_by(kind: str) -> Any:
    """When somebody of a kind first had read the last message of the other side."""
    return (
        select(func.min(_mark.at))
        .where(_mark.conversation_id == Conversation.id, _mark.by_kind == kind, _mark.number >= _LAST_OWN)
        .scalar_subquery()
    )


#: The columns of Said, for a statement that joins messages.
SAID = (
    Message.number.label("said_number"),
    Message.at,
    Message.by_kind,
    Message.by_role,
    (StaffMember.given + " " + StaffMember.family).label("author"),
    Message.body,
    attached.of_message().label("files"),
)
OF_CONVERSATION = and_(
    Message.office_id == Conversation.office_id,
    Message.conversation_id == Conversation.id,
    Message.number < bindparam("before", type_=Integer()),
)
#: The role of who takes care of it; where nobody does, of whom it was written to.
_WITH_ROLE = func.coalesce(
    select(Position.role)
    .where(
        Position.office_id == Conversation.office_id,
        Position.staff_member_id == Conversation.assigned_to,
        Position.ended_at.is_(None),
    )
    .scalar_subquery(),
    case(
        (Conversation.provider_id.is_(None), literal(str(Role.FRONT_DESK))),
        else_=literal(str(Role.CLINICIAN)),
    ),
)
BY_STAFF = and_(Message.by_kind == "staff", StaffMember.id == Message.by_id)
_THREAD = (
    select(
        Conversation.id,
        Conversation.public_id,
        Conversation.version,
        Conversation.subject,
        Conversation.state,
        Conversation.due_at,
        Conversation.messages,
        PROVIDER.label("with_name"),
        and_(
            func.coalesce(Provider.takes_messages, true()),
            Provider.ended_at.is_(None),
        ).label("takes_messages"),
        _WITH_ROLE.label("with_role"),
        Office.public_id.label("office"),
        Office.name.label("office_name"),
        Office.phone,
        Office.time_zone,
        func.coalesce(ReadMark.number, 0).label("number"),
        func.coalesce(ReadMark.unread, 0).label("unread"),
        read_by("staff").label("read_at"),
        ReadMark.archived_at,
        Draft.content,
        Draft.saved_at,
        attached.of_draft().label("draft_files"),
        *SAID,
    )
    .select_from(Conversation)
    .join(Office, Office.id == Conversation.office_id)
    .join(Message, OF_CONVERSATION)
    .outerjoin(Provider, Provider.id == Conversation.provider_id)
    .outerjoin(StaffMember, BY_STAFF)
    .outerjoin(ReadMark, _marked("patient"))
    .outerjoin(Draft, OWN)
    .where(Conversation.public_id == bindparam("public_id"), *MINE)
    .order_by(Message.number.desc())
    .limit(SHOWN + 1)
)
_HEAD = len(Thread._fields) - 2


def inbox_of(viewer: Viewer, kind: str, key: UUID | None, before: datetime) -> tuple[list[Tab], Page[Row]]:
    """Whom the person may choose, by office and name; and their conversations, latest first.

    Args:
        kind: all, archived, or provider or pool with the `key` of its tab.
    """
    values = {"person_id": viewer.person_id, "reader_id": viewer.actor.id, "before": before}
    rows = database.read(Flat, _INBOX[kind], **values, **({} if key is None else {"key": key}))
    tabs = [Tab(row[1], row[7], row[8], row[9]) for row in rows if row[0] != "row"]
    found = sorted((Row._make(row[1:]) for row in rows if row[0] == "row"), key=lambda row: row.at, reverse=True)
    return sorted(tabs, key=lambda tab: (tab.office_name, tab.name is None, tab.name)), cut(found, LISTED)


def thread_of(viewer: Viewer, public_id: UUID, before: int = NEWEST) -> Thread:
    """A conversation of the person, with its newest messages before a number.

    Raises:
        Missing: there is none, or it is somebody else's.
    """
    values = {"person_id": viewer.person_id, "reader_id": viewer.actor.id, "own_kind": "patient"}
    place = place_of(public_id)
    rows = database.read(Flat, _THREAD, public_id=public_id, before=before, place=place, **values)
    if not rows:
        raise Missing
    return Thread._make((*rows[0][:_HEAD], *said_in(rows, _HEAD)))


def said_in(rows: Sequence[Flat], place: int) -> tuple[tuple[Said, ...], int]:
    """Messages, first to last, from rows that come latest first; and where there are more, before which number."""
    said = [Said._make(row[place : place + len(Said._fields)]) for row in rows[:SHOWN]]
    return tuple(reversed(said)), said[-1].number if len(rows) > SHOWN else 0

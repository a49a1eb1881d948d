"""Searching in messages: a person in their own, the office in its own (MSG-6). Notes among staff are not searched.

The index is the database's own (migration 0004). It gives the numbers of messages, newest first, as it goes: the first
page of a word that stands in a hundred thousand messages costs no more than that of a rare one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.actions import record_apart, record_list_apart
from portal.domain.charts.models import Chart
from portal.domain.messaging import search_rules
from portal.domain.messaging.models import Conversation, Message
from portal.domain.messaging.queries import BY_STAFF, MINE, PROVIDER
from portal.domain.messaging.types import Hit, OfficeHit, Place
from portal.domain.practices.models import Office, Provider
from portal.domain.viewer import StaffViewer, Viewer
from portal.kernel import database

#: So many messages are shown at once.
FOUND = 20
_OURS = Conversation.office_id == bindparam("office_id")
_edge, _last = aliased(Message), aliased(Conversation)
#: The message that the page before ended with.
_BEFORE = func.coalesce(
    select(_edge.id)
    .join(_last, and_(_last.office_id == _edge.office_id, _last.id == _edge.conversation_id))
    .where(
        _last.public_id == bindparam("conversation", type_=Uuid()), _edge.number == bindparam("number", type_=Integer())
    )
    .scalar_subquery(),
    literal_column(str(2**62), BigInteger()),
)
_FTS5 = table("message_words", column("rowid", Integer()), column("message_words", Text()))
_TSVECTOR = table(
    "message_words", column("message_id", BigInteger()), *map(column, ("person_id", "office_id", "words"))
)
_SAID = (
    Conversation.public_id,
    Conversation.subject,
    Conversation.messages,
    Message.number,
    Message.at,
    Message.by_kind,
    Message.by_role,
    (StaffMember.given + " " + StaffMember.family).label("author"),
    Message.body,
    PROVIDER.label("with_name"),
)


def _found(dialect: str, whose: str, *columns: Any) -> Any:
    """Messages with the wanted words, newest first, as the index has them. `whose`: person_id or office_id."""
    wanted = bindparam("wanted", type_=Text())
    index = _FTS5 if dialect == "sqlite" else _TSVECTOR
    number: Any = list(index.c)[0]
    is_wanted = (
        _FTS5.c.message_words.op("match")(wanted)
        if index is _FTS5
        else and_(_TSVECTOR.c[whose] == bindparam(whose), _TSVECTOR.c.words.op("@@")(cast(wanted, TSQUERY)))
    )
    return (
        select(*_SAID, *columns)
        .select_from(index)
        .join(Message, Message.id == number)
        .join(
            Conversation, and_(Conversation.office_id == Message.office_id, Conversation.id == Message.conversation_id)
        )
        .outerjoin(Provider, Provider.id == Conversation.provider_id)
        .outerjoin(StaffMember, BY_STAFF)
        .where(is_wanted, number < _BEFORE)
        .order_by(number.desc())
        .limit(FOUND + 1)
    )


def _mine(dialect: str) -> Any:
    of_office = Office.id == Conversation.office_id
    return _found(dialect, "person_id", Office.name.label("office_name")).join(Office, of_office).where(*MINE)


def _ours(dialect: str) -> Any:
    columns = (Chart.public_id.label("chart"), Chart.person_id, Chart.given, Chart.family, Chart.birth_date)
    return _found(dialect, "office_id", *columns).join(Chart, Chart.id == Conversation.chart_id).where(_OURS)


#: By the name of the database: each knows its own way alone.
_MINE, _THEIRS = ({one: made(one) for one in ("sqlite", "postgresql")} for made in (_mine, _ours))


def in_own(viewer: Viewer, words: tuple[str, ...], before: Place | None) -> tuple[list[Hit], Place | None]:
    """Messages of the person's conversations with all these words, newest first; and where the older ones begin.

    Conversations that were put away are among them. That messages were shown is written down before they are sent.
    """
    found = found_in_own(viewer, words, before)
    if found:
        record_apart(
            "messaging.viewed", chain=viewer.subject, actor=viewer.actor, head=viewer.chain, section="messaging"
        )
    return found[:FOUND], found[FOUND - 1].place if len(found) > FOUND else None


def in_office(
    viewer: StaffViewer, words: tuple[str, ...], before: Place | None
) -> tuple[list[OfficeHit], Place | None]:
    """The same among the conversations of the viewer's office, with whose chart each is in."""
    found = found_in_office(viewer, words, before)
    subjects = {one.chart: one.person_id for one in found[:FOUND]}
    record_list_apart("messaging.searched", by=viewer, subjects=subjects, section="messaging")
    return found[:FOUND], found[FOUND - 1].place if len(found) > FOUND else None


def found_in_own(viewer: Viewer, words: tuple[str, ...], before: Place | None) -> list[Hit]:
    """What `in_own` shows, and one more where there are more. Nothing is written down."""
    values = {"wanted": _wanted(words, f"p{viewer.person_id}"), **_from(before), "person_id": viewer.person_id}
    return database.read(Hit, _MINE[_dialect()], **values)


def found_in_office(viewer: StaffViewer, words: tuple[str, ...], before: Place | None) -> list[OfficeHit]:
    """What `in_office` shows, and one more where there are more. Nothing is written down."""
    values = {"wanted": _wanted(words, f"o{viewer.office_id}"), **_from(before), "office_id": viewer.office_id}
    return database.read(OfficeHit, _THEIRS[_dialect()], **values)


def _dialect() -> str:
    return database.engine().dialect.name


def _wanted(words: tuple[str, ...], whose: str) -> str:
    return (search_rules.for_sqlite if _dialect() == "sqlite" else search_rules.for_postgresql)(words, whose)


def _from(before: Place | None) -> dict[str, Any]:
    return {"conversation": before.conversation if before else None, "number": before.number if before else None}

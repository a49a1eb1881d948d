"""Searching in messages: a person in their own, the office in its own (MSG-6). Notes among staff are not searched.

The index is the database's own (migration 0004). It gives the numbers of messages, newest first, as it goes: the first
page of a word that stands in a hundred thousand messages costs no more than that of a rare one.
"""

from __future__ import annotations

from collections.abc import Callable
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
    not_,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import aliased

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.actions import record_apart, record_list_apart
from portal.domain.charts.models import Chart
from portal.domain.messaging import search_rules
from portal.domain.messaging.models import Conversation, Message
from portal.domain.messaging.queries import BY_STAFF, MINE, PROVIDER
from portal.domain.messaging.search_types import Hit, OfficeHit, Place
from portal.domain.practices.models import Office, Provider
from portal.domain.viewer import StaffViewer, Viewer
from portal.kernel import database

#: So many messages are shown at once.
FOUND = 20
#: So many of the latest messages are looked through on PostgreSQL before its index is asked.
_LATEST = 1000
_WANTED = bindparam("wanted", type_=Text())
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


def _in_own(found: Any) -> Any:
    """Of the person, with the office of each."""
    of_office = Office.id == Conversation.office_id
    return found.add_columns(Office.name.label("office_name")).join(Office, of_office).where(*MINE)


def _in_office(found: Any) -> Any:
    """Of the office, with whose chart each is in."""
    columns = (Chart.public_id.label("chart"), Chart.person_id, Chart.given, Chart.family, Chart.birth_date)
    return found.add_columns(*columns).join(Chart, Chart.id == Conversation.chart_id).where(_OURS)


def _said(index: Any, number: Any, *where: Any) -> Any:
    """Messages by their numbers in the index, newest first."""
    in_conversation = and_(Conversation.office_id == Message.office_id, Conversation.id == Message.conversation_id)
    return (
        select(*_SAID)
        .select_from(index)
        .join(Message, Message.id == number)
        .join(Conversation, in_conversation)
        .outerjoin(Provider, Provider.id == Conversation.provider_id)
        .outerjoin(StaffMember, BY_STAFF)
        .where(*where)
        .limit(FOUND + 1)
    )


def _by_fts5(of: Callable[[Any], Any]) -> Any:
    """SQLite goes through its index from the newest message on, whatever is looked for."""
    number = _FTS5.c.rowid
    is_wanted = _FTS5.c.message_words.op("match")(_WANTED)
    return of(_said(_FTS5, number, is_wanted, number < _BEFORE).order_by(number.desc()))


def _by_gin(of: Callable[[Any], Any], whose: str) -> Any:
    """PostgreSQL's index knows no order: what stands in many messages is found among the latest of its owner, and
    the index is asked only for what is too rare to fill a page from those.
    """
    number, wanted = _TSVECTOR.c.message_id, cast(_WANTED, TSQUERY)
    theirs = (_TSVECTOR.c[whose] == bindparam(whose, type_=BigInteger()), number < _BEFORE)
    newest = select(number, _TSVECTOR.c.words).where(*theirs).order_by(number.desc()).limit(_LATEST).subquery("newest")
    latest = of(_said(newest, newest.c.message_id, newest.c.words.op("@@")(wanted)))
    first = latest.order_by(newest.c.message_id.desc()).cte("latest")
    is_full = select(func.count()).select_from(first).scalar_subquery() > FOUND
    # Whose it is stands in `wanted` too. The words come first, by themselves: PostgreSQL, which does not know how rare
    # they are, would rather begin with all conversations of the person.
    with_words = select(number).where(_TSVECTOR.c.words.op("@@")(wanted), number + 0 < _BEFORE, not_(is_full))
    hits = with_words.cte("hits").prefix_with("MATERIALIZED")
    rest = of(_said(hits, hits.c.message_id))
    every = rest.order_by(hits.c.message_id.desc()).subquery("every")
    return union_all(select(*first.c).where(is_full), select(*every.c))


#: By the name of the database: each knows its own way alone.
_MINE = {"sqlite": _by_fts5(_in_own), "postgresql": _by_gin(_in_own, "person_id")}
_THEIRS = {"sqlite": _by_fts5(_in_office), "postgresql": _by_gin(_in_office, "office_id")}


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

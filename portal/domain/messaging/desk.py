"""What the office reads: its conversations by who takes care of them, and each one with what happened to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    text,
    true,
    union_all,
)

from portal.domain.accounts.models import StaffMember
from portal.domain.audit.actions import record_list_apart
from portal.domain.charts.models import Chart
from portal.domain.messaging.models import Conversation
from portal.domain.messaging.queries import LISTED
from portal.domain.messaging.types import OfficeRow, State, Tab
from portal.domain.practices.models import Provider
from portal.domain.viewer import StaffViewer
from portal.kernel import database
from portal.kernel.database import Moment
from portal.kernel.paging import Page, cut, cut_oldest_first
from portal.kernel.rows import Flat

PROVIDER = Provider.given + " " + Provider.family
OURS = Conversation.office_id == bindparam("office_id")
# The words of the partial index stand in the statement as they stand there, so that both databases use it.
_WAITING = text("conversation.state = 'waiting'")
IS_MINE = func.coalesce(Conversation.assigned_to == bindparam("reader_id"), text("false"))
_OF_PROVIDER = Conversation.provider_id == (
    select(Provider.id)
    .where(Provider.public_id == bindparam("key", type_=Uuid()), Provider.office_id == bindparam("office_id"))
    .scalar_subquery()
)
_WHOSE: dict[str, ColumnElement[bool]] = {
    "all": true(),
    "mine": Conversation.assigned_to == bindparam("reader_id"),
    # What is late is everybody's to answer.
    "pool": or_(
        Conversation.provider_id.is_(None),
        and_(_WAITING, Conversation.due_at < bindparam("now", type_=Moment())),
    ),
    "provider": _OF_PROVIDER,
}


def _rows(state: State, whose: str) -> Any:
    """Conversations in a state: what waits, longest first; else the latest first."""
    waits = state is State.WAITING
    at = Conversation.waiting_since if waits else Conversation.last_at
    edge = bindparam("edge", type_=Moment())
    found = (
        select(
            Conversation.public_id,
            Conversation.subject,
            Conversation.state,
            at.label("at"),
            Conversation.due_at,
            Conversation.last_by,
            Conversation.snippet,
            PROVIDER.label("provider"),
            (StaffMember.given + " " + StaffMember.family).label("assigned"),
            IS_MINE.label("is_mine"),
            Chart.public_id.label("chart"),
            Chart.person_id,
            Chart.given,
            Chart.family,
            Chart.birth_date,
        )
        .join(Chart, Chart.id == Conversation.chart_id)
        .outerjoin(Provider, Provider.id == Conversation.provider_id)
        .outerjoin(StaffMember, StaffMember.id == Conversation.assigned_to)
        .where(
            OURS,
            _WAITING if waits else Conversation.state == literal(str(state)),
            at > edge if waits else at < edge,
            _WHOSE[whose],
        )
        .order_by(at if waits else at.desc(), Conversation.id if waits else Conversation.id.desc())
        .limit(LISTED + 1)
        .subquery("listed")
    )
    return select(literal("row").label("kind"), *found.c)


def _tabs(like: Any) -> Any:
    """The providers of the office, each with how many of their conversations wait."""
    waiting = (
        select(func.count())
        .where(OURS, Conversation.provider_id == Provider.id, Conversation.state == literal(str(State.WAITING)))
        .scalar_subquery()
    )
    filled: dict[str, Any] = {
        "public_id": Provider.public_id,
        "provider": PROVIDER,
        "person_id": cast(waiting, Integer),
    }
    columns = [filled.get(one.name, cast(null(), one.type)) for one in like.selected_columns[1:]]
    return select(literal("provider"), *columns).where(
        Provider.office_id == bindparam("office_id"), Provider.ended_at.is_(None)
    )


def _listing(state: State, whose: str) -> Any:
    rows = _rows(state, whose)
    return union_all(rows, _tabs(rows))


_LISTINGS = {(state, whose): _listing(state, whose) for state in State for whose in _WHOSE}
#: For the office's Today: kind, number. Values: office_id, now.
DESK_SUMMARIES = (
    select(literal("messages_late").label("kind"), func.count().label("number"))
    .where(OURS, _WAITING, Conversation.due_at < bindparam("now", type_=Moment()))
    .having(func.count() > 0),
    select(literal("messages_waiting").label("kind"), func.count().label("number"))
    .where(OURS, _WAITING)
    .having(func.count() > 0),
)


def listing_of(
    viewer: StaffViewer, state: State, whose: str, key: UUID | None, edge: datetime, now: datetime
) -> tuple[list[Tab], Page[OfficeRow]]:
    """The providers of the office with what waits for each, and conversations in a state.

    Args:
        whose: all, mine, pool (with what is late of anybody), or provider with its `key`.
        edge: waiting ones after that moment, longest first; others before it, latest first.
    """
    values = {"office_id": viewer.office_id, "reader_id": viewer.actor.id, "edge": edge}
    values |= {"now": now} if whose == "pool" else {}
    rows = database.read(Flat, _LISTINGS[state, whose], **values, **({} if key is None else {"key": key}))
    tabs = [Tab(row[1], row[8], "", row[12]) for row in rows if row[0] == "provider"]
    found = [OfficeRow._make(row[1:]) for row in rows if row[0] == "row"]
    if state is State.WAITING:
        page = cut_oldest_first(sorted(found, key=lambda row: row.at), LISTED)
    else:
        page = cut(sorted(found, key=lambda row: row.at, reverse=True), LISTED)
    return sorted(tabs, key=lambda tab: str(tab.name)), page


def note_list(viewer: StaffViewer, rows: list[OfficeRow]) -> None:
    """That the list was shown is written down before it is sent."""
    subjects = {one.chart: one.person_id for one in rows}
    record_list_apart("messaging.listed", by=viewer, subjects=subjects, section="messaging")

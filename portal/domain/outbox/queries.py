from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Integer, bindparam, func, or_, select, text
from sqlalchemy.orm import aliased

from portal.domain.outbox import sealing
from portal.domain.outbox.lines import FIRST, QUEUED
from portal.domain.outbox.models import OutboxMessage
from portal.domain.outbox.types import CalendarPart, Leased, Shown, Trouble, Written
from portal.kernel import database


class Waiting(NamedTuple):
    """A row that is not settled."""

    id: int
    due_at: datetime
    leased_until: datetime | None


class _Id(NamedTuple):
    id: int


class _Moment(NamedTuple):
    at: datetime


class _Count(NamedTuple):
    rows: int


class _Stored(NamedTuple):
    public_id: UUID
    channel: str
    message: str
    state: str
    queued_at: datetime
    settled_at: datetime | None
    problem: str | None
    rendered: bytes | None


_FREE = or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until <= bindparam("now"))
_DUE = (
    select(OutboxMessage.id)
    .where(QUEUED, OutboxMessage.due_at <= bindparam("now"), _FREE, FIRST)
    .order_by(OutboxMessage.due_at, OutboxMessage.id)
    .limit(bindparam("most", type_=Integer))
)
_IN_LINE = (
    QUEUED,
    OutboxMessage.to_kind == bindparam("to_kind"),
    OutboxMessage.to_id == bindparam("to_id"),
    OutboxMessage.channel == bindparam("channel"),
)
_NEXT = (
    select(OutboxMessage.id, OutboxMessage.due_at, OutboxMessage.leased_until)
    .where(*_IN_LINE)
    .order_by(OutboxMessage.id)
    .limit(1)
)
_mine = aliased(OutboxMessage, name="mine")
_BEFORE = (
    select(OutboxMessage.id, OutboxMessage.due_at, OutboxMessage.leased_until)
    .join(
        _mine,
        (_mine.to_kind == OutboxMessage.to_kind)
        & (_mine.to_id == OutboxMessage.to_id)
        & (_mine.channel == OutboxMessage.channel)
        & (OutboxMessage.id < _mine.id),
    )
    .where(
        _mine.id == bindparam("row"),
        text("mine.state = 'queued'"),
        QUEUED,
        or_(OutboxMessage.lapses_at.is_not(None), _mine.lapses_at.is_(None)),
    )
    .order_by(OutboxMessage.id)
    .limit(1)
)
_OLDEST = select(OutboxMessage.due_at.label("at")).where(QUEUED, FIRST).order_by(OutboxMessage.due_at).limit(1)
_TEXTS = select(func.count().label("rows")).where(
    text("outbox_message.channel in ('sms','voice')"),
    OutboxMessage.settled_at >= bindparam("since"),
    OutboxMessage.provider_ref.is_not(None),
)
_NEWEST = (
    select(*(getattr(OutboxMessage, name) for name in _Stored._fields))
    .order_by(OutboxMessage.id.desc())
    .limit(bindparam("most", type_=Integer))
)
#: What did not arrive of an office's notices, newest first: a `Trouble` each. Values: office_id, most.
TROUBLE = (
    select(*(getattr(OutboxMessage, name) for name in Trouble._fields))
    .where(text("outbox_message.state in ('failed','parked')"), OutboxMessage.office_id == bindparam("office_id"))
    .order_by(OutboxMessage.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_LAST_EMAIL = (
    select(OutboxMessage.state)
    .where(
        OutboxMessage.to_kind == bindparam("to_kind"),
        OutboxMessage.to_id == bindparam("to_id"),
        OutboxMessage.channel == "email",
        text("outbox_message.state in ('sent','delivered','failed')"),
    )
    .order_by(OutboxMessage.id.desc())
    .limit(1)
)


class _State(NamedTuple):
    state: str


def due_ids(now: datetime, most: int) -> list[int]:
    """What should be delivered by now, waits for no older one, and nobody is delivering; longest due first."""
    return [row.id for row in database.read(_Id, _DUE, now=now, most=most)]


def next_in_line(leased: Leased) -> Waiting | None:
    """The oldest notice that still waits for the same recipient and channel."""
    return database.read_one(Waiting, _NEXT, to_kind=leased.to_kind, to_id=leased.to_id, channel=leased.channel)


def waiting_before(row_id: int) -> Waiting | None:
    """The oldest notice that this one has to wait for."""
    return database.read_one(Waiting, _BEFORE, row=row_id)


def oldest_due(now: datetime) -> datetime | None:
    """Since when the oldest row is due, None when nothing is. With `rules.is_stale`: /readyz and the alert."""
    found = database.read_one(_Moment, _OLDEST)
    return found.at if found and found.at <= now else None


def texts_since(moment: datetime) -> int:
    """How many texts and calls were handed to the provider since then, whatever became of them."""
    found = database.read_one(_Count, _TEXTS, since=moment)
    return found.rows if found else 0


def newest(most: int) -> list[Shown]:
    """What was sent, newest first, in the words that were sent (the demonstration outbox)."""
    return [
        Shown(*row[:7], words=_words(row.public_id, row.rendered)) for row in database.read(_Stored, _NEWEST, most=most)
    ]


def _words(public_id: UUID, rendered: bytes | None) -> Written:
    if rendered is None:
        return Written("", "", "", "")
    stored = sealing.opened(public_id, rendered)
    calendar = CalendarPart(*stored["calendar"]) if stored.get("calendar") else None
    return Written(**{**stored, "codes": tuple(stored["codes"]), "calendar": calendar})


def trouble_of(office_id: int, most: int = 100) -> list[Trouble]:
    """What did not arrive of the notices that an office sent or was sent, newest first."""
    return database.read(Trouble, TROUBLE, office_id=office_id, most=most)


def bounced(to_kind: str, to_id: int) -> bool:
    """Whether the last email to somebody was refused for good, so that they are asked for another address (C18)."""
    last = database.read_one(_State, _LAST_EMAIL, to_kind=to_kind, to_id=to_id)
    return last is not None and last.state == "failed"

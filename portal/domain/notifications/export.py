from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal.domain.copies import Part, Sheet, Whose
from portal.domain.notifications.models import NoticePreference, Receipt
from portal.domain.outbox.models import OutboxMessage
from portal.kernel import database


class _Receipt(NamedTuple):
    number: str
    deed: str
    at: datetime


class _Notice(NamedTuple):
    message: str
    channel: str
    state: str
    at: datetime


class _Chosen(NamedTuple):
    kind: str
    remind_by: str
    in_mail: bool


_CHOSEN = select(NoticePreference.kind, NoticePreference.remind_by, NoticePreference.in_mail).where(
    NoticePreference.person_id == bindparam("person_id")
)
_RECEIPTS = (
    select(Receipt.number, Receipt.deed, Receipt.at)
    .where(Receipt.actor_kind == "patient", Receipt.actor_id == bindparam("account_id"))
    .order_by(Receipt.id)
)
_NOTICES = (
    select(OutboxMessage.message, OutboxMessage.channel, OutboxMessage.state, OutboxMessage.queued_at.label("at"))
    .where(OutboxMessage.to_kind == "patient", OutboxMessage.to_id == bindparam("account_id"))
    .order_by(OutboxMessage.id)
)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """What the person sent in, by receipt; how they are told; which notices were sent (what they said is not kept)."""
    yield Sheet("receipts", [one._asdict() for one in database.read(_Receipt, _RECEIPTS, account_id=whose.account_id)])
    yield Sheet("preferences", [one._asdict() for one in database.read(_Chosen, _CHOSEN, person_id=whose.person_id)])
    yield Sheet("notices", [one._asdict() for one in database.read(_Notice, _NOTICES, account_id=whose.account_id)])


PART = Part("notifications", sheets)

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Integer, Update, bindparam, or_, text, update

from portal.domain.outbox import rules, sealing
from portal.domain.outbox.lines import FIRST, QUEUED, ROW
from portal.domain.outbox.models import OutboxMessage
from portal.domain.outbox.types import Addressee, Claimant, Leased, Written
from portal.domain.viewer import Actor
from portal.kernel import clock, database

_MINE = (ROW.c.id == bindparam("row"), QUEUED, ROW.c.leased_until == bindparam("lease"))
_LEASE = (
    update(ROW)
    .where(
        ROW.c.id == bindparam("row"),
        QUEUED,
        ROW.c.due_at <= bindparam("moment"),
        or_(ROW.c.leased_until.is_(None), ROW.c.leased_until <= bindparam("moment")),
        FIRST,
    )
    .values(leased_until=bindparam("until"), crashes=ROW.c.crashes + 1)
    .returning(*(ROW.c[name] for name in Leased._fields))
)


def queue(
    message: str,
    *,
    to: Actor | Addressee | Claimant,
    channel: str = "email",
    about: UUID | None = None,
    office_id: int | None = None,
    lapses_at: datetime | None = None,
    secret: Mapping[str, Any] | None = None,
    **facts: Any,
) -> OutboxMessage:
    """Put a notice into the transaction under way. It is rung after the commit and swept if the bell is missed.

    `to` is whoever is told: ("patient", account id), ("staff", staff id), ("office", office id); or an Addressee, whose
    address is sealed with the notice; or a Claimant, who is looked up when it is delivered.
    `office_id`: the office that it is sent for, which sees it when it does not arrive.
    `lapses_at`: after this moment it is of no use (a code) and is not sent any more.
    `secret`: values of the message that are stored sealed; one called `code` is a code.
    """
    moment, public_id, secret = clock.now(), uuid4(), dict(secret or {})
    if isinstance(to, Addressee):
        secret["to"], to = list(to), Actor(sealing.ADDRESS, sealing.line_of(to.address))
    elif isinstance(to, Claimant):
        line = json.dumps(sorted(to.claim.items()))
        secret["claim"], to = dict(to.claim), Actor(sealing.CLAIMANT, sealing.line_of(line))
    if secret:
        facts["secret"] = sealing.close(public_id, secret).hex()
    row = OutboxMessage(
        public_id=public_id,
        message=message,
        channel=channel,
        to_kind=to.kind,
        to_id=to.id,
        about=about,
        facts=facts,
        office_id=to.id if to.kind == "office" else office_id,
        state="queued",
        attempts=0,
        crashes=0,
        queued_at=moment,
        due_at=moment,
        lapses_at=lapses_at,
    )
    session = database.session()
    session.add(row)
    session.info.setdefault("outbox", []).append(row)
    return row


def lease(row_id: int, now: datetime) -> Leased | None:
    """Take a due row for 60 seconds. None: it is taken, settled, not due, or an older one goes first.

    One statement: of two that try at once, the second finds the first one's lease (C32), on both databases.
    """
    values = {"row": row_id, "moment": now, "until": now + rules.LEASE}
    found = database.session().execute(_LEASE, values).one_or_none()
    return Leased._make(found) if found else None


_SENT = (
    update(ROW)
    .where(ROW.c.id == bindparam("row"), QUEUED)
    .values(
        state="sent",
        settled_at=bindparam("moment"),
        crashes=0,
        leased_until=None,
        problem=None,
        attempts=ROW.c.attempts + 1,
        provider_ref=bindparam("ref"),
        address=bindparam("to"),
        rendered=bindparam("words"),
    )
)
_LATER = (
    update(ROW)
    .where(*_MINE)
    .values(
        due_at=bindparam("until"), problem=bindparam("why"), attempts=ROW.c.attempts + 1, crashes=0, leased_until=None
    )
)
_ENDED = (
    update(ROW)
    .where(*_MINE)
    .values(
        state=bindparam("end"),
        problem=bindparam("why"),
        settled_at=bindparam("moment"),
        leased_until=None,
        attempts=ROW.c.attempts + bindparam("tries", type_=Integer),
        facts={},
    )
)
_REPORTED = (
    update(ROW)
    .where(ROW.c.public_id == bindparam("row"), text("outbox_message.state in ('queued','sent')"))
    .values(state=bindparam("end"), problem=bindparam("why"), settled_at=bindparam("moment"), leased_until=None)
)


def settle_sent(leased: Leased, words: Written, ref: str | None, now: datetime) -> None:
    """It was handed over. True whoever holds the lease by now, so a second sender stops."""
    to, rendered = sealing.close(leased.public_id, words.to), sealing.close(leased.public_id, words._asdict())
    _run(_SENT, row=leased.id, moment=now, ref=ref, to=to, words=rendered)


def settle_failed(leased: Leased, why: str, now: datetime, *, temporary: bool) -> None:
    """It was refused: for the time being (tried again by the table of A43, 72 hours long), or for good."""
    due = rules.after_failure(leased.attempts + 1, leased.queued_at, now) if temporary else None
    if due is None:
        settle_ended(leased, "failed", why, now)
    else:
        _run(_LATER, row=leased.id, lease=leased.leased_until, until=due, why=why)


def settle_ended(leased: Leased, end: str, why: str, now: datetime) -> None:
    """It will not be sent any more: `end` is failed, lapsed or parked. What it would have said goes at once."""
    tries = 1 if end == "failed" else 0
    _run(_ENDED, row=leased.id, lease=leased.leased_until, end=end, why=why, moment=now, tries=tries)


def settle_reported(public_id: UUID, *, delivered: bool, why: str | None, now: datetime) -> bool:
    """What the text provider says happened to what it took. False: no such row, or it was settled for good."""
    end = "delivered" if delivered else "failed"
    return _run(_REPORTED, row=public_id, end=end, why=why, moment=now) == 1


def _run(statement: Update, **values: Any) -> int:
    return cast(CursorResult[Any], database.session().execute(statement, values)).rowcount

"""The ledger of endings against the database: what ended stays ended, whatever copy of the database is in place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from portal.domain.accounts.models import Account
from portal.domain.audit.actions import append
from portal.domain.departure import actions, closing
from portal.domain.departure.actions import KIND
from portal.domain.viewer import Actor
from portal.kernel import database, ledger
from portal.kernel.ledger import Endings

#: An ending without a last word may be under way just now, on another machine.
PATIENCE = timedelta(minutes=5)
_PORTAL = Actor("portal", 0)


class Replayed(NamedTuple):
    """What was done: accounts closed again, and endings that the database knew and the ledger did not."""

    closed: int
    written: int


class _One(NamedTuple):
    id: int
    public_id: UUID
    username_key: str


def replay(now: datetime, *, patience: timedelta = timedelta(0)) -> Replayed:
    """Close what the ledger says has ended, and write down what only the database knew; in the transaction under way.

    `patience`: endings that nobody confirmed are left alone while they are younger.
    """
    known = ledger.read()
    young = {one for one, at in known.unfinished.items() if now - at < patience}
    ended = known.ended - young
    closed = [one for one in _accounts(ended=False) if _id(one) in ended and _close(one, now, known)]
    unwritten = [one for one in _accounts(ended=True) if _id(one) not in known.ended]
    for one in unwritten:
        ledger.end(KIND, one.public_id, now, name=one.username_key)
    for one in _accounts(ended=True):
        if _id(one) in known.unfinished.keys() - young or one in unwritten:
            ledger.settle(KIND, one.public_id, now, kept=True)
    return Replayed(len(closed), len(unwritten))


def finish(now: datetime) -> int:
    """At night and at each start: as `replay`, without what may be under way. How many accounts were closed."""
    return replay(now, patience=PATIENCE).closed


def _accounts(*, ended: bool) -> Iterator[_One]:
    is_ended = Account.state == closing.DEACTIVATED
    found = select(Account.id, Account.public_id, Account.username_key).where(is_ended if ended else ~is_ended)
    for row in database.session().execute(found.order_by(Account.id)).all():
        yield _One._make(row)


def _id(one: _One) -> str:
    return ledger.id_of(KIND, one.public_id)


def _close(one: _One, now: datetime, known: Endings) -> bool:
    """Who was told before is not told again; an ending that a crash fell into was told to nobody."""
    account = database.session().get(Account, one.id, with_for_update=True, populate_existing=True)
    if account is None or account.state == closing.DEACTIVATED:
        return False
    append(
        "account.closed_again",
        chain=("person", account.person_id),
        actor=_PORTAL,
        about=account.public_id,
        section="departure",
    )
    actions.close(account, now, tell=_id(one) in known.unfinished)
    return True

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from portal.domain.copies import Part, Sheet, Whose
from portal.domain.sign_in.models import SignInSession
from portal.kernel import database


class _Session(NamedTuple):
    device: str
    opened_at: datetime
    seen_at: datetime
    ended_at: datetime | None


_SESSIONS = (
    select(*(getattr(SignInSession, name) for name in _Session._fields))
    .where(SignInSession.account_id == bindparam("account_id"))
    .order_by(SignInSession.id.desc())
)


def sheets(whose: Whose) -> Iterator[Sheet]:
    """Where the person was signed in, latest first."""
    found = database.read(_Session, _SESSIONS, account_id=whose.account_id)
    yield Sheet(
        "sessions",
        [{"device": one.device, "opened": one.opened_at, "seen": one.seen_at, "ended": one.ended_at} for one in found],
    )


PART = Part("sign_in", sheets)

"""Who waited in vain until their last day is taken off; what is over goes a year later (docs/retention.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select

from portal.domain.appointments import wait_list
from portal.domain.appointments.question_models import TimeQuestion
from portal.domain.appointments.waiting_models import WaitListEntry, WaitListOffer
from portal.kernel import database

KEPT = timedelta(days=365)
_AT_ONCE = 200
#: The last day of an office is over everywhere.
_A_DAY = timedelta(days=1)


def forget(now: datetime) -> int:
    """End what nobody can be offered any more, and remove what is over for a year. How many entries."""
    return _end_old(now) or _remove_old(now)


def forget_questions(now: datetime) -> int:
    """Remove questions for a time that are over for a year. How many."""
    over = delete(TimeQuestion).where(TimeQuestion.ended_at <= now - KEPT)
    return cast(CursorResult[Any], database.session().execute(over)).rowcount


def _end_old(now: datetime) -> int:
    late = (
        select(WaitListEntry)
        .where(WaitListEntry.state.in_(wait_list.STANDING), WaitListEntry.until_day < (now - _A_DAY).date())
        .order_by(WaitListEntry.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = list(database.session().scalars(late))
    for entry in found:
        wait_list.end(entry, by="portal", now=now)
    return len(found)


def _remove_old(now: datetime) -> int:
    session = database.session()
    over = select(WaitListEntry.id).where(WaitListEntry.ended_at <= now - KEPT).order_by(WaitListEntry.id)
    ids = list(session.scalars(over.limit(_AT_ONCE)))
    session.execute(delete(WaitListOffer).where(WaitListOffer.entry_id.in_(ids)))
    session.execute(delete(WaitListEntry).where(WaitListEntry.id.in_(ids)))
    return len(ids)

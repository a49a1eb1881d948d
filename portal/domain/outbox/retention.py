"""How long notices keep their words: 30 days after they were settled. The row itself stays (docs/retention.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, select, update

from portal.domain.outbox.models import OutboxMessage
from portal.kernel import database

KEPT = timedelta(days=30)
_AT_ONCE = 1000
_ROW = cast(Table, OutboxMessage.__table__)


def forget_words(now: datetime) -> int:
    """Take away where old notices went and what they said, a thousand at most. How many."""
    old = (
        select(_ROW.c.id)
        .where(_ROW.c.settled_at < now - KEPT, _ROW.c.address.is_not(None))
        .order_by(_ROW.c.settled_at)
        .limit(_AT_ONCE)
    )
    gone = update(_ROW).where(_ROW.c.id.in_(old)).values(address=None, rendered=None, facts={})
    return cast(CursorResult[Any], database.session().execute(gone)).rowcount

"""The stored answer of a form is kept 24 hours; its receipt stays (docs/retention.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, select, update

from portal.domain.notifications.models import Receipt
from portal.kernel import database

KEPT = timedelta(hours=24)
_AT_ONCE = 1000
_RECEIPT = cast(Table, Receipt.__table__)


def forget_answers(now: datetime) -> int:
    """Take away old answers, a thousand at most. How many."""
    old = (
        select(_RECEIPT.c.id)
        .where(_RECEIPT.c.at < now - KEPT, _RECEIPT.c.answer.is_not(None))
        .order_by(_RECEIPT.c.at)
        .limit(_AT_ONCE)
    )
    gone = update(_RECEIPT).where(_RECEIPT.c.id.in_(old)).values(answer=None)
    return cast(CursorResult[Any], database.session().execute(gone)).rowcount

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, select

from portal.domain.connections.models import ConnectionRequest
from portal.kernel import database

_YEAR = timedelta(days=365)
_AT_ONCE = 1000


def forget_requests(now: datetime) -> int:
    """Requests to connect that were answered a year ago. The audit keeps that there were."""
    table = cast(Table, ConnectionRequest.__table__)
    old = select(table.c.id).where(table.c.answered_at < now - _YEAR).limit(_AT_ONCE)
    return cast(CursorResult[Any], database.session().execute(delete(table).where(table.c.id.in_(old)))).rowcount

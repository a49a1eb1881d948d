from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, select

from portal.domain.connections.models import ConnectionRequest, ProfileChange
from portal.kernel import database

_YEAR = timedelta(days=365)
_AT_ONCE = 1000


def forget_requests(now: datetime) -> int:
    """Requests to connect that were answered a year ago. The audit keeps that there were."""
    return _gone(ConnectionRequest, now)


def forget_changes(now: datetime) -> int:
    """Changes of profiles that were answered a year ago. The chart's history keeps what was taken."""
    return _gone(ProfileChange, now)


def _gone(model: Any, now: datetime) -> int:
    table = cast(Table, model.__table__)
    old = select(table.c.id).where(table.c.answered_at < now - _YEAR).limit(_AT_ONCE)
    return cast(CursorResult[Any], database.session().execute(delete(table).where(table.c.id.in_(old)))).rowcount

"""An invitation to staff that nobody took goes 30 days after its link stopped working (docs/retention.md)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, select

from portal.domain.practices.models import StaffInvitation
from portal.kernel import database

KEPT = timedelta(days=30)
_AT_ONCE = 1000


def forget_invitations(now: datetime) -> int:
    """Remove those that came to nothing, a thousand at most. How many."""
    table = cast(Table, StaffInvitation.__table__)
    over = (table.c.expires_at < now - KEPT, table.c.state != "accepted")
    some = select(table.c.id).where(*over).limit(_AT_ONCE)
    return cast(CursorResult[Any], database.session().execute(delete(table).where(table.c.id.in_(some)))).rowcount

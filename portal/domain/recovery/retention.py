from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete

from portal.domain.recovery.models import PasswordReset
from portal.kernel import database

_DAY = timedelta(hours=24)


def forget_resets(now: datetime) -> int:
    """Ways to a new password that were begun a day ago."""
    table = cast(Table, PasswordReset.__table__)
    old = delete(table).where(table.c.asked_at < now - _DAY)
    return cast(CursorResult[Any], database.session().execute(old)).rowcount

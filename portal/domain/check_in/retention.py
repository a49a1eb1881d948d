"""What was said before a visit is of use until then; a month more to look into complaints (docs/retention.md).

That somebody checked in stays with the visit, and the audit keeps what they said yes to and when.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, select

from portal.domain.appointments.check_in_models import CheckInStep
from portal.kernel import database

KEPT = timedelta(days=30)
_AT_ONCE = 1000
_STEP = cast(Table, CheckInStep.__table__)


def forget(now: datetime) -> int:
    """Remove what was said long ago, some thousand rows at most. How many."""
    old = select(_STEP.c.appointment_id).where(_STEP.c.at < now - KEPT).limit(_AT_ONCE)
    gone = delete(_STEP).where(_STEP.c.appointment_id.in_(old), _STEP.c.at < now - KEPT)
    return cast(CursorResult[Any], database.session().execute(gone)).rowcount

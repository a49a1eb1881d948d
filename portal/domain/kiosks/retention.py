"""How long kiosks leave traces (docs/retention.md). What was typed goes with each session; the audit stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, select, update

from portal.domain.kiosks import endings, rules
from portal.domain.kiosks.models import Kiosk, KioskSession
from portal.domain.kiosks.types import State
from portal.kernel import database

_MONTH = timedelta(days=30)
_AT_ONCE = 1000
_SESSION, _KIOSK = cast(Table, KioskSession.__table__), cast(Table, Kiosk.__table__)


def close_left(now: datetime) -> int:
    """Enrollments that were left while the device was off: nothing of them stays until it comes back."""
    lasts = max(rules.TO_BEGIN, rules.LONGEST)
    found = select(KioskSession).where(KioskSession.ended_at.is_(None), KioskSession.sent_at < now - 2 * lasts)
    rows = database.session().scalars(found.limit(_AT_ONCE)).all()
    for row in rows:
        endings.end(row, State.LEFT if row.begun_at else State.LAPSED, now)
    return len(rows)


def forget_sessions(now: datetime) -> int:
    """Enrollments at kiosks, 30 days after their end."""
    old = select(_SESSION.c.id).where(_SESSION.c.ended_at < now - _MONTH).limit(_AT_ONCE)
    return cast(CursorResult[Any], database.session().execute(delete(_SESSION).where(_SESSION.c.id.in_(old)))).rowcount


def forget_codes(now: datetime) -> int:
    """Pairing codes (only a hash of them) that nobody typed in time."""
    late = update(_KIOSK).where(_KIOSK.c.code_until < now).values(code_hash=None, code_until=None)
    return cast(CursorResult[Any], database.session().execute(late)).rowcount

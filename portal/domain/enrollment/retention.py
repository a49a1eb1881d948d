"""How long enrollments leave traces (docs/retention.md). The audit keeps its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, delete, exists, select

from portal.domain.enrollment.models import ActivationCode, EnrollmentRun
from portal.kernel import database

_DAY, _YEAR = timedelta(hours=24), timedelta(days=365)
_AT_ONCE = 1000
_RUN, _CODE = cast(Table, EnrollmentRun.__table__), cast(Table, ActivationCode.__table__)


def forget_runs(now: datetime) -> int:
    """Enrollments whose time ended a day ago, done or not, with all that was typed in them."""
    old = select(_RUN.c.id).where(_RUN.c.expires_at < now - _DAY).limit(_AT_ONCE)
    return cast(CursorResult[Any], database.session().execute(delete(_RUN).where(_RUN.c.id.in_(old)))).rowcount


def forget_codes(now: datetime) -> int:
    """Activation codes, a year after they ran out."""
    in_use = exists().where(_RUN.c.code_id == _CODE.c.id)
    old = select(_CODE.c.id).where(_CODE.c.expires_at < now - _YEAR, ~in_use).limit(_AT_ONCE)
    return cast(CursorResult[Any], database.session().execute(delete(_CODE).where(_CODE.c.id.in_(old)))).rowcount

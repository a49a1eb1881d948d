"""Which night's work was done, and by which single process."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, bindparam, insert, update

from portal.domain.outbox.models import NightlyRun
from portal.kernel import database

_RUN = cast(Table, NightlyRun.__table__)
_TAKEN_FOR = timedelta(hours=1)
_BEGIN = insert(NightlyRun)
_TAKE_OVER = (
    update(_RUN)
    .where(_RUN.c.day == bindparam("today"), _RUN.c.finished_at.is_(None), _RUN.c.started_at < bindparam("since"))
    .values(started_at=bindparam("moment"))
)
_FINISH = (
    update(_RUN)
    .where(_RUN.c.day == bindparam("today"))
    .values(finished_at=bindparam("moment"), report=bindparam("rows"))
)


def begin(day: date, now: datetime) -> bool:
    """Whether this process does the night's work: it was first, or the first one did not finish within an hour."""
    try:
        database.write_apart(_BEGIN, day=day, started_at=now, finished_at=None, report={})
        return True
    except database.Conflict:
        with database.writing() as session:
            taken = session.execute(_TAKE_OVER, {"today": day, "since": now - _TAKEN_FOR, "moment": now})
            return cast(CursorResult[Any], taken).rowcount == 1


def finish(day: date, now: datetime, report: dict[str, int]) -> None:
    """Write down what was done."""
    database.session().execute(_FINISH, {"today": day, "moment": now, "rows": report})

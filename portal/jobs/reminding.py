"""Once a minute: who has a visit in three days, or in two hours, is reminded of it (APT-10)."""

from __future__ import annotations

from portal.domain.appointments import reminding
from portal.domain.appointments.reminder_rules import Kind
from portal.jobs import application
from portal.kernel import clock, database

EVERY = 60.0


def remind() -> int:
    """Remind everybody for whom it is time. How many. Any number of processes may do so at once."""
    with application():
        return sum(_all_of(kind) for kind in Kind)


def _all_of(kind: Kind) -> int:
    """Page by page, each a transaction of its own, so that others write in between."""
    told, now = 0, clock.now()
    page = reminding.ahead(kind, now)
    while page:
        with database.writing():
            told += reminding.remind(kind, page, now)
        page = reminding.ahead(kind, now, page[-1]) if len(page) == reminding.AT_ONCE else []
    return told

"""What a job would make ready for itself, made ready once before workers fork: templates, dates, statements.

A forked job forgets all that it learns; without this each mail costs a quarter of a second of compiling.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from portal.domain.notifications import queries as notifications
from portal.domain.notifications.rules import NOTICES
from portal.domain.notifications.types import Recipient
from portal.domain.outbox import actions, queries
from portal.domain.outbox.types import Leased
from portal.jobs import application, letters
from portal.kernel import clock, database
from portal.web.templates import LANGUAGES

_NOBODY = -1


def warm() -> None:
    """Say every notice once to nobody, and ask every question about a row that is not there."""
    with application():
        for language in LANGUAGES:
            for message, notice in NOTICES.items():
                for kind in notice.told:
                    letters.written(_row(message, kind), Recipient("nobody@invalid", language, "America/New_York"))
        with database.writing():
            _ask(_row("new_device", "patient"))


def _row(message: str, kind: str) -> Leased:
    now = clock.now() - timedelta(days=200)
    return Leased(
        _NOBODY,
        UUID(int=0),
        message,
        "email",
        kind,
        _NOBODY,
        None,
        dict(NOTICES[message].example),
        0,
        1,
        now,
        None,
        now,
    )


def _ask(row: Leased) -> None:
    words, now = letters.written(row, Recipient("nobody@invalid", "en", "America/New_York")), clock.now()
    actions.lease(row.id, now)
    actions.settle_sent(row, words, None, now)
    actions.settle_failed(row, "nobody", now, temporary=True)
    queries.waiting_before(row.id)
    queries.next_in_line(row)
    for kind in ("patient", "staff", "office"):
        notifications.recipient_of(kind, row.to_id, "email")

"""Once a night: what must not be kept any longer goes (docs/retention.md), with a report. Each word adds its lines."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from portal.domain.address_book import retention as address_book
from portal.domain.appointments import proposing, reminding
from portal.domain.appointments import retention as appointments
from portal.domain.appointments import waiting_retention as waiting
from portal.domain.audit import sealing
from portal.domain.charts import retention as charts
from portal.domain.check_in import retention as check_in
from portal.domain.connections import retention as connections
from portal.domain.departure import replaying as departure
from portal.domain.enrollment import retention as enrollment
from portal.domain.kiosks import retention as kiosks
from portal.domain.messaging import attaching, drafts
from portal.domain.notifications import retention as notifications
from portal.domain.outbox import nights
from portal.domain.outbox import retention as outbox
from portal.domain.practices import retention as practices
from portal.domain.recovery import retention as recovery
from portal.domain.sign_in import retention as sign_in
from portal.gateways import kept_files, settings
from portal.jobs import application, exporting, stored_files
from portal.kernel import clock, database

log = logging.getLogger(__name__)
#: The night begins at this hour (UTC): 3 a.m. in the East, midnight in the West.
_HOUR = timedelta(hours=8)

#: Each takes at most a batch away and says how many; it is called, in a transaction of its own, until it says 0.
CHORES: tuple[tuple[str, Callable[[datetime], int]], ...] = (
    ("endings", departure.finish),
    ("copies", exporting.forget_old),
    ("reminders", reminding.forget),
    ("outbox words", outbox.forget_words),
    ("kept files", kept_files.forget_old),
    ("receipt answers", notifications.forget_answers),
    ("throttles", sign_in.forget_throttles),
    ("parked forms", sign_in.forget_parked_forms),
    ("one-time codes", sign_in.forget_codes),
    ("enrollments under way", enrollment.forget_runs),
    ("activation codes", enrollment.forget_codes),
    ("kiosk enrollments left", kiosks.close_left),
    ("kiosk enrollments", kiosks.forget_sessions),
    ("pairing codes", kiosks.forget_codes),
    ("password resets", recovery.forget_resets),
    ("passkey challenges", sign_in.forget_challenges),
    ("contact changes", sign_in.forget_contact_changes),
    ("sessions", sign_in.forget_sessions),
    ("known devices", sign_in.forget_devices),
    ("chart imports", charts.forget_imports),
    ("chart names", charts.follow_names),
    ("requests to connect", connections.forget_requests),
    ("changes of profiles", connections.forget_changes),
    ("address book", address_book.forget_deleted),
    ("times offered to people", proposing.lapse),
    ("held times", appointments.forget_holds),
    ("wait list", waiting.forget),
    ("questions for a time", waiting.forget_questions),
    ("claims of past times", appointments.forget_claims),
    ("check-ins", check_in.forget),
    ("drafts of messages", drafts.forget_old),
    ("files of drafts", attaching.forget_old),
    ("bytes that no file knows", stored_files.forget_orphans),
    ("staff invitations", practices.forget_invitations),
)


def tidy_if_due() -> bool:
    """Do this night's chores unless some process did; whether it was this one."""
    with application():
        day = (clock.now() - _HOUR).date()
        if not nights.begin(day, clock.now()):
            return False
        report = tidy() | {"audit seal": _sealed()}
        with database.writing():
            nights.finish(day, clock.now(), report)
        return True


def tidy() -> dict[str, int]:
    """All chores; rows by chore. One that fails does not keep the others from their work (-1 in the report)."""
    return {name: _done(name, chore) for name, chore in CHORES}


def _done(name: str, chore: Callable[[datetime], int]) -> int:
    rows = 0
    try:
        while batch := _batch(chore):
            rows += batch
    except Exception:
        log.exception("chore failed", extra={"job": name})
        return -1
    log.info("chore done", extra={"job": name, "count": rows})
    return rows


def _sealed() -> int:
    """The ends of all audit chains under one signature, kept outside the database (SECURITY A45). How many seals."""
    try:
        sealing.seal_all(settings().data / sealing.FOLDER, clock.now())
        return 1
    except Exception:
        log.exception("chore failed", extra={"job": "audit seal"})
        return -1


def _batch(chore: Callable[[datetime], int]) -> int:
    with database.writing():
        return chore(clock.now())

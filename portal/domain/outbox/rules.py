"""When a notice is tried, and when no more. SECURITY A10, A43, A44."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import phonenumbers

from portal.kernel.refusal import Refusal

LEASE = timedelta(seconds=60)
SWEEP_EVERY = timedelta(seconds=15)
STALE_AFTER = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(hours=72)
CRASHES = 5
#: Texts and calls of one deployment in a day: the last wall against toll fraud, whatever else fails.
DAILY_TEXTS = 500
TEXT_REGIONS = frozenset({"US", "CA"})
_FIRST_TRIES = (0, 1, 5, 15, 60)  # minutes after it was queued; then hourly


def tried_at(attempt: int) -> timedelta:
    """How long after queueing the attempt with this number is made (the first is 0)."""
    if attempt < len(_FIRST_TRIES):
        return timedelta(minutes=_FIRST_TRIES[attempt])
    return timedelta(hours=attempt - len(_FIRST_TRIES) + 2)


def after_failure(attempts: int, queued_at: datetime, now: datetime) -> datetime | None:
    """When to try again after so many tries that failed for the time being; None: give up.

    A try that comes late (nobody was working) is followed by the next half a minute later at the soonest.
    """
    due = max(queued_at + tried_at(attempts), now + timedelta(seconds=30))
    return due if due - queued_at <= GIVE_UP_AFTER else None


def why_not_send(lapses_at: datetime | None, now: datetime) -> Refusal | None:
    """A code that has run out must not arrive late."""
    if lapses_at is not None and lapses_at <= now:
        return Refusal("lapsed", at=lapses_at)
    return None


def why_not_try(crashes: int) -> Refusal | None:
    """A row that took its worker down five times is put aside for people to look at."""
    return Refusal("parked", crashes=crashes) if crashes > CRASHES else None


def why_not_text(number: str, sent_today: int) -> Refusal | None:
    """Texts and calls go to the United States and Canada only, and only so many a day (A10, N12).

    `number` in E.164. The area code decides: other countries share +1.
    """
    if sent_today >= DAILY_TEXTS:
        return Refusal("daily_cap", cap=DAILY_TEXTS)
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        region = None
    return None if region in TEXT_REGIONS else Refusal("region")


def midnight(now: datetime) -> datetime:
    """When the day of the cap began (UTC)."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def is_stale(oldest_due: datetime | None, now: datetime) -> bool:
    """Whether somebody must be woken: a due row has waited for more than ten minutes."""
    return oldest_due is not None and now - oldest_due > STALE_AFTER

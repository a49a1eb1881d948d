"""When somebody is reminded of a visit (APT-10), and how. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

#: The days are those of the office's calendar: over a change of the clocks the reminder comes at the same time of day.
DAYS_BEFORE = timedelta(days=3)
HOURS_BEFORE = timedelta(hours=2)
#: A reminder of the days before that is so late is left out; the one of the hours before still comes (C31).
LATE = timedelta(hours=24)
#: Clocks are set by an hour; so much wider is looked for than the rule then takes.
_SET = timedelta(hours=1)
#: Nobody is called or texted at night, as the clock is where they live (47 CFR 64.1200: from 8 to 9).
_MORNING, _EVENING = time(8), time(21)
_BY_PHONE = frozenset({"sms", "voice"})


class Kind(StrEnum):
    """Which reminder it is."""

    DAYS = "days"
    HOURS = "hours"


def due_at(kind: Kind, starts_at: datetime, zone: str) -> datetime:
    """When a visit is reminded of; `zone`: the office's."""
    if kind is Kind.HOURS:
        return starts_at - HOURS_BEFORE
    return (starts_at.astimezone(ZoneInfo(zone)) - DAYS_BEFORE).astimezone(starts_at.tzinfo)


def lapses_at(kind: Kind, starts_at: datetime) -> datetime:
    """From when on the reminder is of no use: the next one comes, or the visit begins."""
    return starts_at if kind is Kind.HOURS else starts_at - HOURS_BEFORE


def window(kind: Kind, now: datetime) -> tuple[datetime, datetime]:
    """Between which moments visits begin that may have to be reminded of now."""
    if kind is Kind.HOURS:
        return now, now + HOURS_BEFORE
    return now + DAYS_BEFORE - LATE - _SET, now + DAYS_BEFORE + _SET


def is_due(kind: Kind, starts_at: datetime, zone: str, agreed_at: datetime | None, now: datetime) -> bool:
    """Whether to remind of a visit now. Who agreed to it after the reminder was due has just been told."""
    due = due_at(kind, starts_at, zone)
    late = starts_at if kind is Kind.HOURS else min(due + LATE, lapses_at(kind, starts_at))
    return due <= now < late and (agreed_at is None or agreed_at <= due)


def channel_now(chosen: str, kind: Kind, zone: str, now: datetime) -> str | None:
    """By which channel the reminder goes now; `zone`: the person's. None: it waits for the morning.

    At night the last reminder comes by email: it can not wait.
    """
    here = now.astimezone(ZoneInfo(zone)).time()
    if chosen not in _BY_PHONE or _MORNING <= here < _EVENING:
        return chosen
    return "email" if kind is Kind.HOURS else None

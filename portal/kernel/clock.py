"""The one clock of web, jobs and commands. SQL never says now()."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_shift = timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


def today(zone: str) -> date:
    """The date that a calendar on the wall shows in the named zone (IANA name)."""
    return day_of(now(), zone)


def day_of(moment: datetime, zone: str) -> date:
    """The date that it shows at a moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def shift(by: timedelta) -> None:
    """Move the clock of this process. Tests and the fault commands use it; nothing else does."""
    global _shift
    _shift = by

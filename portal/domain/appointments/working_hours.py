"""How long somebody has waited, in the hours in which there is somebody at the office. Pure.

An office works from Monday to Friday, 8 to 5, and whenever one of its providers sees people; not on its holidays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

#: Minutes of the local day, by weekday (0 is Monday).
Week = Mapping[int, tuple[int, int]]
_EVERY_OFFICE: Week = dict.fromkeys(range(5), (8 * 60, 17 * 60))
#: One working day is enough for an answer ("most offices answer in 1 business day").
LATE = timedelta(hours=9)
#: Who has waited for longer than that has waited too long, however long exactly.
_COUNTED = timedelta(days=60)


class Holiday(NamedTuple):
    """Days on which the whole office is closed."""

    from_day: date
    until_day: date


def week_of(provided: Iterable[tuple[int, int, int]]) -> Week:
    """The office's week. `provided`: weekday, from, to (minutes) of what its providers offer."""
    week = dict(_EVERY_OFFICE)
    for weekday, starts, ends in provided:
        opens, closes = week.get(weekday, (starts, ends))
        week[weekday] = (min(opens, starts), max(closes, ends))
    return week


def waited(since: datetime, now: datetime, week: Week, holidays: Collection[Holiday], zone: ZoneInfo) -> timedelta:
    """The time between two moments in which the office was open; of the last sixty days at most."""
    since = max(since, now - _COUNTED)
    first, last = since.astimezone(zone).date(), now.astimezone(zone).date()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    spans = (
        (_moment(day, week[day.weekday()][0], zone), _moment(day, week[day.weekday()][1], zone))
        for day in days
        if day.weekday() in week and not any(one.from_day <= day <= one.until_day for one in holidays)
    )
    return sum((max(min(now, closes) - max(since, opens), timedelta()) for opens, closes in spans), timedelta())


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone).astimezone(UTC)

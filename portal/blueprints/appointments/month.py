"""A month as a calendar on the wall shows it: weeks from Sunday, and in each day the visits that begin there."""

from __future__ import annotations

import re
from calendar import Calendar
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.domain.appointments.queries import Visit

_MONTH = re.compile(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
#: So many months back and ahead are turned to; older visits stand in the list of past ones.
REACH = 12
_FROM_SUNDAY = Calendar(6)
#: Whatever zone a visit is meant in, it lies within so much of the month in UTC.
_ZONES = timedelta(hours=15)


class Day(NamedTuple):
    """A day of the month, and what begins on it."""

    day: date
    is_today: bool
    visits: list[Visit]


def first_of(written: str | None, today: date) -> date:
    """The first day of the month that an address names (2027-03); of the present one where it names none in reach."""
    here = today.replace(day=1)
    named = date.fromisoformat(f"{written}-01") if written and _MONTH.fullmatch(written) else here
    return named if abs(_apart(named, here)) <= REACH else here


def beside(first: date, today: date) -> tuple[date | None, date | None]:
    """The months before and after, where they are in reach."""
    way = _apart(first, today)
    return (_before(first) if way > -REACH else None), (_after(first) if way < REACH else None)


def span(first: date) -> tuple[datetime, datetime]:
    """From when to before when a visit of the month may begin, in whatever zone it is meant."""
    return _midnight(first) - _ZONES, _midnight(_after(first)) + _ZONES


def weeks(first: date, today: date, visits: Iterable[Visit]) -> list[list[Day | None]]:
    """The month's weeks; None stands for a day of another month."""
    on: dict[date, list[Visit]] = {}
    for visit in visits:
        on.setdefault(day_of(visit), []).append(visit)
    return [
        [Day(day, day == today, on.get(day, [])) if day.month == first.month else None for day in week]
        for week in dates_of(first)
    ]


def dates_of(first: date) -> list[list[date]]:
    """The month's weeks from Sunday, with the days of the months around it that they begin or end with."""
    return _FROM_SUNDAY.monthdatescalendar(first.year, first.month)


def day_of(visit: Visit) -> date:
    """The day of a visit, as the calendar in its office shows it."""
    return visit.starts_at.astimezone(ZoneInfo(visit.zone)).date()


def _apart(one: date, other: date) -> int:
    """How many months later."""
    return (one.year - other.year) * 12 + one.month - other.month


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

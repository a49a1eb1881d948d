"""Opening hours are rules, expanded when asked for: which times are there, and which of them are free.

Pure. The days are walked as the calendar on the office's wall shows them: a clock time that a day leaves out (02:30
when the clocks go forward) is not offered, one that comes twice is offered once, the first time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from zoneinfo import ZoneInfo

from portal.domain.appointments.busy import Busy
from portal.domain.appointments.types import GRAIN, Hours, Length, Off, PartOfDay, Slot, grain

#: So far ahead times are offered.
DAYS_AHEAD = 90
_DAY = 24 * 60


def days(first: date, how_many: int) -> list[date]:
    """So many days from one on."""
    return [first + timedelta(days=number) for number in range(how_many)]


def expand(hours: Collection[Hours], offs: Collection[Off], on: Iterable[date], zone: ZoneInfo) -> list[Slot]:
    """Every time that the rules give on these days, whoever has it, in order."""
    return sorted(slot for day in on for slot in walk(hours, offs, day, zone))


def walk(
    hours: Collection[Hours], offs: Collection[Off], day: date, zone: ZoneInfo, since: datetime | None = None
) -> Iterator[Slot]:
    """The times of a day in order, each made when it is asked for; those before a moment may be left out."""
    spans = [
        _steps(rule, day, opens, closes, zone, since)
        for rule in hours
        if _is_in_force(rule, day)
        for opens, closes in _open_spans(rule, offs, day)
    ]
    return spans[0] if len(spans) == 1 else merge(*spans)


def free(slots: Iterable[Slot], taken: Busy, length: Length, *, since: datetime) -> Iterator[Slot]:
    """Those that begin at or after a moment, have room for a visit of that length, and a seat all through it.

    Args:
        taken: of the provider whose slots these are.
    """
    visit, needed = timedelta(minutes=length.minutes), -(-sum(length) // GRAIN)
    for slot in slots:
        fits = since <= slot.starts_at and slot.starts_at + visit <= slot.closes_at
        if fits and taken.free_seat(grain(slot.starts_at), needed, range(slot.capacity)) is not None:
            yield slot


def within(slots: Iterable[Slot], *, part: PartOfDay = PartOfDay.ANY, location_id: int | None = None) -> Iterator[Slot]:
    """Those in a part of the day and at a location."""
    for slot in slots:
        if part in (PartOfDay.ANY, slot.part_of_day) and location_id in (None, slot.location_id):
            yield slot


def nearest(slots: Iterable[Slot], to: datetime, most: int = 3) -> list[Slot]:
    """The few that are closest to a moment, in order of time."""
    return sorted(sorted(slots, key=lambda slot: (abs(slot.starts_at - to), slot.starts_at))[:most])


def covers(hours: Collection[Hours], offs: Collection[Off], starts_at: datetime, minutes: int, zone: ZoneInfo) -> bool:
    """Whether a visit lies within the hours, at whatever step: what is booked may be older than the rules."""
    return hours_at(hours, offs, starts_at, minutes, zone) is not None


def hours_at(
    hours: Collection[Hours], offs: Collection[Off], starts_at: datetime, minutes: int, zone: ZoneInfo
) -> Hours | None:
    """The rule within whose hours a visit lies, at whatever step."""
    day = starts_at.astimezone(zone).date()
    ends_at = starts_at + timedelta(minutes=minutes)
    found = (
        rule
        for rule in hours
        if _is_in_force(rule, day)
        for opens, closes in _open_spans(rule, offs, day)
        if _moment(day, opens, zone) <= starts_at and ends_at <= _moment(day, closes, zone)
    )
    return next(found, None)


def moment_at(day: date, minute: int, zone: ZoneInfo) -> datetime | None:
    """The moment of a clock time; None where the clocks of that day leave it out."""
    moment = _moment(day, minute, zone)
    return moment if _is_there(moment, day, minute, zone) else None


def _is_in_force(rule: Hours, day: date) -> bool:
    return rule.weekday == day.weekday() and rule.from_day <= day and (rule.until_day is None or day <= rule.until_day)


def _open_spans(rule: Hours, offs: Collection[Off], day: date) -> list[tuple[int, int]]:
    """From when to when the rule is open that day, in minutes of the local day: less the pause and what is off."""
    spans = [(rule.starts, rule.ends)]
    if rule.pause_starts is not None and rule.pause_ends is not None:
        spans = _without(spans, rule.pause_starts, rule.pause_ends)
    for off in offs:
        if off.from_day <= day <= off.until_day:
            spans = _without(spans, off.starts or 0, _DAY if off.ends is None else off.ends)
    return spans


def _without(spans: list[tuple[int, int]], starts: int, ends: int) -> list[tuple[int, int]]:
    parts = [part for opens, closes in spans for part in ((opens, min(closes, starts)), (max(opens, ends), closes))]
    return [(opens, closes) for opens, closes in parts if opens < closes]


def _steps(
    rule: Hours, day: date, opens: int, closes: int, zone: ZoneInfo, since: datetime | None = None
) -> Iterator[Slot]:
    opens_at, closes_at = _moment(day, opens, zone), _moment(day, closes, zone)
    both_there = _is_there(opens_at, day, opens, zone) and _is_there(closes_at, day, closes, zone)
    runs_evenly = both_there and closes_at - opens_at == timedelta(minutes=closes - opens)
    begins = opens
    if runs_evenly and since is not None and since > opens_at:
        begins += (since - opens_at) // timedelta(minutes=rule.slot_minutes) * rule.slot_minutes
    for minute in range(begins, closes, rule.slot_minutes):
        # Where the clocks change in between, each time is looked up by itself.
        starts_at = opens_at + timedelta(minutes=minute - opens) if runs_evenly else _moment(day, minute, zone)
        if runs_evenly or _is_there(starts_at, day, minute, zone):
            yield Slot(starts_at, closes_at, day, minute, rule.location_id, rule.capacity)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The moment at which the wall shows that time, the first one where it shows it twice. Minute 1440 is midnight."""
    return _wall(day, minute).replace(tzinfo=zone).astimezone(UTC)


def _is_there(moment: datetime, day: date, minute: int, zone: ZoneInfo) -> bool:
    """Whether the clocks of that day show the minute at all."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0) == _wall(day, minute)


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)

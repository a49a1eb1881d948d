"""The wait list: whom a free time fits, who is first in line, and until when an offer stands. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from portal.domain.appointments.types import PartOfDay, Slot, State
from portal.kernel.refusal import Refusal

#: An offer stands for two hours in which people are up, from 8 to 8 on the office's clock: never through a night alone.
OFFERED_FOR = timedelta(hours=2)
_UP_FROM, _UP_UNTIL = time(8), time(20)
#: It ends an hour before the visit at the latest, and is not made where that leaves less than an hour.
_BEFORE_VISIT = timedelta(hours=1)
_LEAST = timedelta(hours=1)
#: So many wishes of one person may wait at an office.
MOST_WISHES = 5
#: How long before a visit people can want to know of it (hours).
NOTICES = (2, 24, 48, 168)
EVERY_DAY = 127


class Wish(NamedTuple):
    """What somebody in line waits for. `before`: the visit that they have; `had`: (provider, time) offered
    before; `minutes`: how long the visit would be; `busy`: (begin, end) of their other visits at the office.
    """

    id: int
    person_id: int
    chart_id: int
    reason_id: int
    provider_id: int | None
    before: datetime | None
    part: PartOfDay
    weekdays: int
    notice_hours: int
    until_day: date
    had: frozenset[tuple[int, datetime]]
    minutes: int = 0
    busy: tuple[tuple[datetime, datetime], ...] = ()


def fits(wish: Wish, provider_id: int, slot: Slot, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a free time is one that somebody waits for, and there is time enough to offer it."""
    return (
        wish.provider_id in (None, provider_id)
        and wish.part in (PartOfDay.ANY, slot.part_of_day)
        and bool(wish.weekdays >> slot.day.weekday() & 1)
        and slot.day <= wish.until_day
        and (wish.before is None or slot.starts_at < wish.before)
        and slot.starts_at - now >= timedelta(hours=wish.notice_hours)
        and (provider_id, slot.starts_at) not in wish.had
        and not _is_busy(wish, slot.starts_at)
        and offer_until(slot.starts_at, now, zone) is not None
    )


def _is_busy(wish: Wish, starts_at: datetime) -> bool:
    ends_at = starts_at + timedelta(minutes=wish.minutes)
    return any(begins < ends_at and starts_at < ends for begins, ends in wish.busy)


def next_offer(
    line: Iterable[Wish],
    free: Callable[[int], Iterable[Slot]],
    provider_id: int,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[Wish, Slot] | None:
    """The first in line whom any of the times fits, and the first of these times. `free`: by reason."""
    for wish in line:
        for slot in free(wish.reason_id):
            if fits(wish, provider_id, slot, now, zone):
                return wish, slot
    return None


def offer_until(starts_at: datetime, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When an offer of a time would lapse; None where too little time is left to offer it."""
    until = min(_after_up(OFFERED_FOR, now, zone), starts_at - _BEFORE_VISIT)
    return until if until >= _after_up(_LEAST, now, zone) else None


def _after_up(lasting: timedelta, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment until which people were up for so long, from now on."""
    day = now.astimezone(zone).date()
    while True:
        begins = max(now, datetime.combine(day, _UP_FROM, zone).astimezone(now.tzinfo))
        left = datetime.combine(day, _UP_UNTIL, zone).astimezone(now.tzinfo) - begins
        if left >= lasting:
            return begins + lasting
        lasting -= max(left, timedelta())
        day += timedelta(days=1)


def why_not_wait(wishes: int, *, is_there: bool) -> Refusal | None:
    """Nobody waits twice for the same, nor for everything."""
    if is_there:
        return Refusal("waits_already")
    return Refusal("many_wishes", most=MOST_WISHES) if wishes >= MOST_WISHES else None


def why_not_wish_earlier(state: State, starts_at: datetime, asked_at: datetime | None, now: datetime) -> Refusal | None:
    """An earlier time than that of a visit which is to come, and which its person wants to keep."""
    is_ahead = state in (State.PENDING, State.BOOKED) and starts_at > now and asked_at is None
    return None if is_ahead else Refusal("nothing_earlier")


def why_not_take(state: str, until: datetime | None, now: datetime) -> Refusal | None:
    """An offer can be taken until it lapses."""
    return None if state == "offered" and until is not None and now < until else Refusal("offer_gone")


def why_not_end(state: str) -> Refusal | None:
    """Who is not on the list (any more) can not be taken off it."""
    return None if state in ("waiting", "offered") else Refusal("waits_no_more")

"""What may be done with a visit and its time, and why not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from portal.domain.appointments.types import GRAIN, Hours, Off, State
from portal.kernel.refusal import Refusal

#: A time is held for who is choosing (SECURITY A39).
HELD_FOR = timedelta(minutes=10)
#: Nobody holds more times at once; a new one lets the oldest go.
MOST_HELD = 2
#: What takes time of a provider.
CLAIMING = (State.HELD, State.OFFERED, State.PENDING, State.PROPOSED, State.BOOKED, State.ARRIVED)
#: What is not over for the person.
OPEN = (State.PENDING, State.PROPOSED, State.BOOKED)


def why_not_take(seat: int | None) -> Refusal | None:
    """A time that somebody else has by now is not to be had."""
    return Refusal("time_taken") if seat is None else None


def why_not_cancel(state: State, starts_at: datetime, notice: timedelta, now: datetime) -> Refusal | None:
    """The person may cancel what is not over, in good time as the office wants it."""
    if state not in OPEN:
        return Refusal("appointment_over", state=state)
    if state is State.BOOKED and starts_at - now < notice:
        return Refusal("too_late_to_cancel", hours=int(notice.total_seconds()) // 3600)
    return None


def why_not_open(wanted: Hours, others: Iterable[Hours]) -> Refusal | None:
    """Hours begin before they end, pause inside, take a slot at least, and lie over no other hours of the provider."""
    if wanted.starts >= wanted.ends:
        return Refusal("hours_backwards")
    if wanted.ends - wanted.starts < wanted.slot_minutes:
        return Refusal("hours_too_short", minutes=wanted.slot_minutes)
    if (wanted.pause_starts is None) != (wanted.pause_ends is None):
        return Refusal("pause_half")
    pause = (wanted.pause_starts, wanted.pause_ends)
    if pause[0] is not None and pause[1] is not None and not wanted.starts < pause[0] < pause[1] < wanted.ends:
        return Refusal("pause_outside")
    if wanted.until_day is not None and wanted.until_day < wanted.from_day:
        return Refusal("days_backwards")
    for other in others:
        if _over_each_other(wanted, other):
            return Refusal("hours_over_others", weekday=other.weekday, starts=other.starts, ends=other.ends)
    return None


def _over_each_other(one: Hours, other: Hours) -> bool:
    apart = (one.until_day or date.max) < other.from_day or (other.until_day or date.max) < one.from_day
    return one.weekday == other.weekday and not apart and one.starts < other.ends and other.starts < one.ends


def why_not_close(off: Off, today: date) -> Refusal | None:
    """Days off are ahead, in order, and a part of a day has both its ends."""
    if off.until_day < off.from_day:
        return Refusal("days_backwards")
    if off.until_day < today:
        return Refusal("days_over")
    if (off.starts is None) != (off.ends is None):
        return Refusal("off_half")
    if off.starts is not None and off.ends is not None and off.starts >= off.ends:
        return Refusal("hours_backwards")
    return None


def why_not_offer_reason(minutes: int, buffer_minutes: int) -> Refusal | None:
    """A visit takes 5 minutes to 8 hours and up to 2 hours after it, in steps of 5."""
    fits = 5 <= minutes <= 480 and 0 <= buffer_minutes <= 120 and minutes % GRAIN == 0 and buffer_minutes % GRAIN == 0
    return None if fits else Refusal("reason_length")


def why_not_ask_again(asked_at: datetime | None) -> Refusal | None:
    """Who asked the office to cancel waits for its answer."""
    return Refusal("cancel_asked_before") if asked_at else None


def why_not_as_it_was(version: int, seen: int) -> Refusal | None:
    """A deed is done to what the person had before their eyes."""
    return Refusal("appointment_changed") if version != seen else None


def why_not_confirm(
    state: State, starts_at: datetime, cancel_asked_at: datetime | None, now: datetime
) -> Refusal | None:
    """Only what is agreed on and to come is said yes to, by somebody who does not want out of it."""
    is_agreed = state is State.BOOKED and starts_at > now and cancel_asked_at is None
    return None if is_agreed else Refusal("not_to_confirm")

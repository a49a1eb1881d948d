"""Whether a person can have a time, and why not. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.appointments import rules
from portal.domain.appointments.types import State
from portal.kernel.refusal import Refusal

#: So many requests of one person may wait at an office.
MOST_ASKED = 5
#: A hold that is about to lapse is taken anew, as somebody may free it in the same moment.
MARGIN = timedelta(seconds=5)


def why_not_choose(*, is_open: bool) -> Refusal | None:
    """A provider who takes no requests, or has no hours or reasons, is asked for by phone."""
    return None if is_open else Refusal("provider_takes_no_requests")


def why_not_have(*, is_there: bool, starts_at: datetime, earliest: datetime) -> Refusal | None:
    """A time must be one of those that the office gives, and not too soon."""
    return None if is_there and starts_at >= earliest else Refusal("time_not_offered")


def why_not_more(waiting: int) -> Refusal | None:
    """Nobody keeps a calendar full with requests."""
    return Refusal("many_requests", most=MOST_ASKED) if waiting >= MOST_ASKED else None


def why_not_move(
    state: State, starts_at: datetime, notice: timedelta, now: datetime, *, is_moving: bool = False
) -> Refusal | None:
    """A visit can be moved as long as it can be canceled, and to one other time at once."""
    if state is State.BOOKED and starts_at - now < notice:
        return Refusal("too_late_to_move", hours=int(notice.total_seconds()) // 3600)
    return rules.why_not_cancel(state, starts_at, notice, now) or (Refusal("is_moving") if is_moving else None)


def is_safe(held_until: datetime | None, now: datetime) -> bool:
    """Whether a hold lasts long enough to be turned into a request."""
    return held_until is not None and held_until - now >= MARGIN

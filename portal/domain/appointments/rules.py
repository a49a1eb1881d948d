"""What may be done with a visit and its time, and why not."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.domain.appointments.types import State
from portal.kernel.refusal import Refusal

#: A time is held for who is choosing (SECURITY A39).
HELD_FOR = timedelta(minutes=10)
#: Nobody holds more times at once; a new one lets the oldest go.
MOST_HELD = 2
#: What takes time of a provider.
CLAIMING = (State.HELD, State.PENDING, State.PROPOSED, State.BOOKED, State.ARRIVED)
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

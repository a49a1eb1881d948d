"""What the office may do with a visit, and why not. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from portal.domain.appointments.types import State
from portal.kernel.refusal import Refusal

_UNDER_WAY = (State.PENDING, State.PROPOSED, State.BOOKED)


class Done(NamedTuple):
    """The last thing that happened to a visit. `name`: who of staff did it, None for the patient and the portal."""

    deed: str
    by_kind: str
    name: str | None
    at: datetime


def why_not_answer(
    state: State, wanted: Collection[State], *, is_as_seen: bool, last: Done | None, zone: str
) -> Refusal | None:
    """An answer is to what somebody had before their eyes: what was answered meanwhile says who did what.

    Args:
        wanted: the states that the answer fits.
        is_as_seen: the visit has the version that the page showed.
        zone: that of the office, for the words.
    """
    if is_as_seen and state in wanted:
        return None
    if last is None:
        return Refusal("visit_changed")
    return Refusal("visit_answered", **last._asdict(), zone=zone)


def why_not_approve(starts_at: datetime, now: datetime) -> Refusal | None:
    """A time that has gone by can not be agreed on any more; another one can be proposed."""
    return Refusal("visit_time_past") if starts_at <= now else None


def offers(state: State, *, asks_to_cancel: bool) -> frozenset[str]:
    """What the page of a visit offers the office: approve, reject, keep, accept (a cancellation), cancel."""
    if state is State.PENDING:
        return frozenset({"approve", "reject"})
    if asks_to_cancel and state is State.BOOKED:
        return frozenset({"accept", "keep"})
    return frozenset({"cancel"}) if state in _UNDER_WAY else frozenset()

"""What the office may do with a visit, and why not. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from portal.domain.appointments.types import GRAIN, State
from portal.kernel.refusal import Refusal

#: So long a person has for picking one of the times that were offered, and so many they are.
OFFERED_FOR = timedelta(days=3)
MOST_OFFERED = 3
_OF_THE_DAY = timedelta(hours=14)
#: Who stands at the counter is booked for a time that began just now.
_JUST_NOW = timedelta(minutes=15)
_TOO_FAR = timedelta(days=2 * 366)


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


def why_not_propose(times: Sequence[datetime], taking: timedelta, now: datetime) -> Refusal | None:
    """One to three times ahead, and apart from each other: `taking` is how long the provider needs for each."""
    if not times:
        return Refusal("propose_none")
    if len(times) > MOST_OFFERED:
        return Refusal("propose_too_many", most=MOST_OFFERED)
    if min(times) <= now:
        return Refusal("visit_time_past")
    ordered = sorted(times)
    overlap = any(later - earlier < taking for earlier, later in zip(ordered, ordered[1:], strict=False))
    return Refusal("propose_overlap") if overlap else None


def why_not_arrive(starts_at: datetime, now: datetime) -> Refusal | None:
    """People arrive within half a day of their visit; another day is a slip of the hand."""
    return Refusal("visit_another_day") if abs(starts_at - now) > _OF_THE_DAY else None


def why_not_put_back(starts_at: datetime, now: datetime) -> Refusal | None:
    """A slip of the hand is mended on the day itself."""
    return why_not_arrive(starts_at, now)


def why_not_miss(starts_at: datetime, now: datetime) -> Refusal | None:
    """Nobody has missed what is still ahead."""
    return Refusal("visit_still_ahead") if now < starts_at else None


def why_not_book(starts_at: datetime, now: datetime) -> Refusal | None:
    """Staff book any time from just now on, within two years, in steps of five minutes."""
    if starts_at.minute % GRAIN or starts_at.second or starts_at.microsecond:
        return Refusal("book_steps")
    if starts_at < now - _JUST_NOW:
        return Refusal("book_past")
    return Refusal("book_too_far") if starts_at - now > _TOO_FAR else None


def why_not_outside(*, is_within: bool, is_meant: bool) -> Refusal | None:
    """A time outside the provider's hours is booked by who says that they mean it."""
    return None if is_within or is_meant else Refusal("book_outside")


def why_not_move(state: State, *, is_of_chart: bool) -> Refusal | None:
    """Staff move what is agreed on to another time of the same person."""
    return None if is_of_chart and state is State.BOOKED else Refusal("visit_changed")


def why_not_pick(state: State, until: datetime | None, now: datetime) -> Refusal | None:
    """Times that are offered can be picked until they lapse."""
    is_open = state is State.PROPOSED and until is not None and now < until
    return None if is_open else Refusal("times_gone")


def marks(state: State, starts_at: datetime, now: datetime) -> frozenset[str]:
    """What the day itself offers: arrive, miss, finish, put_back."""
    back = frozenset({"put_back"}) if why_not_put_back(starts_at, now) is None else frozenset()
    if state is State.ARRIVED:
        return back | {"finish"}
    if state in (State.FULFILLED, State.NO_SHOW):
        return back
    if state is not State.BOOKED:
        return frozenset()
    rules = {"arrive": why_not_arrive, "miss": why_not_miss}
    return frozenset(name for name, rule in rules.items() if rule(starts_at, now) is None)


def offers(state: State, *, asks_to_cancel: bool) -> frozenset[str]:
    """What the page of a visit offers the office: approve, propose, reject, keep, accept (a cancellation), move,
    cancel.
    """
    if state is State.PENDING:
        return frozenset({"approve", "propose", "reject"})
    if asks_to_cancel and state is State.BOOKED:
        return frozenset({"accept", "keep"})
    if state is State.PROPOSED:
        return frozenset({"propose", "reject"})
    return frozenset({"move", "cancel"}) if state is State.BOOKED else frozenset()
